// Tests Web Push in the browser. Without a screen it has neither a push service nor notifications: the DevTools protocol
// delivers the pushes, and the test stands for both.
import assert from "node:assert/strict";
import { createECDH, randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { logIn, register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { within } from "./support/deadline.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const [ada, ben] = [await register(server), await register(server)];
const browser = await openBrowser(server, { serviceWorkers: "allow" });
after(browser.close);
const { page, context } = browser;
const address = `${server.origin}/settings/notifications`;

/** A subscription with an address that has no server. */
function subscription() {
  const p256dh = createECDH("prime256v1").generateKeys("base64url");
  return { endpoint: `https://192.0.1.1/${randomBytes(8).toString("hex")}`, keys: { p256dh, auth: randomBytes(16).toString("base64url") } };
}

// The push service and the notifications of the browser, in the page.
await context.exposeBinding("shownNotifications", () => shown());
await context.exposeBinding("closeNotification", (_, tag) => worker().evaluate((tag) => self.notifications.delete(tag), tag));
await context.addInitScript((first) => {
  let permission = localStorage.getItem("test:permission") ?? "default";
  Object.defineProperty(Notification, "permission", { get: () => permission });
  globalThis.requests = 0;
  Notification.requestPermission = async () => {
    globalThis.requests += 1;
    permission = "granted";
    localStorage.setItem("test:permission", permission);
    return permission;
  };
  ServiceWorkerRegistration.prototype.getNotifications = async () =>
    (await globalThis.shownNotifications()).map(({ url, ...one }) => ({
      ...one,
      data: { url },
      close: () => globalThis.closeNotification(one.tag),
    }));
  globalThis.pushes = { current: JSON.parse(localStorage.getItem("test:push")), options: undefined };
  const { pushes } = globalThis;
  const keep = (value) => {
    pushes.current = value;
    localStorage.setItem("test:push", JSON.stringify(value));
  };
  const wrap = (json) => ({ toJSON: () => json, unsubscribe: async () => keep(null) });
  PushManager.prototype.getSubscription = async () => pushes.current && wrap(pushes.current);
  PushManager.prototype.subscribe = async (options) => {
    pushes.options = options;
    if (!pushes.current) keep(first);
    return wrap(pushes.current);
  };
}, subscription());

await page.goto(`${server.origin}/login`);
await logInAs(page, ada);
await page.evaluate(() => navigator.serviceWorker.ready);
const worker = () => context.serviceWorkers()[0];
await worker().evaluate(() => {
  self.notifications = new Map();
  ServiceWorkerRegistration.prototype.showNotification = async (title, { body, tag, renotify, data }) =>
    void self.notifications.set(tag, { title, body, tag, renotify, url: data.url });
});

const devtools = await context.newCDPSession(page);
const registered = new Promise((resolve) => {
  devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const [one] = registrations.filter(({ isDeleted }) => !isDeleted);
    if (one) resolve(one.registrationId);
  });
});
await devtools.send("ServiceWorker.enable");
const registrationId = await registered;

const deliver = (content) =>
  devtools.send("ServiceWorker.deliverPushMessage", {
    origin: server.origin,
    registrationId,
    data: typeof content === "string" ? content : JSON.stringify(content),
  });
const shown = () => worker().evaluate(() => [...self.notifications.values()]);
/** Waits until these notifications are shown, and no others. */
const waitUntilShown = (...tags) =>
  within(
    10,
    worker().evaluate(async (tags) => {
      const isShown = () => JSON.stringify([...self.notifications.keys()].sort()) === JSON.stringify(tags.sort());
      while (!isShown()) await new Promise((resolve) => setTimeout(resolve, 20));
    }, tags),
    `the notifications ${tags.join(", ")}`,
  );
/** Selects a notification, as the user does. */
const select = (tag) =>
  worker().evaluate((tag) => {
    const { url } = self.notifications.get(tag);
    const notification = { tag, data: { url }, close: () => self.notifications.delete(tag) };
    self.dispatchEvent(Object.assign(new ExtendableEvent("notificationclick"), { notification }));
  }, tag);
const sessions = async (token = ada.token) => {
  const { data } = await sendRequest(server, "{ viewer { sessions { nodes { deviceName hasPushSubscription } } } }", {}, token);
  return data.viewer.sessions.nodes.filter((one) => one.hasPushSubscription).map((one) => one.deviceName);
};
const push = (part) => ({ kind: "MENTION", title: "Studyhall", body: "Ben mentioned you.", notificationId: null, ...part });

test("the page says when the browser blocks notifications", async () => {
  await page.evaluate(() => localStorage.setItem("test:permission", "denied"));
  await page.goto(address);
  await page.getByText("Your browser blocks notifications from Studyhall.").waitFor();
  await page.evaluate(() => localStorage.removeItem("test:permission"));
});

test("the button asks for permission, and the server has the subscription of the session", async () => {
  await page.reload();
  await page.getByRole("button", { name: "Turn on notifications" }).waitFor();
  await page.waitForLoadState("networkidle");
  assert.deepEqual(await page.evaluate(() => [globalThis.requests, globalThis.pushes.options]), [0, undefined]);
  assert.deepEqual(await sessions(), []);
  await page.getByRole("button", { name: "Turn on notifications" }).click();
  await page.getByText("On. You’re notified on this device").waitFor();
  const { data } = await sendRequest(server, "{ server { pushPublicKey } }");
  assert.equal(await page.evaluate(() => globalThis.requests), 1);
  assert.deepEqual(await page.evaluate(() => globalThis.pushes.options), {
    userVisibleOnly: true,
    applicationServerKey: data.server.pushPublicKey,
  });
  assert.equal((await sessions()).length, 1);
  await page.getByRole("listitem").getByText("This device").waitFor();
  await page.getByRole("button", { name: "Turn off notifications" }).scrollIntoViewIfNeeded();
  await screenshot(page, "web-push-on");
  await assertAccessible(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await page.getByRole("button", { name: "Turn off notifications" }).scrollIntoViewIfNeeded();
  await screenshot(page, "web-push-on-phone");
  await assertFits(page);
  await page.setViewportSize({ width: 1440, height: 1000 });
});

test("a push is shown, and a later one with its tag replaces it", async () => {
  await deliver(push({ tag: "ntf_1", url: `${server.origin}/notifications` }));
  await waitUntilShown("ntf_1");
  await deliver(push({ tag: "ntf_1", body: "Cleo mentioned you.", url: `${server.origin}/people` }));
  await deliver(push({ tag: "ntf_2", url: `${server.origin}/notifications` }));
  await waitUntilShown("ntf_1", "ntf_2");
  const [first] = await shown();
  const url = `${server.origin}/people`;
  // An open page announces it as well, so that it does not sound again.
  assert.deepEqual(first, { title: "Studyhall", body: "Cleo mentioned you.", tag: "ntf_1", renotify: false, url });
  // A push that cannot be read is shown too: browsers end the subscription of pages that show nothing.
  await deliver("no JSON");
  await waitUntilShown("ntf_1", "ntf_2", "studyhall");
});

test("a selected notification is shown by the open page", async () => {
  await select("ntf_1");
  await page.getByRole("heading", { name: "People" }).waitFor();
  await waitUntilShown("ntf_2", "studyhall");
});

test("a notification that was selected is read on every device", async () => {
  const unread = "{ viewer { unreadNotificationCount notifications(first: 1) { nodes { id kind readAt } } } }";
  const { data } = await sendRequest(server, "mutation { enterLobby(input: {}) { lobby { id } } }", {}, ada.token);
  assert.ok(data.enterLobby.lobby);
  const say = "mutation ($input: SendLobbyMessageInput!) { sendLobbyMessage(input: $input) { userErrors { code } } }";
  await sendRequest(server, say, { input: { text: `Hello @${ada.username}` } }, ben.token);
  const before = (await sendRequest(server, unread, {}, ada.token)).data.viewer;
  const [mention] = before.notifications.nodes;
  assert.equal(mention.kind, "MENTION");
  const shownBefore = (await shown()).map(({ tag }) => tag);
  await deliver(push({ tag: mention.id, notificationId: mention.id, url: `${server.origin}/lobby` }));
  await waitUntilShown(mention.id, ...shownBefore);
  await select(mention.id);
  await page.waitForURL(`${server.origin}/lobby`);
  const isRead = async () => {
    for (;;) {
      const { viewer } = (await sendRequest(server, unread, {}, ada.token)).data;
      // The response is not one moment: the count may be older.
      const isCounted = viewer.unreadNotificationCount === before.unreadNotificationCount - 1;
      if (viewer.notifications.nodes[0].readAt && isCounted) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await within(10, isRead(), "the notification to be read and counted");
  await page.goto(address);
});

test("a notification closes when its page is read", async () => {
  const { data } = await sendRequest(
    server,
    "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id } } }",
    { input: { userId: ada.id, text: "Hello" } },
    ben.token,
  );
  const { id } = data.sendMessage.conversation;
  await page.getByRole("link", { name: /^Messages/ }).getByText("1 unread message", { exact: true }).waitFor({ state: "attached" });
  await deliver(push({ kind: "MESSAGE", tag: id, url: `${server.origin}/messages/${id}` }));
  await waitUntilShown(id, "ntf_2", "studyhall");
  // Read on another device.
  const last = await sendRequest(server, `{ conversation(by: { id: "${id}" }) { lastMessage { id } } }`, {}, ada.token);
  await sendRequest(
    server,
    "mutation ($input: MarkConversationReadInput!) { markConversationRead(input: $input) { userErrors { code } } }",
    { input: { conversationId: id, messageId: last.data.conversation.lastMessage.id } },
    ada.token,
  );
  await waitUntilShown("ntf_2", "studyhall");
});

test("a push renews the number on the icon while no page is open", async () => {
  await page.goto(`${server.origin}/graphiql`);
  await worker().evaluate(() => {
    self.badges = [];
    self.navigator.setAppBadge = async (count) => void self.badges.push(count);
  });
  await deliver(push({ tag: "ntf_3", url: `${server.origin}/notifications` }));
  await waitUntilShown("ntf_2", "ntf_3", "studyhall");
  const counts = "{ viewer { unreadCount unreadNotificationCount } }";
  const { viewer } = (await sendRequest(server, counts, {}, ada.token)).data;
  assert.ok(viewer.unreadNotificationCount > 0);
  const isSet = worker().evaluate(async () => {
    while (self.badges.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return self.badges;
  });
  assert.deepEqual(await within(10, isSet, "the badge"), [viewer.unreadCount + viewer.unreadNotificationCount]);
  await page.goto(address);
});

test("a subscription that the browser has replaced is registered at the next start", async () => {
  const next = subscription();
  await page.evaluate((value) => localStorage.setItem("test:push", JSON.stringify(value)), next);
  // Its response, too: the next test removes the subscription.
  const [response] = await Promise.all([
    page.waitForResponse((one) => one.request().postData()?.includes("mutation RegisterPush") ?? false),
    page.reload(),
  ]);
  assert.equal(response.request().postDataJSON().variables.input.endpoint, next.endpoint);
});

test("a subscription that the browser replaces while no page is open is registered by the service worker", async () => {
  await page.evaluate(() => fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "mutation { removePushSubscription { isRemoved } }" }),
  }));
  assert.deepEqual(await sessions(), []);
  await worker().evaluate((json) => {
    PushManager.prototype.subscribe = async () => ({ toJSON: () => json });
    const event = new ExtendableEvent("pushsubscriptionchange");
    self.dispatchEvent(Object.assign(event, { newSubscription: null }));
  }, subscription());
  const isRegistered = async () => {
    while ((await sessions()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await within(10, isRegistered(), "the registration of the new subscription");
});

test("another device is removed by ending its session", async () => {
  const token = await logIn(server, ada);
  const { endpoint, keys } = subscription();
  await sendRequest(
    server,
    "mutation ($input: RegisterPushSubscriptionInput!) { registerPushSubscription(input: $input) { isRegistered } }",
    { input: { endpoint, ...keys } },
    token,
  );
  assert.equal((await sessions()).length, 2);
  await page.goto(address);
  await page.getByRole("button", { name: "Remove elsewhere" }).click();
  await screenshot(page, "web-push-remove");
  await page.getByRole("dialog").getByRole("button", { name: "End" }).click();
  await page.getByRole("button", { name: "Remove elsewhere" }).waitFor({ state: "detached" });
  assert.equal((await sessions()).length, 1);
});

test("logging out ends the subscription and closes what is shown", async () => {
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("link", { name: "Log in" }).first().waitFor();
  await waitUntilShown();
  await page.waitForFunction(() => globalThis.pushes.current === null);
  assert.deepEqual(await sessions(), []);
  // The next user of the browser starts without.
  await page.goto(`${server.origin}/login`);
  await logInAs(page, ben);
  await page.goto(address);
  await page.getByRole("button", { name: "Turn on notifications" }).waitFor();
  assertNoErrors(browser);
});

test("a member who has written is offered notifications, and the browser asks after a press only", async () => {
  const write = async (text) => {
    await page.getByRole("textbox", { name: "Write a message" }).fill(text);
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText(text).waitFor();
  };
  const offer = page.getByText("Do you want to know when someone answers");
  const query = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id } } }";
  const { data } = await sendRequest(server, query, { input: { userId: ben.id, text: "Are you there?" } }, ada.token);
  const conversation = `${server.origin}/messages/${data.sendMessage.conversation.id}`;
  await page.evaluate(() => localStorage.removeItem("test:permission"));
  await page.goto(conversation);
  await page.getByRole("log").getByText("Are you there?").waitFor();
  assert.equal(await offer.count(), 0, "before the member has written");
  await write("Yes, I am.");
  await offer.waitFor();
  assert.equal(await page.evaluate(() => globalThis.requests), 0);
  await screenshot(page, "web-push-offer");
  await assertAccessible(page);
  await page.setViewportSize({ width: 360, height: 800 });
  await screenshot(page, "web-push-offer-phone");
  await assertFits(page);
  await page.getByRole("button", { name: "Turn on notifications" }).click();
  await offer.waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => globalThis.requests), 1);
  assert.equal((await sessions(ben.token)).length, 1);

  // Another member of the browser declines, and is not asked again.
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.goto(address);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("link", { name: "Log in" }).first().waitFor();
  await page.goto(`${server.origin}/login`);
  await logInAs(page, ada);
  await page.goto(conversation);
  await write("Good to know.");
  await page.getByRole("button", { name: "Not now" }).click();
  await offer.waitFor({ state: "detached" });
  await page.reload();
  await write("See you.");
  assert.equal(await offer.count(), 0);
  assertNoErrors(browser);
});
