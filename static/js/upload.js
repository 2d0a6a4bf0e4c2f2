/* The upload's comforts: dropping a file, and counting what is pasted. */

const drop = document.querySelector("[data-drop]");
const input = drop?.querySelector("input[type=file]");

function setOver(isOver) {
  drop.classList.toggle("is-over", isOver);
}

// The tab of that name; without tabs both are shown.
function choose(way) {
  const radio = document.getElementById(`way-${way}`);
  if (radio) radio.checked = true;
}

function takeFile(files) {
  choose("file");
  input.files = files;
}

const holdsFiles = (event) => event.dataTransfer.types.includes("Files");

if (drop && input) {
  const card = drop.closest("[data-upload]") ?? drop;
  drop.querySelector("[data-drop-hint]").hidden = false;
  for (const name of ["dragenter", "dragover"]) {
    card.addEventListener(name, (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      choose("file");
      setOver(true);
    });
  }
  card.addEventListener("dragleave", (event) => {
    if (!card.contains(event.relatedTarget)) setOver(false);
  });
  card.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer.files.length) takeFile(event.dataTransfer.files);
  });
}

const counter = document.querySelector("[data-counter]");
const text = counter && document.getElementById(counter.dataset.counter);

const shown = (number) => number.toLocaleString(document.documentElement.lang);

function count() {
  const lines = text.value.split(/\r\n|\r|\n/).map((line) => line.trim().toLowerCase()).filter(Boolean);
  const repeated = lines.length - new Set(lines).size;
  const word = lines.length === 1 ? counter.dataset.one : counter.dataset.many;
  counter.textContent = lines.length
    ? `${shown(lines.length)} ${word}` + (repeated ? ` · ${shown(repeated)} ${counter.dataset.repeated}` : "")
    : "";
}

if (text) {
  text.addEventListener("input", count);
  count();
}

// Pasted anywhere on the page, keywords and files come where they belong.
document.addEventListener("paste", (event) => {
  if (!text || event.target.closest?.("input, textarea, select")) return;
  const pasted = event.clipboardData.getData("text/plain");
  if (event.clipboardData.files.length) takeFile(event.clipboardData.files);
  else if (pasted.trim()) {
    choose("paste");
    text.value += text.value && !text.value.endsWith("\n") ? `\n${pasted}` : pasted;
    text.focus();
    count();
  } else return;
  event.preventDefault();
});
