// Tests a group of three in the web client; one member uses the API only.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const one = await openBrowser(server);
after(one.close);
const other = await openBrowser(server, { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true });
after(other.close);

await signUp(one.page, server, { firstName: "Ada", lastName: "Okafor" });
await signUp(other.page, server, { firstName: "Ben", lastName: "Sato" });
const cleo = await register(server);

const dialog = (page) => page.getByRole("dialog");
const box = (page) => page.getByRole("textbox", { name: "Write a message" });
const log = (page) => page.getByRole("log", { name: "Messages" });
const message = (page, text) => log(page).getByRole("article").filter({ hasText: text });
const entry = (page, name) =>
  page.getByRole("navigation", { name: "Conversations" }).getByRole("link", { name });

/** Searches for a user in the dialog and adds them. */
async function addUser(page, name) {
  await dialog(page).getByLabel("Add people").fill(name);
  await dialog(page).getByRole("button", { name: `Add ${name}` }).click();
}

async function act(page, action) {
  await page.getByRole("button", { name: "Conversation actions" }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

const sendMessage = (account, conversationId, text) =>
  sendRequest(
    server,
    "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }",
    { input: { conversationId, text } },
    account.token,
  );

test("a group connects several members", async (t) => {
  let id;

  await t.test("a group is created from selected users and contains each once", async () => {
    const { page } = one;
    await page.getByRole("link", { name: /^Messages/ }).click();
    await page.getByRole("button", { name: "New conversation" }).click();
    await addUser(page, "Ben Sato");
    await addUser(page, cleo.username);
    await dialog(page).getByLabel("Add people").fill("Ben");
    // A selected user is not offered again.
    await dialog(page).getByRole("button", { name: "Add Ben Sato" }).waitFor({ state: "detached" });
    assert.equal(await dialog(page).getByRole("list", { name: "Selected people" }).getByRole("listitem").count(), 2);
    await screenshot(page, "web-group-new");
    await dialog(page).getByRole("button", { name: "Start conversation" }).click();
    await page.getByText("3 members").waitFor();
    id = page.url().split("/").at(-1);
  });

  await t.test("a group appears for its other members with its first message", async () => {
    await other.page.goto(`${server.origin}/messages`);
    await other.page.getByText("No conversations yet").waitFor();
    await box(one.page).fill("Shall we meet?");
    await one.page.keyboard.press("Enter");
    await entry(other.page, new RegExp(`Ada Okafor, ${cleo.username}|${cleo.username}, Ada Okafor`)).click();
    await message(other.page, "Shall we meet?").waitFor();
  });

  await t.test("a group shows authors and read receipts", async () => {
    await log(one.page).getByText("Read by Ben Sato").waitFor();
    const { data } = await sendMessage(cleo, id, "At noon");
    assert.deepEqual(data.sendMessage.userErrors, []);
    for (const { page } of [one, other]) {
      await message(page, "At noon").getByRole("link", { name: cleo.username }).waitFor();
    }
    await screenshot(one.page, "web-group");
    await screenshot(other.page, "web-group-phone");
    await assertFits(other.page);
    for (const { page } of [one, other]) await assertAccessible(page);
  });

  await t.test("a group shows its members", async () => {
    await act(one.page, "Members");
    for (const name of ["Ada Okafor", "Ben Sato", cleo.username]) {
      await dialog(one.page).getByRole("link", { name, exact: true }).waitFor();
    }
    await screenshot(one.page, "web-group-members");
    await assertAccessible(one.page);
    await dialog(one.page).getByRole("button", { name: "Close" }).click();
  });

  await t.test("selecting the same users again opens the same group", async () => {
    const { page } = one;
    await page.getByRole("button", { name: "New conversation" }).click();
    await addUser(page, cleo.username);
    await addUser(page, "Ben Sato");
    await dialog(page).getByRole("button", { name: "Start conversation" }).click();
    await dialog(page).waitFor({ state: "detached" });
    assert.equal(page.url().split("/").at(-1), id);
  });

  await t.test("a member who leaves loses access and the others keep the group", async () => {
    const { page } = other;
    await act(page, "Leave group");
    await dialog(page).getByRole("button", { name: "Leave group" }).click();
    await page.getByText("No conversations yet").waitFor();
    await page.goto(`${server.origin}/messages/${id}`);
    await page.getByRole("heading", { level: 2, name: "Not found, or you don’t have access." }).waitFor();
    const { data } = await sendMessage(cleo, id, "Without Ben, then");
    assert.deepEqual(data.sendMessage.userErrors, []);
    await message(one.page, "Without Ben, then").waitFor();
    await one.page.reload();
    // The messages stay, but Ben is no longer a member.
    await message(one.page, "Shall we meet?").waitFor();
    await entry(one.page, new RegExp(cleo.username)).waitFor();
    assert.equal(await entry(one.page, /Ben Sato/).count(), 0);
  });

  await t.test("the pages send no foreign requests and report no errors", () => assertNoErrors(one, other));
});
