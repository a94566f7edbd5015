// The notification centre in two browsers of one member: what others write appears, and is read, in both alike.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, holdResponse, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const [ada, ben, cleo] = [await register(server), await register(server), await register(server)];
const desktop = await openBrowser(server);
const phone = await openBrowser(server, {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  colorScheme: "dark",
});
after(() => Promise.all([desktop.close(), phone.close()]));

async function mutate(account, name, type, input, selection = "") {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, account.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}

const { postEdge } = await mutate(ada, "createPost", "CreatePostInput", { text: "The lamp is back." }, "postEdge { node { id } }");
const post = postEdge.node.id;
const comment = async (account, text, replyToId) =>
  (await mutate(account, "createComment", "CreateCommentInput", { postId: post, text, replyToId }, "commentEdge { node { id } }"))
    .commentEdge.node.id;
const { conversation } = await mutate(
  ben,
  "createGroup",
  "CreateGroupInput",
  { title: "Reading circle", userIds: [ada.id, cleo.id] },
  "conversation { id }",
);
const say = async (account, text, replyToId) => {
  const input = { conversationId: conversation.id, text, replyToId };
  return (await mutate(account, "sendMessage", "SendMessageInput", input, "messageEdge { node { id } }")).messageEdge.node.id;
};

for (const { page } of [desktop, phone]) {
  await page.goto(`${server.origin}/login`);
  await logInAs(page, ada);
  await page.goto(`${server.origin}/notifications`);
}
const pages = [desktop.page, phone.page];
const list = (page) => page.getByRole("main");
const row = (page, text) => list(page).getByRole("listitem").filter({ hasText: text });
const unread = (page, count) => page.waitForFunction((count) => {
  const found = document.title.match(/^\((\d+)\)/);
  return Number(found?.[1] ?? 0) === count;
}, count);

test("what others write appears in both browsers at once", async () => {
  // The two logins.
  for (const page of pages) await row(page, "New login to your account.").nth(1).waitFor();
  await comment(ben, "Thank you!");
  const own = await comment(ada, "You are welcome.");
  await comment(cleo, "And me?", own);
  for (const account of [ben, cleo])
    await mutate(account, "addReaction", "AddReactionInput", { subjectId: post, emoji: "🎉" });
  for (const page of pages) {
    await row(page, `${ben.username} commented on your post`).getByText("Thank you!").waitFor();
    await row(page, `${cleo.username} replied to you`).getByText("And me?").waitFor();
    await row(page, `${cleo.username} and 1 other person reacted to what you wrote`).getByText("The lamp is back.").waitFor();
    await row(page, "You were added to Reading circle").waitFor();
    await unread(page, 6);
  }
  await screenshot(desktop.page, "web-notifications");
  await screenshot(phone.page, "web-notifications-phone-dark");
  for (const page of pages) {
    await assertAccessible(page);
    await assertFits(page);
  }
});

test("a notification is marked as read in both browsers, and the filter leaves it out", async () => {
  const name = new RegExp(`^Mark as read: ${ben.username} commented`);
  await phone.page.getByText("Unread", { exact: true }).click();
  await row(phone.page, "commented on your post").waitFor();
  await list(desktop.page).getByRole("button", { name }).focus();
  await desktop.page.keyboard.press("Enter");
  await list(desktop.page).getByRole("button", { name }).waitFor({ state: "detached" });
  await row(phone.page, "commented on your post").waitFor({ state: "detached" });
  for (const page of pages) await unread(page, 5);
  await row(phone.page, "replied to you").waitFor();
});

test("a notification leads to its subject, and is read then", async () => {
  await list(desktop.page).getByRole("link", { name: `${cleo.username} replied to you` }).click();
  await desktop.page.getByRole("region", { name: "Comments" }).getByText("And me?").waitFor();
  for (const page of pages) await unread(page, 4);
});

test("a mention in a group leads to the message, also far from the latest ones", async () => {
  await say(ben, `Hello @${ada.username}, are you there?`);
  for (let number = 1; number <= 40; number += 1) await say(ben, `Line ${number}.`);
  const { page } = phone;
  await page.goto(`${server.origin}/notifications`);
  await row(page, "are you there?").getByRole("link", { name: `${ben.username} mentioned you` }).click();
  const log = page.getByRole("log", { name: "Messages" });
  await log.locator("article:focus").filter({ hasText: "are you there?" }).waitFor();
  await screenshot(page, "web-notifications-message-phone-dark");
  await page.goto(`${server.origin}/notifications`);
});

test("a free seat, a conflict and an export lead to their pages", async () => {
  const { page } = desktop;
  const follow = async (text) => {
    await page.goto(`${server.origin}/notifications`);
    await list(page).getByRole("link", { name: text }).click();
  };
  const day = daysFromNow(3);
  const windows = [{ startsAt: `${day}T09:00:00Z`, endsAt: `${day}T10:00:00Z` }];
  const offer = await createOffer(server, ben, { windows });
  const startsAt = `${day}T09:00:00.000Z`;
  const taken = await book(server, cleo, offer, startsAt);
  await mutate(ada, "joinWaitlist", "JoinWaitlistInput", { appointmentId: offer, startsAt });
  await mutate(cleo, "cancelBooking", "CancelBookingInput", { bookingId: taken });
  await follow(/^A seat is free for you: Linear algebra/);
  await page.waitForURL(`${server.origin}/mentoring/waitlists`);
  await page.getByRole("link", { name: /^Book now: Linear algebra/ }).waitFor();

  await mutate(ada, "requestDataExport", "RequestDataExportInput", { password: ada.password });
  await follow("The copy of your data is ready");
  await page.waitForURL(`${server.origin}/settings/data`);

  // No test has another server with a calendar: the response is that of another notification about the same booking.
  const booking = await book(server, cleo, await createOffer(server, ada, { windows }), startsAt);
  await page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("query Notifications")) return route.continue();
    const response = await route.fetch();
    const body = (await response.text())
      .replaceAll('"BookingNotification"', '"CalendarConflictNotification"')
      .replaceAll('"booking":{', '"booking":{"viewerHasConflict":true,');
    return route.fulfill({ response, body });
  });
  await follow(/^Conflict with your calendar: Linear algebra/);
  await page.waitForURL(`${server.origin}/mentoring/bookings/${booking}`);
  await page.unroute("**/graphql");
});

test("what happens while the list is fetched is in the list", async () => {
  const { page } = phone;
  const [socket] = await Promise.all([page.waitForEvent("websocket"), page.goto(`${server.origin}/notifications`)]);
  await row(page, "The copy of your data is ready").waitFor();
  const list = await holdResponse(page, "Notifications");
  await comment(ben, "Before the response.");
  await list.isHeld;
  const isReceived = socket.waitForEvent("framereceived", ({ payload }) => String(payload).includes("After it."));
  await Promise.all([isReceived, comment(cleo, "After it.")]);
  list.release();
  await row(page, "Before the response.").waitFor();
  await row(page, "After it.").waitFor();
});

test("all are marked as read in both browsers at once", async () => {
  await desktop.page.goto(`${server.origin}/notifications`);
  await desktop.page.getByRole("button", { name: "Mark all as read" }).click();
  for (const page of pages) {
    await page.getByRole("button", { name: "Mark all as read" }).waitFor({ state: "detached" });
    await page.locator("li.new").first().waitFor({ state: "detached" });
  }
  await desktop.page.getByText("Unread", { exact: true }).click();
  await desktop.page.getByText("Nothing unread").waitFor();
  assertNoErrors(desktop, phone);
});
