/* What every page does besides showing: the theme, dialogs, focus on errors, one press a form. */

const THEMES = ["system", "light", "dark"];
const A_YEAR = 365 * 24 * 3600;

function switchTheme(form, submitter) {
  const theme = submitter.value;
  const root = document.documentElement;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=${A_YEAR}; samesite=lax${secure}`;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  submitter.value = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  root.dispatchEvent(new CustomEvent("themechange"));
  if (document.querySelector("[data-pill]")) keepTheme(form, theme);
}

// For the account's other browsers. This one has its cookie: where the net is down, nothing is lost here.
function keepTheme(form, theme) {
  const body = new FormData(form);
  body.set("theme", theme);
  fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-switch]")) {
    event.preventDefault();
    switchTheme(form, event.submitter);
  } else if (form.matches("[data-once]")) {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  }
});

// A page that comes back from the history may be sent again.
addEventListener("pageshow", () => {
  document.querySelectorAll("[data-once]").forEach((form) => delete form.dataset.sent);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  // Browsers that know commandfor open it by themselves, without scripts too.
  if (opener && !opener.commandForElement) document.getElementById(opener.dataset.opens).showModal();
  else if (event.target.matches("dialog[open]")) event.target.close();
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

for (const button of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  const show = button.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    button.textContent = field.type === "password" ? show : button.dataset.hide;
  });
}

// Of tabs that do not fit, the one that is looked at.
// The row of tabs alone is moved, so that the page still begins at its top.
const tab = document.querySelector('.tabs [aria-current="page"]');
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;

document.querySelector("[data-focus]")?.focus();
