// Ticks every <time class="countdown">, by the server's clock: data-until and data-now are server
// milliseconds, so a wrong clock on this device does no harm. Seconds show in the last ten minutes.
const hour = document.documentElement.lang === "nl" ? "u" : "h";
const two = (n) => String(n).padStart(2, "0");

function words(seconds) {
  const [d, h, m, s] = [seconds / 86400, (seconds / 3600) % 24, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  if (seconds < 600) return `${m}:${two(s)}`;
  if (seconds < 3600) return `${m} min`;
  if (d === 0) return `${h} ${hour} ${two(m)}`;
  return null; // days away: the server's words stay
}

function tick() {
  for (const time of document.querySelectorAll("time[data-until]")) {
    time.skew ??= Number(time.dataset.now) - Date.now();
    const left = Math.ceil((Number(time.dataset.until) - Date.now() - time.skew) / 1000);
    const text = left > 0 ? words(left) : time.dataset.over;
    if (text !== null && time.textContent !== text) time.textContent = text;
    time.classList.toggle("countdown-soon", left > 0 && left < 60);
    time.classList.toggle("countdown-over", left <= 0);
  }
}
tick();
setInterval(tick, 1000);
