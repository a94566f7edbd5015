// Tests what users of the web client find when they arrive or come back, and which controls lead on.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser } from "./support/browser.js";
import { book, createOffer, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { logInAs, mailedLink, waitUntilSignedIn } from "./support/web.js";

const server = await startServer();
after(() => server.stop());

const onlineUsers = (page) => page.getByRole("region", { name: "Here now" });
const bell = (page, name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });

async function open(t, account) {
  const browser = await openBrowser(server);
  t.after(browser.close);
  await browser.page.goto(`${server.origin}/login`);
  if (account) await logInAs(browser.page, account);
  return browser;
}

test("members and guests are offered no buttons of moderators in the lobby", async (t) => {
  const { page } = await open(t, await register(server));
  await page.getByRole("link", { name: "Lobby" }).first().click();
  await page.getByRole("button", { name: "Enter the lobby" }).click();
  const { page: guest } = await open(t);
  await guest.goto(server.origin);
  await guest.getByRole("button", { name: "Visit the lobby" }).click();
  const name = await guest.getByLabel("Your name in the lobby").inputValue();
  await guest.getByRole("button", { name: "Enter the lobby" }).click();
  for (const one of [page, guest]) {
    await onlineUsers(one).getByText(name).waitFor();
    assert.equal(await onlineUsers(one).getByRole("button").count(), 0);
  }
});

test("what happened while a user was logged out is new at the next login on the device", async (t) => {
  const [mentor, student] = [await register(server), await register(server)];
  const day = daysFromNow(3);
  const windows = [{ startsAt: `${day}T09:00:00Z`, endsAt: `${day}T12:00:00Z` }];
  const offer = await createOffer(server, mentor, { windows });
  const { page } = await open(t, mentor);
  await page.getByRole("link", { name: "Settings" }).first().click();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("heading", { name: "Your campus, in one place." }).waitFor();
  const booking = await book(server, student, offer, `${day}T09:00:00Z`);
  await page.goto(`${server.origin}/login`);
  await logInAs(page, mentor);
  await bell(page, /Notifications/).click();
  const notice = page.getByRole("main").getByRole("link", { name: new RegExp(`Linear algebra with ${student.username}`) });
  await notice.waitFor();
  assert.match(await notice.getAttribute("href"), new RegExp(booking));
});

test("the login says why it is there, and leads on", async (t) => {
  await t.test("a visitor who opens a page of members signs up and sees that page", async () => {
    const { page } = await open(t);
    await page.goto(`${server.origin}/people`);
    await page.getByText("Log in to see this page.").waitFor();
    await page.getByRole("main").getByRole("link", { name: "Sign up" }).click();
    await page.getByLabel("Username").fill("wanderer");
    await page.getByLabel("Email").fill("wanderer@campus.example");
    await page.getByLabel("Password").fill("a long walk along the river");
    await page.getByRole("button", { name: "Create account" }).click();
    await waitUntilSignedIn(page);
    await page.getByRole("heading", { name: "People" }).waitFor();
  });

  await t.test("a second link in the same tab replaces a link that was used", async () => {
    const ada = await register(server);
    const { page } = await open(t);
    await page.goto(`${server.origin}/reset-password#token=used-up`);
    await page.getByLabel("New password").fill("a longer walk along the river");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByRole("link", { name: "Request a new link" }).click();
    await page.getByLabel("Email").fill(ada.email);
    await page.getByRole("button", { name: "Send link" }).click();
    await page.getByText("Check your email").last().waitFor();
    const link = await mailedLink(server, ada.email, "/reset-password");
    await page.goBack();
    await page.getByLabel("New password").waitFor();
    // Only the fragment changes: the page is not loaded again.
    await page.evaluate((hash) => (location.hash = hash), new URL(link).hash);
    await page.waitForFunction(() => location.hash === "");
    await page.getByLabel("New password").fill("a longer walk along the river");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByRole("main").getByRole("link", { name: "Log in" }).waitFor();
  });
});

test("the page works where the browser blocks its storage", async (t) => {
  const ada = await register(server);
  const browser = await openBrowser(server);
  t.after(browser.close);
  await browser.context.addInitScript(() => {
    const blocked = { get: () => { throw new DOMException("blocked", "SecurityError"); } };
    for (const name of ["localStorage", "sessionStorage", "indexedDB"]) Object.defineProperty(window, name, blocked);
  });
  const { page } = browser;
  await page.goto(`${server.origin}/login`);
  await logInAs(page, ada);
  await page.getByLabel("New post").fill("Without storage");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  // Without storage a post that waits to be sent ends with the page, and only a stored one has comments.
  const post = page.getByRole("article", { name: /^Post by/ }).filter({ hasText: "Without storage" });
  await post.getByRole("link", { name: "0 comments" }).waitFor();
  await page.reload();
  await post.waitFor();
});

test("rows and faces open the profile, and what is missing has a title", async (t) => {
  const ada = await register(server);
  const ben = await register(server);
  const { page } = await open(t, ada);
  await sendRequest(
    server,
    "mutation ($input: CreatePostInput!) { createPost(input: $input) { userErrors { code } } }",
    { input: { text: "A face to click" } },
    ben.token,
  );
  const post = page.getByRole("article", { name: new RegExp(ben.username) });
  await post.getByText("A face to click").waitFor();
  const isProfile = () => page.waitForURL(`${server.origin}/people/${ben.username}`);
  const { x, y } = await post.boundingBox();
  await page.mouse.click(x + 40, y + 40);
  await isProfile();
  await page.goto(`${server.origin}/people?text=${ben.username}`);
  const row = page.locator(".entry").filter({ hasText: ben.username });
  const box = await row.boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await isProfile();
  for (const path of ["/posts/missing", "/messages/missing"]) {
    await page.goto(server.origin + path);
    await page.waitForFunction(() => document.title.includes("Not found"));
  }
});
