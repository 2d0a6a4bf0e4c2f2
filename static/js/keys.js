/* Keys for those who like them: `?` shows all. Never with a modifier, never while one types.

   Pages act on their own rows: they listen for the event "key" on the document, whose detail names
   the command, and call preventDefault when they have done it. */

const OFF = "athanor.keys";
const WAIT = 1200; // after g
const GO = { l: "home", s: "search", d: "domains", o: "sources", q: "queue" };
const COMMANDS = { j: "next", k: "previous", x: "select", o: "open", Enter: "open", r: "rerun", c: "cancel", e: "export" };

let waitsForSecond = 0;

// Off for the account, or in this browser only.
const isOffForAll = document.documentElement.dataset.keys === "off";
const isOff = () => isOffForAll || localStorage.getItem(OFF) === "off";
const isTyping = (element) => element.matches("input, textarea, select, [contenteditable]");
const isActing = (element) => element.matches("a, button, summary, [role=option]");

function go(name) {
  const link = document.querySelector(`[data-go="${name}"]`);
  if (link) link.click();
}

function focusSearch() {
  const field = document.querySelector("[data-global-search]");
  const shown = field?.checkVisibility?.() ?? Boolean(field);
  if (shown) field.focus();
  else go("find");
}

function dispatch(command) {
  const event = new CustomEvent("key", { detail: command, bubbles: true, cancelable: true });
  return !document.dispatchEvent(event);
}

function press(key) {
  if (waitsForSecond) {
    clearTimeout(waitsForSecond);
    waitsForSecond = 0;
    if (GO[key]) return go(GO[key]), true;
  }
  if (key === "g") {
    waitsForSecond = setTimeout(() => (waitsForSecond = 0), WAIT);
    return true;
  }
  if (key === "/") return focusSearch(), true;
  if (key === "u") return go("upload"), true;
  if (key === "t") return document.querySelector("[data-theme-switch] button")?.click(), true;
  if (/^[1-6]$/.test(key)) return pressTab(Number(key));
  return COMMANDS[key] ? dispatch(COMMANDS[key]) : false;
}

function pressTab(number) {
  const tab = document.querySelectorAll(".tabs a")[number - 1];
  tab?.click();
  return Boolean(tab);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keys").showModal();
    return;
  }
  if (isOff() || (event.key === "Enter" && isActing(event.target))) return;
  if (press(event.key)) event.preventDefault();
});

document.querySelectorAll("[data-opens=keys]").forEach((button) => (button.hidden = false));

const isOnBox = document.querySelector("[data-keys-on]");
if (isOnBox) {
  isOnBox.checked = !isOff();
  isOnBox.disabled = isOffForAll;
  isOnBox.addEventListener("change", () => localStorage.setItem(OFF, isOnBox.checked ? "on" : "off"));
}
