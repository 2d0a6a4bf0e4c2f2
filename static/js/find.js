/* Suggestions below the search field of every page. Without this file Enter leads to the page of all that is found. */

const PAUSE = 180; // after the last key
const LEAST = 2; // letters

const input = document.querySelector("[data-global-search]");
const list = document.getElementById("suggest");
const count = document.querySelector("[data-suggest-count]");
let timer = 0;
let asked = "";

const options = () => [...list.querySelectorAll("[role=option]")];
const active = () => list.querySelector("[aria-selected=true]");

function close() {
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function choose(option) {
  active()?.setAttribute("aria-selected", "false");
  if (!option) return input.removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", option.id);
}

function show(html) {
  list.innerHTML = html;
  const found = options().length;
  list.hidden = found === 0;
  input.setAttribute("aria-expanded", String(found > 0));
  input.removeAttribute("aria-activedescendant");
  count.textContent = found === 1 ? count.dataset.one : `${found} ${count.dataset.many}`;
}

async function suggest() {
  const text = input.value.trim();
  if (text === asked) return;
  asked = text;
  if (text.length < LEAST) return close();
  try {
    const address = `${input.dataset.suggests}?${new URLSearchParams({ q: text })}`;
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
    // Somebody who types on has asked for something else meanwhile.
    if (answer.ok && text === input.value.trim() && document.activeElement === input) show(await answer.text());
  } catch {
    close();
  }
}

function move(step) {
  const all = options();
  if (list.hidden || !all.length) return;
  const place = all.indexOf(active()) + step;
  choose(place < 0 ? (step < 0 && all.indexOf(active()) < 0 ? all.at(-1) : null) : all[place % all.length]);
}

if (input) {
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", "suggest");
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !list.hidden && active()) {
      event.preventDefault();
      active().click();
    } else if (event.key === "Escape") {
      if (list.hidden) input.blur();
      else event.preventDefault();
      close();
    }
  });
  input.form.addEventListener("focusout", (event) => {
    if (!input.form.contains(event.relatedTarget)) close();
  });
  // The field keeps the focus while a suggestion is pressed.
  list.addEventListener("mousedown", (event) => event.preventDefault());
}
