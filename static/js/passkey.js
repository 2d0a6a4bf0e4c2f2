/* Passkeys: what the server asks goes to the browser's own dialog, and its answer comes back with the form.

   form[data-passkey] is "create" or "get". What is asked stands as JSON in the element that data-options names; where
   nobody has said yet who is there, it is fetched from the form's address. */

const isNamed = !/^[\d.]+$|:/.test(location.hostname); // a passkey belongs to a name, not to a number
const isAble = Boolean(window.PublicKeyCredential) && isNamed;

function toBytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  if (!buffer) return undefined;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const withBytes = (each) => ({ ...each, id: toBytes(each.id) });

async function readOptions(form) {
  const given = document.getElementById(form.dataset.options);
  const asked = given ? JSON.parse(given.textContent) : await fetchOptions(form.action);
  const { publicKey } = asked.creation_options ?? asked.request_options;
  return {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    user: publicKey.user && withBytes(publicKey.user),
    excludeCredentials: publicKey.excludeCredentials?.map(withBytes),
    allowCredentials: publicKey.allowCredentials?.map(withBytes),
  };
}

async function fetchOptions(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

// One that signs in alone has to be kept by the device, which has to know its owner.
function chooseKind(options, isAlone) {
  const kind = { residentKey: isAlone ? "required" : "discouraged", requireResidentKey: isAlone };
  if (isAlone) kind.userVerification = "required";
  return { ...options, authenticatorSelection: { ...options.authenticatorSelection, ...kind } };
}

async function ask(form) {
  const options = await readOptions(form);
  if (form.dataset.passkey === "get") return navigator.credentials.get({ publicKey: options });
  const publicKey = chooseKind(options, form.elements.passwordless.checked);
  return navigator.credentials.create({ publicKey });
}

function write(credential) {
  const { response } = credential;
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.(),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: toText(response.userHandle),
    },
  });
}

// The browser tells no more than this, on purpose.
const REASONS = { NotAllowedError: "stopped", AbortError: "stopped", InvalidStateError: "known" };

function tell(form, reason) {
  const words = form.querySelector("[data-passkey-words]");
  words.querySelector("p").textContent = words.dataset[reason];
  words.hidden = false;
}

async function send(form) {
  form.querySelector("[data-passkey-words]").hidden = true;
  try {
    form.elements.credential.value = write(await ask(form));
  } catch (problem) {
    tell(form, REASONS[problem.name] ?? "failed");
    return;
  }
  HTMLFormElement.prototype.submit.call(form);
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.querySelector("[data-passkey-button]").disabled = !isAble;
  form.querySelector("[data-passkey-unable]").hidden = isAble;
  form.hidden = !isAble && "optional" in form.dataset;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
