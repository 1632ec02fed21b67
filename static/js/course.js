// Lets a picture move: [data-course] holds {hours, lanes}; its [data-reveal] parts are shown up to a moment.
// And when a fragment says [data-reload], what was being played is over: show the whole page.
const SECONDS = 12, isCalm = matchMedia("(prefers-reduced-motion: reduce)");

function setUp(course) {
  const hours = JSON.parse(course.dataset.course).hours, last = hours.length;
  const [play, time, shown] = ["play", "time", "hour"].map((name) => course.querySelector(`[data-${name}]`));
  const parts = [...course.querySelectorAll("[data-reveal]")];
  let startedAt = 0, frame = 0;

  function show(moment) {
    const width = (360 * Math.max(0, moment - 1)) / Math.max(1, last - 1);
    for (const part of parts) {
      part.setAttribute("width", width || 0.01);
      part.setAttribute("viewBox", `0 0 ${width || 0.01} 96`);
    }
    shown.textContent = hours[Math.min(last, Math.max(1, Math.round(moment))) - 1].toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  }

  function stop() {
    cancelAnimationFrame(frame);
    frame = 0;
    play.textContent = play.dataset.playWords;
  }

  function step(now) {
    const moment = 1 + ((now - startedAt) / (SECONDS * 1000)) * (last - 1);
    time.value = Math.min(last, moment);
    show(Math.min(last, moment));
    if (moment >= last) stop();
    else frame = requestAnimationFrame(step);
  }

  function start() {
    const from = Number(time.value) >= last ? 1 : Number(time.value);
    startedAt = performance.now() - ((from - 1) / (last - 1)) * SECONDS * 1000;
    play.textContent = play.dataset.pauseWords;
    frame = requestAnimationFrame(step);
  }

  play.addEventListener("click", () => (frame ? stop() : start()));
  time.addEventListener("input", () => { stop(); show(Number(time.value)); });
  course.querySelector("[data-controls]").hidden = false;
  if (isCalm.matches) return;
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    start();
  }, { threshold: 0.4 }).observe(course);
}

document.querySelectorAll("[data-course]").forEach(setUp);
for (const live of document.querySelectorAll("[data-live]")) {
  new MutationObserver(() => live.querySelector("[data-reload]") && location.reload()).observe(live, { childList: true });
}
