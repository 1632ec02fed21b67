// Keeps one page, /offline/, with its styles, and shows it when a page cannot be fetched.
// Nothing else is kept: an old task list would be worse than none.
const KEPT = "offline-1";

self.addEventListener("install", (event) => event.waitUntil(keep()));
async function keep() {
  const kept = await caches.open(KEPT);
  const page = await fetch("/offline/", { cache: "reload", credentials: "omit" });
  const styles = [...(await page.clone().text()).matchAll(/href="([^"]+\.css)"/g)].map((found) => found[1]);
  await kept.put("/offline/", page);
  await kept.addAll(styles);
  await self.skipWaiting();
}

self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
async function forgetOlder() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match("/offline/")));
  else if (request.destination === "style") event.respondWith(fetch(request).catch(() => caches.match(request)));
});
