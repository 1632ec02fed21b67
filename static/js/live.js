// Keeps an element with data-live="<url>" up to date: see templates/components/_live.html.
// It asks every second (or every data-every="n") while something happened in the last five minutes,
// then ever less.
const QUIET = 5 * 60000, announcer = document.getElementById("announcer");

// What a fragment says, without what differs in every answer: form keys and the time left.
function essence(html) {
  const copy = document.createElement("template");
  copy.innerHTML = html;
  for (const key of copy.content.querySelectorAll("[name=csrfmiddlewaretoken]")) key.remove();
  for (const time of copy.content.querySelectorAll("time[data-until]")) time.replaceWith(time.dataset.until);
  return copy.innerHTML.trim();
}

function isBusy(element) {
  const here = document.activeElement, marked = getSelection();
  return element.querySelector("dialog[open]") !== null
    || (element.contains(here) && here.matches("input:not([type=submit]), textarea, select"))
    || (!marked.isCollapsed && element.contains(marked.anchorNode));
}

// What somebody typed or ticked and has not sent. A field the server called wrong counts as typed.
function typed(element) {
  const fields = element.querySelectorAll("input:not([type=hidden], [type=submit]), textarea, select");
  return [...fields].map((field) => ({
    path: `form[action="${field.form?.getAttribute("action")}"] [name="${field.name}"]` + (field.matches("[type=checkbox], [type=radio]") ? `[value="${field.value}"]` : ""),
    value: field.value,
    checked: field.checked,
    isTyped: field.checked !== field.defaultChecked || field.getAttribute("aria-invalid") === "true"
      || (field.options ? field.selectedIndex > 0 : field.value !== field.defaultValue),
  })).filter((field) => field.isTyped);
}

function retype(element, fields) {
  for (const { path, value, checked } of fields) {
    const field = element.querySelector(path);
    if (field) [field.value, field.checked] = [value, checked];
  }
}

function swap(element, html) {
  const kept = typed(element);
  const focused = element.contains(document.activeElement) && document.activeElement.id;
  const open = [...element.querySelectorAll("details[open][id]")].map((details) => details.id);
  const said = element.querySelector("[data-say]")?.textContent;
  element.innerHTML = html;
  retype(element, kept);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  window.htmx?.process(element);
  const says = element.querySelector("[data-say]")?.textContent;
  if ("announce" in element.dataset && says && says !== said) announcer.textContent = says;
}

function keepLive(element) {
  const FASTEST = 1000 * (element.dataset.every || 1), SLOWEST = Math.min(60000, 10 * FASTEST);
  let wait = FASTEST, tag = element.dataset.tag || "", shown = essence(element.innerHTML), timer = 0, asking = false, lastChange = Date.now();

  async function ask() {
    clearTimeout(timer);
    if (document.hidden || asking || !element.isConnected) return;
    asking = true;
    wait = Date.now() - lastChange < QUIET ? FASTEST : Math.min(SLOWEST, wait * 1.3);
    try {
      const headers = { "HX-Request": "true", ...(tag && { "If-None-Match": tag }) };
      const answer = await fetch(element.dataset.live, { headers, cache: "no-store" });
      const isOver = answer.redirected || [286, 401, 403, 404, 410].includes(answer.status);
      if (answer.ok && !answer.redirected && !isBusy(element)) {
        const html = await answer.text();
        if (essence(html) !== shown) {
          swap(element, html);
          [wait, lastChange] = [FASTEST, Date.now()];
        }
        [shown, tag] = [essence(html), answer.headers.get("ETag") || ""];
      }
      if (isOver) wait = Infinity;
    } catch { wait = Math.min(SLOWEST, wait * 2); /* no network for a moment: ask again later */ }
    asking = false;
    if (wait !== Infinity) timer = setTimeout(ask, wait);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden || wait === Infinity) return;
    [wait, lastChange] = [FASTEST, Date.now()];
    ask();
  });
  timer = setTimeout(ask, wait);
}
document.querySelectorAll("[data-live]").forEach(keepLive);
