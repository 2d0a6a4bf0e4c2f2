/* The upload's comforts: dropping a file, and counting what is pasted. */

const drop = document.querySelector("[data-drop]");
const input = drop?.querySelector("input[type=file]");

function setOver(isOver) {
  drop.classList.toggle("is-over", isOver);
}

if (drop && input) {
  drop.querySelector("[data-drop-hint]").hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      setOver(true);
    });
  }
  drop.addEventListener("dragleave", (event) => {
    if (!drop.contains(event.relatedTarget)) setOver(false);
  });
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
}

const counter = document.querySelector("[data-counter]");
const text = counter && document.getElementById(counter.dataset.counter);

function count() {
  const lines = text.value.split(/\r\n|\r|\n/).map((line) => line.trim().toLowerCase()).filter(Boolean);
  const repeated = lines.length - new Set(lines).size;
  const word = lines.length === 1 ? counter.dataset.one : counter.dataset.many;
  counter.textContent = lines.length
    ? `${lines.length.toLocaleString("en")} ${word}` + (repeated ? ` · ${repeated.toLocaleString("en")} ${counter.dataset.repeated}` : "")
    : "";
}

if (text) {
  text.addEventListener("input", count);
  count();
}
