// Tests how the web client handles `FeedReset`. The server deletes events after 30 days; here a proxy drops an event
// and sends the `FeedReset` that the server would send.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser } from "./support/browser.js";
import { within } from "./support/deadline.js";
import { startServer } from "./support/server.js";
import { assertNoErrors, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const browser = await openBrowser(server);
after(browser.close);
const { page, context } = browser;

/** The latest subscription of the page to each field. */
const streams = new Map();
const subscribed = new EventEmitter();
/** While it is set, the events of its field are dropped and passed to `onEvent`. */
let dropping;

await page.routeWebSocket(/\/graphql$/, (socket) => {
  const upstream = socket.connectToServer();
  socket.onMessage((text) => {
    const { id, type, payload } = JSON.parse(text);
    const field = type === "subscribe" && payload.query.match(/\{\s*(\w+)/)[1];
    if (field) streams.set(field, { id, socket, variables: payload.variables });
    upstream.send(text);
    if (field) subscribed.emit(field);
  });
  upstream.onMessage((text) => {
    const { type, payload } = JSON.parse(text);
    const [field, event] = (type === "next" && Object.entries(payload.data ?? {})[0]) || [];
    if (field && dropping?.field === field) dropping.onEvent(event);
    else socket.send(text);
  });
});

/** Loads a page, which opens new streams. */
async function visit(address) {
  streams.clear();
  await page.goto(address);
}

/** Drops the next event of a field, which `cause` triggers, and sends a `FeedReset` with its cursor instead. */
async function reset(field, cause) {
  const dropped = new Promise((resolve) => (dropping = { field, onEvent: resolve }));
  await cause();
  const { cursor } = await within(10, dropped, `an event of ${field}`);
  dropping = undefined;
  const { id, socket } = streams.get(field);
  const event = { __typename: "FeedReset", cursor, happenedAt: new Date().toISOString() };
  socket.send(JSON.stringify({ id, type: "next", payload: { data: { [field]: event } } }));
  return cursor;
}

/** Interrupts the network, and returns the cursor after which the page resumes. */
async function resumeCursor(field) {
  streams.delete(field);
  const reconnected = page.waitForEvent("websocket");
  await context.setOffline(true);
  await context.setOffline(false);
  await reconnected;
  await opened(field);
  return streams.get(field).variables.after;
}

/** Waits until the page has subscribed to a field. */
async function opened(field) {
  if (!streams.has(field)) await within(15, once(subscribed, field), `the stream of ${field}`);
}

const ada = await signUp(page, server, { firstName: "Ada", lastName: "Okafor" });
const ben = await register(server);
const log = page.getByRole("log", { name: "Messages" });
const message = (text) => log.getByRole("article").filter({ hasText: text });

async function mutate(name, type, input, selection = "") {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, ben.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}

/** Polls until Ada has read the conversation up to a message of Ben. */
async function untilRead(text) {
  const query = "{ conversations(first: 1) { nodes { readMarkers { user { username } readUpTo { text } } } } }";
  for (;;) {
    const { data } = await sendRequest(server, query, {}, ben.token);
    const marker = data.conversations.nodes[0].readMarkers.find(({ user }) => user.username === ada.username);
    if (marker?.readUpTo?.text === text) return;
  }
}

const post = (text) => mutate("createPost", "CreatePostInput", { text });

test("a page reloads its data after a FeedReset and continues", async (t) => {
  await t.test("the list of posts reloads and continues", async () => {
    await post("Before");
    await visit(server.origin);
    await page.getByText("Before", { exact: true }).waitFor();
    await opened("postsChanged");
    await reset("postsChanged", () => post("Lost on the way"));
    await page.getByText("Lost on the way").waitFor();
    await post("After");
    await page.getByText("After", { exact: true }).waitFor();
    for (const text of ["Before", "Lost on the way", "After"]) {
      assert.equal(await page.getByRole("article").filter({ hasText: text }).count(), 1, text);
    }
  });

  await t.test("a conversation reloads and continues", async () => {
    const query = "query ($name: String!) { user(by: { username: $name }) { id } }";
    const { data } = await sendRequest(server, query, { name: ada.username }, ben.token);
    const input = { userIds: [data.user.id] };
    const { conversation } = await mutate("startConversation", "StartConversationInput", input, "conversation { id }");
    const send = (text) => mutate("sendMessage", "SendMessageInput", { conversationId: conversation.id, text });
    await send("Hello");
    await visit(`${server.origin}/messages/${conversation.id}`);
    await message("Hello").waitFor();
    await opened("conversationChanged");
    const cursor = await reset("conversationChanged", () => send("Lost words"));
    await message("Lost words").waitFor();
    await send("And on");
    await message("And on").waitFor();
    for (const text of ["Hello", "Lost words", "And on"]) assert.equal(await message(text).count(), 1, text);
    // The cursor of the reset is a valid position: the stream resumes after it or after a later event.
    const after = await resumeCursor("conversationChanged");
    assert.ok(after && after !== cursor, "the page must resume after the last event");
    await send("After the tunnel");
    await message("After the tunnel").waitFor();
    await within(10, untilRead("After the tunnel"), "the read marker");
  });

  await t.test("the inbox recounts unread messages", async () => {
    await visit(`${server.origin}/settings`);
    await opened("inboxChanged");
    const { data } = await sendRequest(server, "{ conversations(first: 1) { edges { node { id } } } }", {}, ben.token);
    const conversationId = data.conversations.edges[0].node.id;
    const unread = page.getByRole("link", { name: /^Messages/ }).getByText("1 unread message", { exact: true });
    await reset("inboxChanged", () => mutate("sendMessage", "SendMessageInput", { conversationId, text: "Missed" }));
    await unread.waitFor({ state: "attached" });
  });

  await t.test("the lobby reloads and continues", async () => {
    await mutate("enterLobby", "EnterLobbyInput", {});
    await visit(`${server.origin}/lobby`);
    await page.getByRole("button", { name: "Enter the lobby" }).click();
    await page.getByRole("textbox").waitFor();
    await opened("lobbyChanged");
    const send = (text) => mutate("sendLobbyMessage", "SendLobbyMessageInput", { text });
    await reset("lobbyChanged", () => send("Lost in the crowd"));
    await message("Lost in the crowd").waitFor();
    await send("Back again");
    await message("Back again").waitFor();
    for (const text of ["Lost in the crowd", "Back again"]) assert.equal(await message(text).count(), 1, text);
  });

  await t.test("the page sends no foreign requests and reports no errors", () => assertNoErrors(browser));
});
