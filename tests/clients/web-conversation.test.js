// Tests a live conversation of two users in the web client, with images and a lost connection.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, imageFile, sendMessage, signUp, waitUntilSent } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const one = await openBrowser(server);
after(one.close);
const other = await openBrowser(server, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
after(other.close);

await signUp(one.page, server, { firstName: "Ada", lastName: "Okafor" });
const ben = await signUp(other.page, server, { firstName: "Ben", lastName: "Sato" });

const box = (page) => page.getByRole("textbox", { name: "Write a message" });
const log = (page) => page.getByRole("log", { name: "Messages" });
const message = (page, text) => log(page).getByRole("article").filter({ hasText: text });

async function write(page, text) {
  await box(page).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

test("a conversation connects two users", async (t) => {
  await t.test("a conversation starts from a profile", async () => {
    await one.page.goto(`${server.origin}/people/${ben.username}`);
    await one.page.getByRole("button", { name: "Message" }).click();
    await write(one.page, "Hello Ben");
    await message(one.page, "Hello Ben").getByText("Waiting").waitFor({ state: "detached" });
    await log(one.page).getByText("Sent", { exact: true }).waitFor();
  });

  await t.test("the recipient is notified and sees an unread message", async () => {
    await other.page.getByRole("status").getByText("Hello Ben").waitFor();
    await other.page.getByRole("link", { name: /Messages/ }).click();
    const entry = other.page
      .getByRole("navigation", { name: "Conversations" })
      .getByRole("link", { name: /Ada Okafor/ });
    await entry.getByText("1 unread message", { exact: true }).waitFor();
    await screenshot(other.page, "web-messages-phone");
    await entry.click();
    await message(other.page, "Hello Ben").waitFor();
  });

  await t.test("the conversation shows typing, messages and read receipts", async () => {
    await log(one.page).getByText("Read", { exact: true }).waitFor();
    await box(other.page).pressSequentially("Hi Ada");
    await one.page.getByText("Ben Sato is typing…").waitFor();
    await other.page.getByRole("button", { name: "Send" }).click();
    await message(one.page, "Hi Ada").waitFor();
    await one.page.getByText("Ben Sato is typing…").waitFor({ state: "detached" });
  });

  await t.test("a message can have images", async () => {
    await one.page.getByLabel("Add images").last().setInputFiles(imageFile());
    await one.page.getByRole("list", { name: "Attached images" }).getByRole("img").waitFor();
    await write(one.page, "The meadow");
    await message(other.page, "The meadow").getByRole("img", { name: "Image 1 by Ada Okafor" }).waitFor();
    await screenshot(one.page, "web-conversation");
    await screenshot(other.page, "web-conversation-phone");
  });

  await t.test("a message written offline is sent once after reconnecting", async () => {
    await one.context.setOffline(true);
    await one.page.getByText("No connection.").waitFor();
    await write(one.page, "Written in the tunnel");
    await message(one.page, "Written in the tunnel").getByText("Waiting to send").waitFor();
    await write(other.page, "Are you there?");
    await log(other.page).getByText("Sent", { exact: true }).waitFor();
    await screenshot(one.page, "web-conversation-offline");
    await assertAccessible(one.page);
    await one.context.setOffline(false);
    await message(one.page, "Are you there?").waitFor();
    await message(other.page, "Written in the tunnel").waitFor();
    await one.page.getByText("No connection.").waitFor({ state: "detached" });
    await waitUntilSent(log(one.page));
    for (const page of [one.page, other.page]) {
      for (const text of ["Written in the tunnel", "Are you there?"])
        assert.equal(await message(page, text).count(), 1);
    }
  });

  await t.test("a message whose response was lost is sent only once after a reload", async () => {
    // The message is delivered, but the page never receives the response.
    await one.page.route("**/graphql", async (route) => {
      if (!route.request().postData()?.includes("mutation SendMessage")) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await write(one.page, "Only once");
    await message(other.page, "Only once").waitFor();
    await one.page.unrouteAll({ behavior: "wait" });
    await one.page.reload();
    await message(one.page, "Only once").waitFor();
    await waitUntilSent(log(one.page));
    for (const page of [one.page, other.page]) assert.equal(await message(page, "Only once").count(), 1);
  });

  await t.test("a message can be edited and deleted", async () => {
    const original = message(one.page, "Only once");
    await original.hover();
    await original.getByRole("button", { name: "Message actions" }).click();
    await one.page.getByRole("menuitem", { name: "Edit" }).click();
    await one.page.getByLabel("Edit message").fill("New wording");
    await one.page.getByRole("button", { name: "Save" }).click();
    await message(other.page, "New wording").getByText("edited").waitFor();
    const edited = message(one.page, "New wording");
    await edited.hover();
    await edited.getByRole("button", { name: "Message actions" }).click();
    await one.page.getByRole("menuitem", { name: "Delete" }).click();
    await one.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    for (const page of [one.page, other.page]) await message(page, "This message was deleted.").waitFor();
    await one.page.getByRole("dialog").waitFor({ state: "detached" });
  });

  await t.test("a draft survives a reload", async () => {
    await box(one.page).fill("Not yet");
    await one.page.reload();
    assert.equal(await box(one.page).inputValue(), "Not yet");
    await box(one.page).fill("");
  });

  await t.test("scrolling up loads older messages", async () => {
    const id = one.page.url().split("/").at(-1);
    for (let number = 1; number <= 45; number += 1) await sendMessage(other.page, id, `Line ${number}.`);
    // The page opens at the first unread message: here there are no earlier ones than the last.
    for (const page of [one.page, other.page]) await message(page, "Line 45.").waitFor();
    await log(other.page).getByText("Sent", { exact: true }).waitFor({ state: "detached" });
    await log(other.page).getByText("Read", { exact: true }).waitFor();
    await one.page.reload();
    await message(one.page, "Line 45.").waitFor();
    assert.equal(await message(one.page, "Hello Ben").count(), 0);
    await log(one.page).evaluate((list) => list.scrollTo(0, 0));
    await message(one.page, "Hello Ben").waitFor();
    assert.equal(await message(one.page, "Line 1.").count(), 1);
  });

  await t.test("the pages send no foreign requests and report no errors", () => {
    for (const { foreignRequests, pageErrors } of [one, other]) {
      assert.deepEqual(foreignRequests, []);
      assert.deepEqual(
        pageErrors.filter((text) => !/ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket/.test(text)),
        [],
      );
    }
  });
});
