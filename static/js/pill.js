/* The queue pill: fetched after the page, and again while somebody looks. */

const EVERY = 10000;
const holder = document.querySelector("[data-pill]");
const spoken = document.getElementById("pill-spoken");

function show(html) {
  const wasOpen = holder.querySelector("details")?.open;
  const hadFocus = holder.contains(document.activeElement) && document.activeElement.matches("summary");
  holder.innerHTML = html;
  const pill = holder.querySelector("details");
  if (wasOpen) pill.open = true;
  if (hadFocus) pill.querySelector("summary").focus();
  say(pill);
}

// Only that work began, stopped or ended is worth an interruption; the numbers can be read.
function say(pill) {
  if (holder.dataset.tone && holder.dataset.tone !== pill.dataset.tone) {
    spoken.textContent = pill.querySelector("summary").textContent.replace(/\s+/g, " ").trim();
  }
  holder.dataset.tone = pill.dataset.tone;
}

async function refresh() {
  const isBusy = holder.querySelector(".pill__sheet")?.contains(document.activeElement);
  if (document.hidden || isBusy) return;
  try {
    const answer = await fetch(holder.dataset.pill, { headers: { "X-Requested-With": "fetch" }, redirect: "error" });
    if (answer.ok) show(await answer.text());
  } catch {
    // The pill keeps what it knew; the page says so where it matters.
  }
}

if (holder) {
  refresh();
  setInterval(refresh, EVERY);
  addEventListener("visibilitychange", refresh);
}
