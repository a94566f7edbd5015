// Shows a page of its own when the server cannot be reached. It stores nothing else: the pages contain private data, and
// without the server they would be outdated.
const cacheName = "offline";
const offlinePage = "/offline.html";

self.addEventListener("install", (event) => {
  event.waitUntil(storeOfflinePage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function storeOfflinePage() {
  const cache = await caches.open(cacheName);
  const page = await fetch(offlinePage, { cache: "no-store" });
  if (!page.ok) throw new Error(`the offline page has status ${page.status}`);
  const text = await page.clone().text();
  await cache.addAll(text.match(/\/assets\/[\w.-]+/g) ?? []);
  await cache.put(offlinePage, page);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(offlinePage)));
  } else if (new URL(request.url).pathname.startsWith("/assets/offline")) {
    // The response varies by encoding, which the browser decodes before it stores it.
    event.respondWith(caches.match(request, { ignoreVary: true }).then((stored) => stored ?? fetch(request)));
  }
});
