// Tests what users write without a connection: messages, posts and images, in several tabs.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { imageFile, logInAs, waitUntilSent } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const ada = await register(server);
const ben = await register(server);
const { data } = await sendRequest(
  server,
  "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id } } }",
  { input: { userId: ada.id, text: "Hello" } },
  ben.token,
);
const thread = `${server.origin}/messages/${data.sendMessage.conversation.id}`;
const { page: first, context, close } = await openBrowser(server);
after(close);
await first.goto(`${server.origin}/login`);
await logInAs(first, ada);
const second = await context.newPage();
second.setDefaultTimeout(15_000);

const box = (page) => page.getByRole("textbox", { name: "Write a message" });
const message = (page, text) => page.getByRole("log").getByRole("article").filter({ hasText: text });
const attach = (page, name) => page.getByLabel("Add images").last().setInputFiles(imageFile(name));
const attached = (page) => page.getByRole("list", { name: "Attached images" });
const banner = (page) => page.getByText("No connection.");
const post = (page, text) => page.getByRole("article", { name: /^Post by/ }).filter({ hasText: text });

async function write(page, text) {
  await box(page).fill(text);
  await page.keyboard.press("Enter");
}

/** Returns the texts of the conversation and of all posts on the server. */
async function delivered() {
  const query = `{
    conversation(by: { userId: "${ben.id}" }) { messages(last: 50) { nodes: edges { node { text images { id } } } } }
    posts(first: 50) { edges { node { text images { id } } } }
  }`;
  const { data } = await sendRequest(server, query, {}, ada.token);
  return [...data.conversation.messages.nodes, ...data.posts.edges].map(({ node }) => node);
}

test("messages of two tabs that were written offline are all sent, once each", async () => {
  await first.goto(thread);
  await second.goto(thread);
  await message(first, "Hello").waitFor();
  await message(second, "Hello").waitFor();
  await context.setOffline(true);
  await banner(first).waitFor();
  await banner(second).waitFor();
  await write(first, "First tab, first");
  await write(second, "Second tab");
  await write(first, "First tab, second");
  // Each tab shows the messages of both.
  for (const page of [first, second]) {
    for (const text of ["First tab, first", "Second tab", "First tab, second"]) {
      await message(page, text).getByText("Waiting to send").waitFor();
    }
  }
  await context.setOffline(false);
  for (const page of [first, second]) await waitUntilSent(page);
  const texts = (await delivered()).map(({ text }) => text);
  assert.deepEqual(
    texts.filter((text) => text.includes("tab")),
    ["First tab, first", "Second tab", "First tab, second"],
  );
});

test("an image that was chosen offline is sent with its message", async () => {
  await context.setOffline(true);
  await banner(first).waitFor();
  await attach(first, "meadow.png");
  await attached(first).getByRole("img", { name: "meadow.png", exact: true }).waitFor();
  await write(first, "The meadow");
  const waiting = message(first, "The meadow");
  await waiting.getByText("Waiting to send").waitFor();
  await waiting.getByRole("img", { name: "Image 1 by You" }).waitFor();
  await screenshot(first, "web-offline-image");
  await context.setOffline(false);
  await waitUntilSent(waiting);
  const sent = (await delivered()).filter(({ text }) => text === "The meadow");
  assert.deepEqual(sent.map(({ images }) => images.length), [1]);
});

test("a post with an image that was written offline is published once", async () => {
  await first.goto(server.origin);
  await first.getByLabel("New post").waitFor();
  await context.setOffline(true);
  await banner(first).waitFor();
  await attach(first, "lamp.png");
  await attached(first).getByRole("img", { name: "lamp.png", exact: true }).waitFor();
  await first.getByLabel("New post").fill("The library has a new lamp.");
  await first.getByRole("button", { name: "Post", exact: true }).click();
  await post(first, "a new lamp").getByText("Waiting to send").waitFor();
  assert.equal(await first.getByLabel("New post").inputValue(), "");
  await screenshot(first, "web-offline-post");
  await context.setOffline(false);
  await waitUntilSent(post(first, "a new lamp"));
  await post(first, "a new lamp").getByRole("button", { name: /^Open: Image 1/ }).waitFor();
  assert.equal(await post(first, "a new lamp").count(), 1);
  const sent = (await delivered()).filter(({ text }) => text === "The library has a new lamp.");
  assert.deepEqual(sent.map(({ images }) => images.length), [1]);
});

test("drafts keep their images, and tabs share their text", async () => {
  await first.goto(thread);
  await second.goto(thread);
  await box(second).waitFor();
  await box(first).fill("Not finished");
  await attach(first, "draft.png");
  await attached(first).getByRole("img", { name: "draft.png", exact: true }).waitFor();
  assert.equal(await box(second).inputValue(), "Not finished");
  await first.reload();
  assert.equal(await box(first).inputValue(), "Not finished");
  await attached(first).getByRole("img", { name: "draft.png" }).waitFor();
  await first.getByRole("button", { name: "Remove draft.png" }).click();
  await box(first).fill("");
});
