// Tests moderation in the web client: reports, blocks, and the actions of moderators in the lobby.
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
const waitForStatus = (page, text) => page.getByRole("status").getByText(text).waitFor();
const open = (page, path) => page.goto(server.origin + path);
const profile = (page, { username }) => open(page, `/people/${username}`);

async function act(page, menu, action) {
  await menu.click();
  await page.getByRole("menuitem", { name: action }).click();
}

async function write(page, text) {
  await page.getByRole("textbox", { name: /^(Write a message|Message the lobby)/ }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
  await message(page, text).waitFor();
}

/** Fills in the open report dialog and sends it. */
async function report(page, reason) {
  await dialog(page).getByLabel("What’s wrong?").fill(reason);
  await dialog(page).getByRole("button", { name: "Report" }).click();
  await waitForStatus(page, "Thanks. The moderators will review it.");
}

/** Returns the reports that the operator sees. */
const reports = async () => (await server.command("admin", "reports")).stdout;

test("users report content to the moderators", async (t) => {
  const { page } = one;

  await t.test("a report of a user requires a reason", async () => {
    await profile(page, ben);
    await act(page, page.getByRole("button", { name: "More actions" }), "Report");
    await dialog(page).getByRole("button", { name: "Report" }).click();
    await dialog(page).locator("textarea[aria-invalid=true]").waitFor();
    await screenshot(page, "web-report");
    await assertAccessible(page);
    await report(page, "Pretends to be another student");
    assert.match(await reports(), /Pretends to be another student/);
  });

  await t.test("a post can be reported", async () => {
    await open(other.page, "/");
    await other.page.getByLabel("New post").fill("Buy my notes");
    await other.page.getByRole("button", { name: "Post", exact: true }).click();
    await open(page, "/");
    const post = page.getByRole("article", { name: "Post by Ben Sato" });
    await act(page, post.getByRole("button", { name: "Post actions" }), "Report");
    await report(page, "Sells what is not his");
    assert.match(await reports(), /Sells what is not his/);
  });

  await t.test("a message can be reported", async () => {
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

test("a block separates two users", async (t) => {
  const { page } = one;

  await t.test("a block takes effect at once and can be removed on the same page", async () => {
    await profile(page, ben);
    const menu = page.getByRole("button", { name: "More actions" });
    await act(page, menu, "Block");
    await waitForStatus(page, "Blocked. You no longer see each other.");
    await page.getByRole("button", { name: "Message", exact: true }).waitFor({ state: "detached" });
    await act(page, menu, "Unblock");
    await waitForStatus(page, "Unblocked.");
    await page.getByRole("button", { name: "Message", exact: true }).waitFor();
    await act(page, menu, "Block");
    await page.getByRole("button", { name: "Message", exact: true }).waitFor({ state: "detached" });
  });

  await t.test("a block hides profiles, posts and search results from both users", async () => {
    for (const [{ page }, hidden, name] of [
      [one, ben, "Ben Sato"],
      [other, ada, "Ada Okafor"],
    ]) {
      await profile(page, hidden);
      await page.getByRole("heading", { name: "User not found" }).first().waitFor();
      await open(page, `/people?text=${hidden.username}`);
      await page.getByText("No people found").waitFor();
      await open(page, "/");
      await page.getByRole("heading", { name: "Home" }).waitFor();
      await page.getByText("Buy my notes").or(page.getByText("No posts yet")).first().waitFor();
      assert.equal(await page.getByRole("article", { name: `Post by ${name}` }).count(), 0);
    }
  });

  await t.test("a blocked conversation can be read but takes no messages", async () => {
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

  await t.test("a block hides the messages of both users in the lobby", async () => {
    for (const { page } of [one, other]) {
      await open(page, "/lobby");
      await page.getByRole("button", { name: "Enter the lobby" }).click();
      await page.getByRole("textbox", { name: "Message the lobby" }).waitFor();
    }
    await write(other.page, "Is it quiet here?");
    await write(one.page, "How quiet it is");
    assert.equal(await message(one.page, "Is it quiet here?").count(), 0);
    assert.equal(await message(other.page, "How quiet it is").count(), 0);
    await one.page.getByRole("button", { name: "Leave" }).click();
    await one.page.getByRole("button", { name: "Enter the lobby" }).waitFor();
  });

  await t.test("a block can be removed in the settings, which restores everything", async () => {
    await open(page, "/settings/blocked");
    // Across a block only the username is shown.
    await page.getByText(`@${ben.username}`, { exact: true }).waitFor();
    await screenshot(page, "web-settings-blocked-one");
    await page.getByRole("button", { name: "Unblock" }).click();
    await page.getByText("You haven’t blocked anyone").waitFor();
    await profile(page, ben);
    await page.getByRole("heading", { name: "Ben Sato" }).waitFor();
    await open(page, "/");
    await page.getByRole("article", { name: "Post by Ben Sato" }).waitFor();
  });
});

test("a moderator moderates the lobby", async (t) => {
  const guest = await openBrowser(server, { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true });
  t.after(guest.close);
  let name;

  await t.test("a moderator deletes a message of a guest", async () => {
    await server.command("admin", "role", ada.username, "moderator");
    await open(guest.page, "/");
    await guest.page.getByRole("button", { name: "Visit the lobby" }).click();
    name = await guest.page.getByLabel("Your name in the lobby").inputValue();
    await guest.page.getByRole("button", { name: "Enter the lobby" }).click();
    await write(guest.page, "Cheap watches");
    await open(one.page, "/lobby");
    await one.page.getByRole("button", { name: "Enter the lobby" }).click();
    const remove = one.page.getByRole("button", { name: `Remove ${name}` });
    await remove.waitFor();
    await message(one.page, "Cheap watches").hover();
    const menu = message(one.page, "Cheap watches").getByRole("button", { name: "Message actions" });
    await act(one.page, menu, "Delete");
    await dialog(one.page).getByRole("button", { name: "Delete" }).click();
    await message(guest.page, "This message was deleted.").waitFor();
    await screenshot(one.page, "web-lobby-moderator");
    await assertAccessible(one.page);
  });

  await t.test("a moderator removes a guest", async () => {
    await one.page.getByRole("button", { name: `Remove ${name}` }).click();
    await dialog(one.page).getByRole("button", { name: "Remove guest" }).click();
    await waitForStatus(one.page, `${name} was removed.`);
    await log(one.page).getByText(`${name} left`).waitFor();
    // The guest's session has ended, and the page offers to enter again.
    await guest.page.getByLabel("Your name in the lobby").waitFor();
  });

  await t.test("the pages send no foreign requests and report no errors", () => assertNoErrors(one, other, guest));
});
