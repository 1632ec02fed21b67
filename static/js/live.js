// Keeps an element with data-live="<url>" up to date: see templates/components/_live.html.
const FASTEST = 1000, SLOWEST = 10000, announcer = document.getElementById("announcer");

function isBusy(element) {
  const here = document.activeElement;
  return element.querySelector("dialog[open]") !== null
    || (element.contains(here) && here.matches("input:not([type=submit]), textarea, select"));
}

function swap(element, html) {
  const focused = element.contains(document.activeElement) && document.activeElement.id;
  const open = [...element.querySelectorAll("details[open][id]")].map((d) => d.id);
  const said = element.querySelector("[data-say]")?.textContent;
  element.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  window.htmx?.process(element);
  const says = element.querySelector("[data-say]")?.textContent;
  if ("announce" in element.dataset && says && says !== said) announcer.textContent = says;
}

function keepLive(element) {
  let wait = FASTEST, tag = "", shown = null, timer = 0, asking = false;
  async function ask() {
    clearTimeout(timer);
    if (document.hidden || asking || !element.isConnected) return;
    asking = true;
    wait = Math.min(SLOWEST, wait * 1.3);
    try {
      const answer = await fetch(element.dataset.live, {
        headers: { "HX-Request": "true", ...(tag && { "If-None-Match": tag }) }, cache: "no-store",
      });
      const html = answer.ok && !answer.redirected ? await answer.text() : null;
      if (answer.status === 286 || [401, 403, 404, 410].includes(answer.status) || answer.redirected) wait = Infinity;
      if (html !== null && html !== shown && !isBusy(element)) {
        if (shown !== null || html.trim() !== element.innerHTML.trim()) swap(element, html);
        if (shown !== null) wait = Math.min(wait, FASTEST);
        [shown, tag] = [html, answer.headers.get("ETag") || ""];
      }
    } catch { /* no network for a moment: the next, later question tries again */ }
    asking = false;
    if (wait !== Infinity) timer = setTimeout(ask, wait);
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden && wait !== Infinity) { wait = FASTEST; ask(); } });
  timer = setTimeout(ask, wait);
}
document.querySelectorAll("[data-live]").forEach(keepLive);
