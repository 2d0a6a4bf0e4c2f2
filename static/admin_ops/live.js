// Fetches the parts of a page that move, and puts them in place. Parts say where they come from
// (data-live) and how often (data-seconds); a part whose content has data-moves="no" has ended.
// Without this script the page is the same, only still.

const MAX_PAUSE = 60

function isBusy(part) {
  // Never take a menu, a form or a selection from under somebody's hands.
  const active = document.activeElement
  const typing = active && part.contains(active) && active.matches("input, select, textarea")
  const selecting = !document.getSelection().isCollapsed && part.contains(document.getSelection().anchorNode)
  return typing || selecting
}

function rememberOpen(part) {
  return [...part.querySelectorAll("details[id][open]")].map((each) => each.id)
}

async function fetchPart(part) {
  const answer = await fetch(part.dataset.live + (part.dataset.query ?? ""), {
    headers: { "X-Requested-With": "XMLHttpRequest" },
    redirect: "error",
  })
  if (!answer.ok) throw new Error(String(answer.status))
  return answer.text()
}

function replacePart(part, html) {
  const open = rememberOpen(part)
  const focused = part.contains(document.activeElement) ? document.activeElement.id : ""
  const scrolls = [...part.querySelectorAll(".ops-scroll")].map((each) => each.scrollLeft)
  // The answer is our own template's, escaped by Django.
  part.innerHTML = html
  open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""))
  part.querySelectorAll(".ops-scroll").forEach((each, i) => { each.scrollLeft = scrolls[i] ?? 0 })
  if (focused) document.getElementById(focused)?.focus()
}

function hasEnded(part) {
  return part.querySelector('[data-moves="no"]') !== null
}

function keepLive(part) {
  let failures = 0
  let timer = 0

  function schedule() {
    clearTimeout(timer)
    const seconds = Number(part.dataset.seconds)
    if (seconds > 0 && !hasEnded(part)) {
      timer = setTimeout(tick, Math.min(seconds * 2 ** failures, MAX_PAUSE) * 1000)
    }
  }

  async function tick() {
    if (!document.hidden && !isBusy(part)) {
      try {
        replacePart(part, await fetchPart(part))
        failures = 0
      } catch {
        failures += 1
      }
      part.classList.toggle("ops-offline", failures > 0)
    }
    schedule()
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick() })
  part.addEventListener("ops:interval", schedule)
  schedule()
}

function rememberInterval(select) {
  const part = document.querySelector("[data-live]")
  const kept = localStorage.getItem("ops-seconds")
  if (kept !== null && [...select.options].some((each) => each.value === kept)) select.value = kept
  function apply() {
    part.dataset.seconds = select.value
    localStorage.setItem("ops-seconds", select.value)
    part.dispatchEvent(new Event("ops:interval"))
  }
  select.addEventListener("change", apply)
  select.closest("[hidden]")?.removeAttribute("hidden")
  apply()
}

async function copyText(button) {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
  const label = button.textContent
  button.textContent = button.dataset.copied
  setTimeout(() => { button.textContent = label }, 2000)
}

function offerCopy(button) {
  // Pages without TLS on another machine have no clipboard: there the button stays away.
  button.hidden = !navigator.clipboard
  button.addEventListener("click", () => copyText(button))
}

document.querySelectorAll("[data-live]").forEach(keepLive)
document.querySelectorAll("select[data-interval]").forEach(rememberInterval)
document.querySelectorAll("button[data-copy]").forEach(offerCopy)
