/* A part of the page that could not be fetched: what is there stays, and a notice offers to try again.
   Those that are asked for again by themselves (data-poll) say so in their own place. */

let failed = null; // the element whose request did not work

function findNotice() {
  const known = document.getElementById("trouble");
  if (known) return known;
  const notice = document.getElementById("trouble-notice").content.firstElementChild.cloneNode(true);
  document.getElementById("main").before(notice);
  return notice;
}

function tell(event) {
  const { elt, xhr, requestConfig } = event.detail;
  if (elt.matches("[data-poll]")) return;
  failed = elt;
  const notice = findNotice();
  const words = notice.querySelector("[data-words]");
  words.textContent = xhr.status ? words.dataset.failed : words.dataset.offline;
  const id = xhr.getResponseHeader?.("X-Request-ID");
  notice.querySelector("[data-request-id]").textContent = id ? `(${id})` : "";
  notice.querySelector("[data-retry]").onclick = () => {
    notice.remove();
    htmx.trigger(elt, requestConfig.triggeringEvent?.type ?? "change");
  };
}

document.body.addEventListener("htmx:responseError", tell);
document.body.addEventListener("htmx:sendError", tell);
document.body.addEventListener("htmx:timeout", tell);
// Until that works: other requests, and the polls that go on, say nothing about it.
document.body.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.xhr.status < 400 && event.detail.elt === failed) document.getElementById("trouble")?.remove();
});
