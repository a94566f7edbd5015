// Tests where a conversation opens, what it marks as read, and what the way back and a reload restore.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, logInAs, openLive, waitUntilSent } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const ada = await register(server);
const ben = await register(server);
const browser = await openBrowser(server);
after(browser.close);
const { page } = browser;
await page.goto(`${server.origin}/login`);
await logInAs(page, ada);

async function mutate(account, name, type, input, selection = "") {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, account.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}
const say = async (account, to, text) => {
  const selection = "conversation { id } messageEdge { node { id } }";
  return mutate(account, "sendMessage", "SendMessageInput", { userId: to.id, text }, selection);
};
const unreadCount = async (account) =>
  (await sendRequest(server, "{ viewer { unreadCount } }", {}, account.token)).data.viewer.unreadCount;

// The login from a new device is a notification, which the title of the page counts.
const { data } = await sendRequest(server, "{ viewer { notifications { nodes { id } } } }", {}, ada.token);
for (const { id } of data.viewer.notifications.nodes)
  await mutate(ada, "markNotificationsRead", "MarkNotificationsReadInput", { notificationIds: [id] });

const log = page.getByRole("log", { name: "Messages" });
const message = (text) => log.getByRole("article").filter({ has: page.getByText(text, { exact: true }) });
/** Waits until an element is within the visible part of the log. */
const waitUntilInView = (locator) =>
  locator.evaluate(
    (element) =>
      new Promise((resolve, reject) => {
        const started = performance.now();
        const check = () => {
          const [box, frame] = [element, element.closest("[role=log]")].map((one) => one.getBoundingClientRect());
          if (box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1) resolve();
          else if (performance.now() - started > 5000) reject(new Error("it is not in view"));
          else requestAnimationFrame(check);
        };
        check();
      }),
  );

test("a conversation with 200 unread messages opens at the first one, and marks what was in view", async () => {
  let id;
  for (let number = 1; number <= 200; number += 1) {
    ({ conversation: { id } } = await say(ben, ada, `Line ${number}.`));
  }
  await page.goto(`${server.origin}/messages/${id}`);
  await message("Line 1.").waitFor();
  await waitUntilInView(message("Line 1."));
  await log.getByText("New messages").waitFor();
  await screenshot(page, "web-thread-unread");
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => /^\(\d/.test(document.title));
  const left = await unreadCount(ada);
  assert.ok(left > 100 && left <= 200, `${left} messages are unread`);
  await page.getByRole("button", { name: "Jump to latest message" }).click();
  await waitUntilInView(message("Line 200."));
  await page.waitForFunction(() => !document.title.startsWith("("));
  assert.equal(await unreadCount(ada), 0);
  await page.getByRole("button", { name: "New messages" }).waitFor({ state: "detached" });
});

/** Loads earlier messages by scrolling up until the message is there. */
async function scrollUpTo(locator) {
  for (let count = 0; count < 20 && (await locator.count()) === 0; count += 1) {
    const first = log.getByRole("article").first();
    const before = await first.textContent();
    await log.evaluate((list) => list.scrollTo(0, 0));
    await first.filter({ hasNotText: before }).waitFor();
  }
}

test("a conversation keeps its scroll position on the way back and after a reload", async () => {
  const middle = message("Line 75.");
  await scrollUpTo(middle);
  await middle.evaluate((element) => element.scrollIntoView({ block: "start" }));
  await waitUntilInView(middle);
  await page.waitForLoadState("networkidle");
  const link = (name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });
  await link("People").click();
  await page.getByRole("heading", { name: "People" }).waitFor();
  await page.goBack();
  await middle.waitFor();
  await waitUntilInView(middle);
  await page.reload();
  await middle.waitFor();
  await waitUntilInView(middle);
});

test("messages are in the order of the log, also when the clocks of servers differ", async (t) => {
  // Dates of a server whose clock is an hour late.
  await page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("mutation SendMessage")) return route.fallback();
    const response = await route.fetch();
    const body = await response.json();
    body.data.sendMessage.messageEdge.node.sentAt = new Date(Date.now() - 3_600_000).toISOString();
    return route.fulfill({ response, json: body });
  });
  t.after(() => page.unrouteAll({ behavior: "wait" }));
  await page.getByRole("button", { name: "Jump to latest message" }).click();
  await page.getByRole("textbox", { name: "Write a message" }).fill("Mine");
  await page.keyboard.press("Enter");
  await message("Mine").waitFor();
  await waitUntilSent(log);
  await say(ben, ada, "Theirs");
  await message("Theirs").waitFor();
  const texts = await log.locator(".long").allInnerTexts();
  assert.deepEqual(texts.slice(-3), ["Line 200.", "Mine", "Theirs"]);
});

test("a dialog forgets the problems of an earlier attempt", async () => {
  await page.route("**/graphql", (route) =>
    route.request().postData()?.includes("mutation DeleteMessage") ? route.abort() : route.fallback(),
  );
  const openDialog = async () => {
    await message("Mine").hover();
    await message("Mine").getByRole("button", { name: "Message actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
  };
  const dialog = page.getByRole("dialog");
  await openDialog();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await dialog.getByRole("alert").waitFor();
  await page.unrouteAll({ behavior: "wait" });
  await dialog.getByRole("button", { name: "Delete" }).click();
  await dialog.waitFor({ state: "detached" });
  await log.getByText("This message was deleted.").waitFor();
});

test("messages can be marked as unread, and a button leads back to the first unread one", async () => {
  const { conversation } = await say(ben, ada, "The last word");
  await message("The last word").waitFor();
  await page.waitForFunction(() => !document.title.startsWith("("));
  await scrollUpTo(message("Line 170."));
  // A menu closes when the log scrolls under it.
  await message("Line 170.").evaluate((element) => element.scrollIntoView({ block: "center" }));
  await page.waitForLoadState("networkidle");
  await message("Line 170.").hover();
  await message("Line 170.").getByRole("button", { name: "Message actions" }).click();
  await page.getByRole("menuitem", { name: "Mark as unread" }).click();
  await page.getByText("Marked as unread.").waitFor();
  // Lines 170 to 200 and two later messages.
  await page.waitForFunction(() => document.title.startsWith("(33)"));
  assert.equal(await unreadCount(ada), 33);
  const entry = page.getByRole("navigation", { name: "Conversations" }).getByRole("link");
  await entry.getByText("33 unread messages").waitFor();
  await page.getByRole("button", { name: "Jump to latest message" }).click();
  await waitUntilInView(message("The last word"));
  await page.getByRole("button", { name: "New messages" }).focus();
  await page.keyboard.press("Enter");
  await waitUntilInView(message("Line 170."));
  await message("Line 170.").and(page.locator(":focus")).waitFor();
  await log.getByText("New messages").waitFor();
  await screenshot(page, "web-thread-marked-unread");

  await page.getByRole("button", { name: "Conversation actions" }).click();
  await page.getByRole("menuitem", { name: "Mark as unread" }).click();
  await page.getByText("Select a conversation").waitFor();
  // What is unread already stays unread.
  await page.goto(`${server.origin}/messages/${conversation.id}`);
  await message("Line 170.").waitFor();
  await waitUntilInView(message("Line 170."));
});

test("a muted conversation is not announced and not counted until it is unmuted", async () => {
  const act = async (name) => {
    await page.getByRole("button", { name: "Conversation actions" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  const list = page.getByRole("navigation", { name: "Conversations" });
  // Nothing is unread before, so that the new messages alone are counted.
  const { conversation, messageEdge } = await say(ben, ada, "Read on another device");
  const marker = { conversationId: conversation.id, messageId: messageEdge.node.id };
  await mutate(ada, "markConversationRead", "MarkConversationReadInput", marker);
  await list.getByText(/unread message/).waitFor({ state: "detached" });
  await act("Mute");
  await screenshot(page, "web-thread-mute");
  await assertAccessible(page);
  await page.getByRole("dialog").getByRole("button", { name: "For 8 hours" }).click();
  await page.getByText("Conversation muted.").waitFor();
  await list.getByText("Muted").waitFor();
  const { data } = await sendRequest(server, "{ conversations { nodes { isMuted muteEndsAt } } }", {}, ada.token);
  const [{ isMuted, muteEndsAt }] = data.conversations.nodes;
  assert.equal(isMuted, true);
  assert.ok(Math.abs(Date.parse(muteEndsAt) - Date.now() - 8 * 3_600_000) < 60_000);
  await openLive(page, `${server.origin}/messages`);
  await say(ben, ada, "Psst");
  await list.getByRole("link").getByText("1 unread message", { exact: true }).waitFor();
  assert.equal(await page.getByRole("status").getByText("Psst").count(), 0);
  assert.doesNotMatch(await page.title(), /^\(/);
  await list.getByRole("link").click();
  await message("Psst").waitFor();
  await act("Unmute");
  await list.getByText("Muted").waitFor({ state: "detached" });
  await openLive(page, `${server.origin}/messages`);
  await say(ben, ada, "Aloud");
  await page.getByRole("status").getByText("Aloud").waitFor();
  await page.waitForFunction(() => /^\(\d+\)/.test(document.title));
});

test("lists keep their pages and their scroll position on the way back and after a reload", async () => {
  for (let number = 1; number <= 45; number += 1) await mutate(ben, "createPost", "CreatePostInput", { text: `Post ${number}` });
  await page.goto(server.origin);
  const post = (number) => page.getByText(`Post ${number}`, { exact: true });
  await page.getByRole("button", { name: "Show more" }).click();
  await post(10).waitFor();
  await post(10).scrollIntoViewIfNeeded();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "People", exact: true }).click();
  await page.getByRole("heading", { name: "People" }).waitFor();
  await page.goBack();
  const waitUntilOnScreen = (locator) =>
    locator.evaluate((element) => new Promise((resolve) => new IntersectionObserver(([entry], observer) => {
      if (!entry.isIntersecting) return;
      observer.disconnect();
      resolve();
    }).observe(element)));
  await post(10).waitFor();
  await waitUntilOnScreen(post(10));
  await page.reload();
  await post(10).waitFor();
  await waitUntilOnScreen(post(10));
});

test("filters survive a reload, and an empty campus explains itself", async (t) => {
  await page.goto(`${server.origin}/people?text=nothing-like-this`);
  await page.getByText("No people found").waitFor();
  await page.reload();
  assert.equal(await page.getByRole("searchbox").inputValue(), "nothing-like-this");

  const empty = await startServer();
  t.after(() => empty.stop());
  const alone = await openBrowser(empty);
  t.after(alone.close);
  const account = await register(empty);
  await alone.page.goto(`${empty.origin}/login`);
  await logInAs(alone.page, account);
  await alone.page.goto(`${empty.origin}/people`);
  await alone.page.getByText("You’re the first one here").waitFor();
  await alone.page.getByRole("button", { name: "Copy invitation link" }).waitFor();
  await screenshot(alone.page, "web-campus-empty");
  await alone.page.goto(`${empty.origin}/mentoring`);
  await alone.page.getByText("No topics yet").waitFor();
});
