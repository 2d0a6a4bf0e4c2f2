/* The check page: the numbers beside Start follow what becomes of keywords that are tracked already. */

document.addEventListener("change", (event) => {
  if (event.target.name !== "on_duplicate") return;
  const isAll = event.target.value === "add";
  for (const words of document.querySelectorAll("[data-counts-tracked]")) {
    words.dataset.without ??= words.textContent;
    words.textContent = isAll ? words.dataset.countsTracked : words.dataset.without;
  }
});
