/* An act on one row that leaves the page where it is: its menu goes, and what came of it is told below until put away. */

const told = document.getElementById("told");

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.matches("[data-poll]")) return;
  told.replaceChildren();
  // A row whose menu is open is not drawn anew.
  event.detail.elt.closest("[popover]")?.hidePopover();
});

told.addEventListener("click", (event) => {
  if (event.target.closest("[data-put-away]")) told.replaceChildren();
});
