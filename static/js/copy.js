/* Buttons that copy what stands in an element. Without this file they stay hidden. */

const SHOWN = 2000;

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const label = button.querySelector("span");
    const before = label.textContent;
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    label.textContent = button.dataset.done;
    setTimeout(() => (label.textContent = before), SHOWN);
  });
}
