/* A keyword's page: copying, choosing a run without a button, and keys. */

const SHOWN = 1500;

function offerCopies() {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  for (const button of document.querySelectorAll("[data-sent-by-itself]")) button.hidden = true;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("span");
  const before = label.textContent;
  label.textContent = button.dataset.copied;
  button.classList.add("is-copied");
  setTimeout(() => {
    label.textContent = before;
    button.classList.remove("is-copied");
  }, SHOWN);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

const TARGETS = {
  next: "[data-neighbour=next]",
  previous: "[data-neighbour=previous]",
  rerun: "[data-does=rerun]:not(:disabled)",
  cancel: "[data-does=cancel]",
};

document.addEventListener("key", (event) => {
  const target = TARGETS[event.detail] && document.querySelector(TARGETS[event.detail]);
  if (!target) return;
  event.preventDefault();
  target.click();
});

// The live part of the page is put in anew while a search runs.
document.body.addEventListener("htmx:afterSettle", offerCopies);
offerCopies();
