// Keeping order through the web client: reports, blocks, and what moderators may do in the lobby.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertNoErrors, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const one = await openBrowser(server);
after(one.close);
const other = await openBrowser(server);
after(other.close);

const ada = await signUp(one.page, server, { firstName: "Ada", lastName: "Okafor" });
const ben = await signUp(other.page, server, { firstName: "Ben", lastName: "Sato" });

const dialog = (page) => page.getByRole("dialog");
const log = (page) => page.getByRole("log", { name: "Messages" });
const message = (page, text) => log(page).getByRole("article").filter({ hasText: text });
const said = (page, text) => page.getByRole("status").getByText(text).waitFor();
const open = (page, path) => page.goto(server.origin + path);
const profile = (page, { username }) => open(page, `/people/${username}`);

async function act(page, menu, action) {
  await menu.click();
  await page.getByRole("menuitem", { name: action }).click();
}

async function write(page, text) {
  await page.getByRole("textbox", { name: /^(Write a message|Message the lobby)/ }).fill(text);
  await page.keyboard.press("Enter");
  await message(page, text).waitFor();
}

/** Fills in the report that is open, and sends it. */
async function report(page, reason) {
  await dialog(page).getByLabel("What’s wrong?").fill(reason);
  await dialog(page).getByRole("button", { name: "Report" }).click();
  await said(page, "Thanks. The moderators will review it.");
}

/** What those who run the place read. */
const reports = async () => (await server.command("admin", "reports")).stdout;

test("reports", async (t) => {
  const { page } = one;

  await t.test("of a account say why, and without a reason they are not sent", async () => {
    await profile(page, ben);
    await act(page, page.getByRole("button", { name: "More actions" }), "Report");
    await dialog(page).getByRole("button", { name: "Report" }).click();
    await dialog(page).locator("textarea[aria-invalid=true]").waitFor();
    await screenshot(page, "web-report");
    await assertAccessible(page);
    await report(page, "Pretends to be somebody else");
    assert.match(await reports(), /Pretends to be somebody else/);
  });

  await t.test("of a post", async () => {
    await open(other.page, "/");
    await other.page.getByLabel("New post").fill("Buy my notes");
    await other.page.getByRole("button", { name: "Post", exact: true }).click();
    await open(page, "/");
    const post = page.getByRole("article", { name: "Post by Ben Sato" });
    await act(page, post.getByRole("button", { name: "Post actions" }), "Report");
    await report(page, "Sells what is not his");
    assert.match(await reports(), /Sells what is not his/);
  });

  await t.test("of a message", async () => {
    await profile(other.page, ada);
    await other.page.getByRole("button", { name: "Message" }).click();
    await write(other.page, "Send me money");
    await open(page, "/messages");
    await page.getByRole("navigation", { name: "Conversations" }).getByRole("link", { name: /Ben Sato/ }).click();
    await message(page, "Send me money").hover();
    await act(page, message(page, "Send me money").getByRole("button", { name: "Message actions" }), "Report");
    await report(page, "Asks for money");
    assert.match(await reports(), /Asks for money/);
  });
});

test("a block", async (t) => {
  const { page } = one;

  await t.test("parts two people at once, and can be taken back on the spot", async () => {
    await profile(page, ben);
    const menu = page.getByRole("button", { name: "More actions" });
    await act(page, menu, "Block");
    await said(page, "Blocked. You no longer see each other.");
    await page.getByRole("button", { name: "Message", exact: true }).waitFor({ state: "detached" });
    await act(page, menu, "Unblock");
    await said(page, "Unblocked.");
    await page.getByRole("button", { name: "Message", exact: true }).waitFor();
    await act(page, menu, "Block");
    await page.getByRole("button", { name: "Message", exact: true }).waitFor({ state: "detached" });
  });

  await t.test("takes profile, posts and search away, on both sides", async () => {
    for (const [{ page }, them, name] of [
      [one, ben, "Ben Sato"],
      [other, ada, "Ada Okafor"],
    ]) {
      await profile(page, them);
      await page.getByRole("heading", { name: "User not found" }).first().waitFor();
      await open(page, `/people?text=${them.username}`);
      await page.getByText("No people found").waitFor();
      await open(page, "/");
      await page.getByRole("heading", { name: "Home" }).waitFor();
      await page.getByText("Buy my notes").or(page.getByText("No posts yet")).first().waitFor();
      assert.equal(await page.getByRole("article", { name: `Post by ${name}` }).count(), 0);
    }
  });

  await t.test("leaves the conversation to be read, and takes no more words", async () => {
    for (const [{ page }, name] of [
      [one, "Ben Sato"],
      [other, "Ada Okafor"],
    ]) {
      await open(page, "/messages");
      const list = page.getByRole("navigation", { name: "Conversations" });
      await list.getByRole("link").first().click();
      await message(page, "Send me money").waitFor();
      await page.getByText("You can’t send messages in this conversation right now.").waitFor();
      await page.getByRole("main").getByText("Unavailable user").first().waitFor();
      assert.equal(await page.getByRole("textbox", { name: "Write a message" }).count(), 0, name);
    }
    await screenshot(page, "web-blocked-conversation");
  });

  await t.test("hides what the other says in the lobby", async () => {
    for (const { page } of [one, other]) {
      await open(page, "/lobby");
      await page.getByRole("button", { name: "Enter the lobby" }).click();
      await page.getByRole("textbox", { name: "Message the lobby" }).waitFor();
    }
    await write(other.page, "Is anybody there?");
    await write(one.page, "How quiet it is");
    assert.equal(await message(one.page, "Is anybody there?").count(), 0);
    assert.equal(await message(other.page, "How quiet it is").count(), 0);
    await one.page.getByRole("button", { name: "Leave" }).click();
    await one.page.getByRole("button", { name: "Enter the lobby" }).waitFor();
  });

  await t.test("ends in the settings, and everything is there again", async () => {
    await open(page, "/settings/blocked");
    await page.getByText("Ben Sato").waitFor();
    await screenshot(page, "web-settings-blocked-one");
    await page.getByRole("button", { name: "Unblock" }).click();
    await page.getByText("You haven’t blocked anyone").waitFor();
    await profile(page, ben);
    await page.getByRole("heading", { name: "Ben Sato" }).waitFor();
    await open(page, "/");
    await page.getByRole("article", { name: "Post by Ben Sato" }).waitFor();
  });
});

test("a moderator keeps order in the lobby", async (t) => {
  const guest = await openBrowser(server, { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true });
  t.after(guest.close);
  let name;

  await t.test("takes away what somebody said", async () => {
    await server.command("admin", "role", ada.username, "moderator");
    await open(guest.page, "/");
    await guest.page.getByRole("button", { name: "Visit the lobby" }).click();
    name = await guest.page.getByLabel("Your name in the lobby").inputValue();
    await guest.page.getByRole("button", { name: "Enter the lobby" }).click();
    await write(guest.page, "Cheap watches");
    await open(one.page, "/lobby");
    await one.page.getByRole("button", { name: "Enter the lobby" }).click();
    // The role holds within 30 seconds.
    const remove = one.page.getByRole("button", { name: `Remove ${name}` });
    await remove.waitFor({ timeout: 40_000 });
    await message(one.page, "Cheap watches").hover();
    const menu = message(one.page, "Cheap watches").getByRole("button", { name: "Message actions" });
    await act(one.page, menu, "Delete");
    await dialog(one.page).getByRole("button", { name: "Delete" }).click();
    await message(guest.page, "This message was deleted.").waitFor();
    await screenshot(one.page, "web-lobby-moderator");
    await assertAccessible(one.page);
  });

  await t.test("and sends a guest away", async () => {
    await one.page.getByRole("button", { name: `Remove ${name}` }).click();
    await dialog(one.page).getByRole("button", { name: "Remove guest" }).click();
    await said(one.page, `${name} was removed.`);
    await log(one.page).getByText(`${name} left`).waitFor();
    // The guest is nobody again, and is asked for a name.
    await guest.page.getByLabel("Your name in the lobby").waitFor();
  });

  await t.test("nothing was asked of anybody else, and nothing was refused", () => assertNoErrors(one, other, guest));
});
