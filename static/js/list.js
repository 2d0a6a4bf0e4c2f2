/* The list page: choosing rows, keys, what a live change must not lose, and hints while one types a filter. */

const table = document.getElementById("rows");
const bar = document.querySelector("[data-bulk-bar]");
const pageTick = document.querySelector("[data-tick-page]");
const allTick = document.querySelector("[data-tick-all]");
const untick = document.querySelector("[data-untick]");
const chosen = new Set();
const changed = new Set();
let lastTick = null;

const ticks = () => [...table.querySelectorAll("[data-tick]")];
const rowOf = (element) => element?.closest?.("#rows > tr");

function showChosen() {
  const isAll = allTick.checked;
  bar.classList.toggle("is-resting", !chosen.size && !isAll);
  bar.querySelector("[data-ticked-count]").textContent = chosen.size.toLocaleString(document.documentElement.lang);
  pageTick.checked = chosen.size > 0 && chosen.size === ticks().length;
  pageTick.indeterminate = chosen.size > 0 && !pageTick.checked;
}

function setTick(tick, isOn) {
  tick.checked = isOn;
  if (isOn) chosen.add(tick.value);
  else chosen.delete(tick.value);
}

// With shift: all from the one before to this one become as this one is.
function tickRange(from, to, isOn) {
  const all = ticks();
  const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (first >= 0) all.slice(first, last + 1).forEach((tick) => setTick(tick, isOn));
}

function clearChosen() {
  ticks().forEach((tick) => setTick(tick, false));
  chosen.clear();
  allTick.checked = false;
  showChosen();
}

function startChoosing() {
  pageTick.hidden = false;
  untick.hidden = false;
  // A page that comes back from the history has its ticks already.
  ticks().forEach((tick) => tick.checked && chosen.add(tick.value));
  table.addEventListener("click", (event) => {
    const tick = event.target.closest("[data-tick]");
    if (!tick) return;
    setTick(tick, tick.checked);
    if (event.shiftKey && lastTick) tickRange(lastTick, tick, tick.checked);
    lastTick = tick;
    showChosen();
  });
  pageTick.addEventListener("change", () => {
    ticks().forEach((tick) => setTick(tick, pageTick.checked));
    showChosen();
  });
  allTick.addEventListener("change", showChosen);
  untick.addEventListener("click", clearChosen);
  showChosen();
}

// A row that comes anew has lost its tick. One whose menu is open waits for the next time.
document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
  const row = rowOf(event.detail.target);
  if (row?.querySelector(":popover-open")) event.detail.shouldSwap = false;
});
document.body.addEventListener("htmx:oobAfterSwap", (event) => {
  const row = document.getElementById(event.detail.target?.id);
  const tick = row?.querySelector?.("[data-tick]");
  if (!tick) return;
  if (chosen.has(tick.value)) tick.checked = true;
  noteChange(tick.value);
});

function noteChange(id) {
  const pill = document.querySelector("[data-order-pill]");
  if (!pill || !isOrdered()) return;
  changed.add(id);
  pill.textContent = `${changed.size} ${changed.size === 1 ? pill.dataset.one : pill.dataset.many}`;
  pill.hidden = false;
}

function isOrdered() {
  const query = new URLSearchParams(location.search);
  return ["sort", "q", "outcome", "status"].some((name) => query.get(name));
}

function move(step) {
  const links = [...table.querySelectorAll(".row-link")];
  const at = links.indexOf(rowOf(document.activeElement)?.querySelector(".row-link"));
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[next]?.focus();
  links[next]?.scrollIntoView({ block: "nearest" });
}

function select() {
  const tick = rowOf(document.activeElement)?.querySelector("[data-tick]");
  if (!tick) return false;
  setTick(tick, !tick.checked);
  lastTick = tick;
  showChosen();
  return true;
}

// On the chosen rows where there are some, else on the row that has the focus.
function act(name) {
  const row = rowOf(document.activeElement);
  const button = bar.querySelector(`[data-command="${name}"]`);
  if (!chosen.size && !allTick.checked && row) setTick(row.querySelector("[data-tick]"), true);
  if (!chosen.size && !allTick.checked) return false;
  button.click();
  return true;
}

const COMMANDS = {
  next: () => (move(1), true),
  previous: () => (move(-1), true),
  select,
  open: () => {
    const link = rowOf(document.activeElement)?.querySelector(".row-link");
    link?.click();
    return Boolean(link);
  },
  rerun: () => act("rerun"),
  cancel: () => act("cancel"),
};

document.addEventListener("key", (event) => {
  if (event.detail === "export") {
    const link = document.querySelector("[data-go=export]");
    if (link) link.click(), event.preventDefault();
  } else if (table && COMMANDS[event.detail]?.()) event.preventDefault();
});

// Space on the link of a row ticks it, as in a list of files.
table?.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches(".row-link") && select()) event.preventDefault();
});

if (table && bar) startChoosing();

// The browser's own list of hints replaces the whole text, so each hint holds what stands before it.
const box = document.querySelector("[data-filter-box]");
const hints = document.getElementById("filter-hints");
const known = hints ? [...hints.options].map((option) => option.value) : [];

box?.addEventListener("input", () => {
  const at = box.value.lastIndexOf(" ") + 1;
  const before = box.value.slice(0, at);
  const word = box.value.slice(at).toLowerCase();
  const fitting = known.filter((hint) => hint.startsWith(word) && hint !== word);
  hints.replaceChildren(
    ...fitting.map((hint) => {
      const option = document.createElement("option");
      option.value = before + hint;
      return option;
    }),
  );
});
