// Shows a page of its own when the server cannot be reached, and the pushes of the server. It stores nothing else: the
// pages contain private data, and without the server they would be outdated.
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

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));

/** Browsers require a notification for every push. `renotify` sounds again for one that replaces another. */
async function show(data) {
  const { title, body, url, tag } = readPush(data);
  // An open page has announced it already, under the same tag.
  const isAnnounced = (await openPages()).length > 0;
  await self.registration.showNotification(title, { body, tag, dir: "auto", renotify: !isAnnounced, data: { url } });
  if (!isAnnounced) await updateBadge().catch(() => {});
}

/** The number on the icon of the installed application. An open page keeps it by itself. */
async function updateBadge() {
  const { viewer } = await request("{ viewer { unreadCount unreadNotificationCount } }");
  if (viewer) await self.navigator.setAppBadge?.(viewer.unreadCount + viewer.unreadNotificationCount);
}

function readPush(data) {
  const otherwise = { title: "Studyhall", body: "", url: "/notifications", tag: "studyhall" };
  try {
    return { ...otherwise, ...data.json() };
  } catch {
    return otherwise;
  }
}

const openPages = async () => {
  const all = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter(({ url }) => new URL(url).pathname !== "/graphiql");
};

self.addEventListener("notificationclick", (event) => {
  const { notification } = event;
  notification.close();
  event.waitUntil(Promise.all([open(notification.data?.url ?? "/"), markRead(notification.tag).catch(() => {})]));
});

/** The tag of a notification is its id. Messages are read in their conversation. */
async function markRead(tag) {
  if (!tag?.startsWith("ntf_")) return;
  const mutation = "mutation ($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { userErrors { code } } }";
  await request(mutation, { input: { notificationIds: [tag] } });
}

/** Brings an open page to the front, which then shows the path, or opens a page. */
async function open(url) {
  // The server may be configured with another name than the one in the address bar.
  const { pathname, search } = new URL(url, self.location.origin);
  const path = pathname + search;
  const pages = await openPages();
  const page = pages.find((one) => new URL(one.url).pathname === pathname) ?? pages[0];
  if (!page) return self.clients.openWindow(path);
  page.postMessage({ path });
  await page.focus();
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.newSubscription)));

/** The browser has replaced or ended its subscription. Without a session there is nothing to push. */
async function renew(newSubscription) {
  const { server } = await request("{ server { pushPublicKey } }");
  const options = { userVisibleOnly: true, applicationServerKey: server.pushPublicKey };
  const subscription = newSubscription ?? (await self.registration.pushManager.subscribe(options));
  const { endpoint, keys } = subscription.toJSON();
  const mutation =
    "mutation ($input: RegisterPushSubscriptionInput!) { registerPushSubscription(input: $input) { isRegistered } }";
  const { registerPushSubscription } = await request(mutation, { input: { endpoint, p256dh: keys.p256dh, auth: keys.auth } });
  if (!registerPushSubscription?.isRegistered) await subscription.unsubscribe();
}

async function request(query, variables) {
  const headers = { "content-type": "application/json" };
  const response = await fetch("/graphql", { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return (await response.json()).data ?? {};
}
