// Says every data-beat seconds that this page is looked at: <form data-beat="30">. It rests while the tab
// is hidden and after five minutes without a key, a touch or a scroll. Only where the worker wants it.
const form = document.querySelector("[data-beat]"), IDLE = 5 * 60000;
let lastSign = Date.now(), isResting = document.hidden;

function say(isStart) {
  const body = new FormData(form);
  if (isStart) body.set("start", "on");
  fetch(form.action, { method: "POST", body, keepalive: true }).catch(() => {});
}

function rest(shouldRest) {
  if (shouldRest === isResting) return;
  say(isResting); // what came before is counted; after a rest the clock starts anew
  isResting = shouldRest;
}

for (const sign of ["keydown", "pointerdown", "pointermove", "scroll"]) {
  addEventListener(sign, () => { lastSign = Date.now(); if (!document.hidden) rest(false); }, { passive: true });
}
document.addEventListener("visibilitychange", () => { lastSign = Date.now(); rest(document.hidden); });
addEventListener("pagehide", () => rest(true));
setInterval(() => {
  if (!isResting) say(false);
  if (Date.now() - lastSign > IDLE) rest(true);
}, Number(form.dataset.beat) * 1000);
if (!isResting) say(true);
