/* Swagger's pages have a dark dress of their own, which a class puts on. No module: the first paint waits for it. */

const root = document.documentElement;
const night = matchMedia("(prefers-color-scheme: dark)");

const dress = () => root.classList.toggle("dark-mode", (root.dataset.theme ?? (night.matches ? "dark" : "light")) === "dark");

night.addEventListener("change", dress);
dress();
