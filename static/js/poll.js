/* Asks for changes while something is under way, and only as often as somebody looks.

   Elements with data-poll listen for the event "tick" on the body; this decides when it comes. */

const QUICK = 2000; // while people look at a page on which something moves
const SLOW = 10000; // nobody has touched it for a while
const HIDDEN = 60000;
const IDLE_AFTER = 90000;
const LONGEST_WAIT = 60000;
// The time left, and whether anything moves at all, change without any row.
const REDRAW_AFTER = 30000;

let touched = Date.now();
let failures = 0;
let drawn = Date.now(); // when the numbers above the rows were last drawn
let timer = 0;
let heard = new Date(); // when the server last answered
let stopped = false;
let ticket = ""; // with it the server need not ask who we are while nothing moves

const isLive = () => !stopped && document.querySelector("[data-poll]") !== null;

function chooseWait() {
  if (document.hidden) return HIDDEN;
  const wait = Date.now() - touched > IDLE_AFTER ? SLOW : QUICK;
  return Math.min(wait * 2 ** failures, LONGEST_WAIT);
}

function plan(wait = chooseWait()) {
  clearTimeout(timer);
  if (isLive()) timer = setTimeout(tick, wait);
}

function tick() {
  document.body.dispatchEvent(new CustomEvent("tick"));
  // The answer plans the next one; this is for an answer that never comes.
  plan(LONGEST_WAIT);
}

// What is shown stays, with the time at which it was true.
function showTrouble(status) {
  for (const note of document.querySelectorAll("[data-trouble]")) {
    const words = note.querySelector("[data-trouble-words]");
    const time = heard.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    words.textContent = `${status ? words.dataset.failed : words.dataset.offline} ${time}`;
    note.hidden = failures === 0;
  }
}

// What the page shows, so that only what differs is sent.
document.body.addEventListener("htmx:configRequest", (event) => {
  const progress = document.getElementById("progress");
  if (!progress || !event.target.matches("[data-poll]")) return;
  const rows = [...document.querySelectorAll("#rows > tr[data-v]")];
  event.detail.parameters.rows = rows.map((row) => `${row.id.slice(1)}.${row.dataset.v}`).join(",");
  if (ticket) event.detail.parameters.ticket = ticket;
  event.detail.parameters.panel = Date.now() - drawn < REDRAW_AFTER ? progress.dataset.version : "";
  for (const [name, value] of new URLSearchParams(location.search)) event.detail.parameters[name] ??= value;
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.requestConfig.elt.matches("[data-poll]")) return;
  const status = event.detail.xhr.status;
  failures = status >= 200 && status < 400 ? 0 : Math.min(failures + 1, 5);
  if (!failures) heard = new Date();
  if (status === 200) drawn = Date.now();
  ticket = event.detail.xhr.getResponseHeader("X-Poll-Ticket") ?? ticket;
  showTrouble(status);
  if (status === 286 || status === 404 || status === 403) stopped = true;
  plan();
});

for (const name of ["pointermove", "keydown", "scroll"]) {
  addEventListener(name, () => (touched = Date.now()), { passive: true });
}
addEventListener("visibilitychange", () => plan(document.hidden ? HIDDEN : 200));
addEventListener("online", () => plan(200));

plan(600);
