// The page around the work: keeps drafts, and takes the answers of a framed template.
// <form data-work data-draft="<address>"> is what is handed in; with <iframe data-frame> the answers
// come by message, and only from that frame, which has no origin of its own ("null").
const work = document.querySelector("[data-work]");
const frame = document.querySelector("iframe[data-frame]");
const told = document.querySelector("[data-saved]");
const MOST = 64 * 1024;
let kept = "", newest = "", isPausing = false;

// One draft a second and the newest last, however often a template says that something changed.
function keepInTime(body) {
  newest = body;
  if (isPausing) return;
  isPausing = true;
  keep(body);
  setTimeout(() => { isPausing = false; if (newest !== body) keepInTime(newest); }, 1000);
}

async function keep(body) {
  if (!work?.dataset.draft || body === kept) return;
  kept = body;
  const headers = { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": work.elements.csrfmiddlewaretoken.value };
  try {
    const answer = await fetch(work.dataset.draft, { method: "POST", headers, body, keepalive: body.length < 60000 });
    if (told && answer.ok) told.textContent = told.dataset.saved;
    if (!answer.ok) kept = "";
  } catch { kept = ""; /* no network for a moment: the next change tries again */ }
}

function areGood(pairs) {
  return Array.isArray(pairs) && pairs.length <= 2000
    && pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string"))
    && JSON.stringify(pairs).length <= MOST;
}

function hear(event) {
  if (event.source !== frame.contentWindow || event.origin !== "null") return;
  const { taakplein: kind, pairs, height } = event.data ?? {};
  if (kind === "ready" && frame.dataset.restore) frame.contentWindow.postMessage({ restore: JSON.parse(frame.dataset.restore) }, "*");
  if (kind === "height" && Number.isFinite(height)) frame.height = Math.min(20000, Math.max(150, Math.ceil(height) + 16));
  if (kind !== "draft" && kind !== "answers") return;
  const problem = document.querySelector("[data-too-much]");
  if (!areGood(pairs)) { if (problem) problem.hidden = false; return; }
  const json = JSON.stringify(pairs);
  if (kind === "draft") keepInTime(new URLSearchParams({ pairs: json }).toString());
  else if (work) handIn(json);
  else showPreview(pairs);
}

// A template can press its own button. Without a key or a finger a moment ago the worker is asked
// first: nobody's work is handed in behind their back, nor again and again when it is refused.
function handIn(json) {
  work.elements.pairs.value = json;
  if (navigator.userActivation?.isActive ?? true) return work.requestSubmit();
  const question = document.querySelector("[data-by-itself]");
  if (question) question.hidden = false;
}

function showPreview(pairs) {
  const list = document.querySelector("[data-preview]");
  if (list) list.replaceChildren(...pairs.map(([name, value]) => Object.assign(document.createElement("li"), { textContent: `${name}: ${value}` })));
}

if (frame) {
  addEventListener("message", hear);
  frame.src = frame.dataset.frame; // only now: its first message must find somebody listening
} else if (work?.dataset.draft) {
  let timer = 0;
  const body = () => {
    const fields = new FormData(work);
    fields.delete("csrfmiddlewaretoken");
    return new URLSearchParams([...fields].filter(([, value]) => typeof value === "string")).toString();
  };
  kept = body();
  const note = () => { clearTimeout(timer); timer = setTimeout(() => keep(body()), 1500); };
  work.addEventListener("input", note);
  work.addEventListener("change", note);
  work.addEventListener("focusout", () => keep(body()));
  addEventListener("pagehide", () => keep(body()));
  work.addEventListener("submit", () => clearTimeout(timer));
}
