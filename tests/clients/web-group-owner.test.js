// A group with an owner in the web client: two members side by side, and two who use the API only.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, imageFile, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const ada = await openBrowser(server);
const ben = await openBrowser(server, {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  colorScheme: "dark",
});
after(() => Promise.all([ada.close(), ben.close()]));
await signUp(ada.page, server, { firstName: "Ada", lastName: "Okafor" });
await signUp(ben.page, server, { firstName: "Ben", lastName: "Sato" });
const [cleo, dan] = [await register(server), await register(server)];

const dialog = (page) => page.getByRole("dialog");
const box = (page) => page.getByRole("textbox", { name: "Write a message" });
const log = (page) => page.getByRole("log", { name: "Messages" });
const line = (page, text) => log(page).getByText(text, { exact: true });
const entry = (page, name) => page.getByRole("navigation", { name: "Conversations" }).getByRole("link", { name });

async function addUser(page, name) {
  await dialog(page).getByLabel("Add people").fill(name);
  await dialog(page).getByRole("button", { name: `Add ${name}` }).click();
}

async function actOn(page, name, action) {
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
  await dialog(page).getByRole("button", { name: action }).click();
  await dialog(page).waitFor({ state: "detached" });
}

const showMembers = async (page) => {
  await page.getByRole("button", { name: "Conversation actions" }).click();
  await page.getByRole("menuitem", { name: "Members" }).click();
};

test("the owner of a group manages it, and its members see each change", async (t) => {
  await t.test("a group has a title, an image and members, who see it before its first message", async () => {
    await ben.page.goto(`${server.origin}/messages`);
    await ben.page.getByText("No conversations yet").waitFor();
    await ada.page.goto(`${server.origin}/messages`);
    await ada.page.getByRole("button", { name: "New conversation" }).click();
    await addUser(ada.page, "Ben Sato");
    await addUser(ada.page, cleo.username);
    await dialog(ada.page).getByLabel("Group name").fill("Reading circle");
    await dialog(ada.page).getByLabel("Add a group image").last().setInputFiles(imageFile());
    await dialog(ada.page).getByRole("list", { name: "Attached images" }).getByRole("img").waitFor();
    await screenshot(ada.page, "web-group-owner-new");
    await assertAccessible(ada.page);
    await dialog(ada.page).getByRole("button", { name: "Create group" }).click();
    await ada.page.getByText("3 members").waitFor();
    await entry(ben.page, "Reading circle").click();
    await ben.page.getByRole("heading", { name: "Conversation with Reading circle" }).waitFor({ state: "attached" });
    await box(ada.page).fill("Which book is next?");
    await ada.page.keyboard.press("Enter");
    await log(ben.page).getByText("Which book is next?").waitFor();
  });

  await t.test("the owner renames the group and shares earlier messages", async () => {
    await showMembers(ada.page);
    await ada.page.getByRole("heading", { name: "Group Reading circle" }).waitFor();
    await ada.page.getByLabel("Group name").fill("Book club");
    await ada.page.getByLabel("Share earlier messages").check();
    await ada.page.getByRole("button", { name: "Save" }).click();
    await line(ben.page, "Ada Okafor renamed the group").waitFor();
    await line(ben.page, "Ada Okafor changed who can read earlier messages").waitFor();
    await ben.page.getByRole("heading", { name: "Conversation with Book club" }).waitFor({ state: "attached" });
    await screenshot(ada.page, "web-group-owner-page");
    await assertAccessible(ada.page);
  });

  await t.test("the owner adds and removes members", async () => {
    await ada.page.getByRole("button", { name: "Add people" }).click();
    await addUser(ada.page, dan.username);
    await dialog(ada.page).getByRole("button", { name: "Add to group" }).click();
    await ada.page.getByRole("heading", { name: "4 members" }).waitFor();
    await line(ben.page, `Ada Okafor added ${dan.username}`).waitFor();
    await actOn(ada.page, cleo.username, "Remove from group");
    await ada.page.getByRole("heading", { name: "3 members" }).waitFor();
    await line(ben.page, `Ada Okafor removed ${cleo.username}`).waitFor();
    assert.equal(await log(ben.page).getByText("Which book is next?").count(), 1);
  });

  await t.test("the lines are still between the messages after a reload", async () => {
    await box(ben.page).fill("Something short");
    await ben.page.getByRole("button", { name: "Send" }).click();
    await log(ben.page).getByText("Sent", { exact: true }).waitFor();
    await ben.page.reload();
    await line(ben.page, "Ada Okafor renamed the group").waitFor();
    await line(ben.page, `Ada Okafor removed ${cleo.username}`).waitFor();
    const texts = await log(ben.page).locator(".long, .system-message").allInnerTexts();
    assert.deepEqual(texts, [
      "Which book is next?",
      "Ada Okafor renamed the group",
      "Ada Okafor changed who can read earlier messages",
      `Ada Okafor added ${dan.username}`,
      `Ada Okafor removed ${cleo.username}`,
      "Something short",
    ]);
    await screenshot(ben.page, "web-group-owner-lines-phone-dark");
    await assertFits(ben.page);
    await assertAccessible(ben.page);
  });

  await t.test("the owner hands the group over and leaves", async () => {
    await actOn(ada.page, "Ben Sato", "Make owner");
    await ada.page.getByLabel("Group name").waitFor({ state: "detached" });
    await line(ben.page, "Ben Sato now owns the group").waitFor();
    await showMembers(ben.page);
    await ben.page.getByLabel("Group name").waitFor();
    await screenshot(ben.page, "web-group-owner-page-phone-dark");
    await assertFits(ben.page);
    await ada.page.getByRole("button", { name: "Leave group" }).click();
    await dialog(ada.page).getByRole("button", { name: "Leave group" }).click();
    await ada.page.getByText("No conversations yet").waitFor();
    await ben.page.getByRole("heading", { name: "2 members" }).waitFor();
  });

  await t.test("a member who is removed loses access at once", async () => {
    await ben.page.getByRole("button", { name: "Add people" }).click();
    await addUser(ben.page, "Ada Okafor");
    await dialog(ben.page).getByRole("button", { name: "Add to group" }).click();
    await entry(ada.page, "Book club").click();
    // Earlier messages are shared.
    await log(ada.page).getByText("Which book is next?").waitFor();
    await actOn(ben.page, "Ada Okafor", "Remove from group");
    await ada.page.getByText("You no longer have access to this conversation.").waitFor();
    await ada.page.getByText("No conversations yet").waitFor();
  });

  await t.test("the pages send no foreign requests and report no errors", () => assertNoErrors(ada, ben));
});
