/* Shows the fields that belong to the chosen time; without scripts all of them are there. */

const form = document.querySelector("[data-schedule]");
const every = form?.elements.every;

function showFields() {
  for (const part of form.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").includes(every.value);
  }
}

if (every) {
  every.addEventListener("change", showFields);
  showFields();
}
