// A log that no longer reaches back to where the page is: the page reads again, and goes on from there. The server
// forgets after weeks; here something on the way loses an event, and says what the server would say.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { after, test } from "node:test";
import { sendRequest, register } from "./support/accounts.js";
import { openBrowser } from "./support/browser.js";
import { within } from "./support/deadline.js";
import { startServer } from "./support/server.js";
import { assertNoErrors, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const browser = await openBrowser(server);
after(browser.close);
const { page, context } = browser;

/** The streams that the page asked for last, by their fields. */
const streams = new Map();
const asked = new EventEmitter();
/** Hears of each event that is lost; while it is there, all of its field are. */
let loser;

await page.routeWebSocket(/\/graphql$/, (socket) => {
  const upstream = socket.connectToServer();
  socket.onMessage((text) => {
    const { id, type, payload } = JSON.parse(text);
    const field = type === "subscribe" && payload.query.match(/\{\s*(\w+)/)[1];
    if (field) streams.set(field, { id, socket, variables: payload.variables });
    upstream.send(text);
    if (field) asked.emit(field);
  });
  upstream.onMessage((text) => {
    const { type, payload } = JSON.parse(text);
    const [field, event] = (type === "next" && Object.entries(payload.data ?? {})[0]) || [];
    if (field && loser?.field === field) loser.lost(event);
    else socket.send(text);
  });
});

/** Opens a page, whose streams are new ones. */
async function visit(address) {
  streams.clear();
  await page.goto(address);
}

/** Loses the next event of a field, which `cause` brings about, and then says that the log begins after it. */
async function reset(field, cause) {
  const lost = new Promise((resolve) => (loser = { field, lost: resolve }));
  await cause();
  const { cursor } = await within(10, lost, `an event of ${field}`);
  loser = undefined;
  const { id, socket } = streams.get(field);
  const event = { __typename: "FeedReset", cursor, happenedAt: new Date().toISOString() };
  socket.send(JSON.stringify({ id, type: "next", payload: { data: { [field]: event } } }));
  return cursor;
}

/** Where the page asks a stream to go on when the network has been away. */
async function reached(field) {
  streams.delete(field);
  const again = page.waitForEvent("websocket");
  await context.setOffline(true);
  await context.setOffline(false);
  await again;
  await opened(field);
  return streams.get(field).variables.after;
}

/** Waits until the page has asked for a stream. */
async function opened(field) {
  if (!streams.has(field)) await within(15, once(asked, field), `the stream of ${field}`);
}

const ada = await signUp(page, server, { firstName: "Ada", lastName: "Okafor" });
const ben = await register(server);
const log = page.getByRole("log", { name: "Messages" });
const message = (text) => log.getByRole("article").filter({ hasText: text });

async function act(name, type, input, selection = "") {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, ben.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}
const post = (text) => act("createPost", "CreatePostInput", { text });

test("a page whose place in a log is gone reads again and goes on", async (t) => {
  await t.test("posts", async () => {
    await post("Before");
    await visit(server.origin);
    await page.getByText("Before", { exact: true }).waitFor();
    await opened("postPublished");
    await reset("postPublished", () => post("Lost on the way"));
    await page.getByText("Lost on the way").waitFor();
    await post("After");
    await page.getByText("After", { exact: true }).waitFor();
    for (const text of ["Before", "Lost on the way", "After"]) {
      assert.equal(await page.getByRole("article").filter({ hasText: text }).count(), 1, text);
    }
  });

  await t.test("a conversation", async () => {
    const who = "query ($name: String!) { user(by: { username: $name }) { id } }";
    const { data } = await sendRequest(server, who, { name: ada.username }, ben.token);
    const input = { userIds: [data.user.id] };
    const { conversation } = await act("startConversation", "StartConversationInput", input, "conversation { id }");
    const say = (text) => act("sendMessage", "SendMessageInput", { conversationId: conversation.id, text });
    await say("Hello");
    await visit(`${server.origin}/messages/${conversation.id}`);
    await message("Hello").waitFor();
    await opened("conversationChanged");
    const cursor = await reset("conversationChanged", () => say("Lost words"));
    await message("Lost words").waitFor();
    await say("And on");
    await message("And on").waitFor();
    for (const text of ["Hello", "Lost words", "And on"]) assert.equal(await message(text).count(), 1, text);
    // What the reset said is a place like any other: the stream goes on after it, or after what came later.
    const after = await reached("conversationChanged");
    assert.ok(after && after !== cursor, "the page goes on from the last event that it saw");
    await say("After the tunnel");
    await message("After the tunnel").waitFor();
  });

  await t.test("the inbox counts anew", async () => {
    await visit(`${server.origin}/settings`);
    await opened("inboxChanged");
    const { data } = await sendRequest(server, "{ conversations(first: 1) { edges { node { id } } } }", {}, ben.token);
    const conversationId = data.conversations.edges[0].node.id;
    const unread = page.getByRole("link", { name: /^Messages/ }).getByText("1 unread message");
    await reset("inboxChanged", () => act("sendMessage", "SendMessageInput", { conversationId, text: "Unheard" }));
    await unread.waitFor({ state: "attached" });
  });

  await t.test("the lobby", async () => {
    await act("enterLobby", "EnterLobbyInput", {});
    await visit(`${server.origin}/lobby`);
    await page.getByRole("button", { name: "Enter the lobby" }).click();
    await page.getByRole("textbox").waitFor();
    await opened("lobbyChanged");
    const say = (text) => act("sendLobbyMessage", "SendLobbyMessageInput", { text });
    await reset("lobbyChanged", () => say("Lost in the crowd"));
    await message("Lost in the crowd").waitFor();
    await say("Heard again");
    await message("Heard again").waitFor();
    for (const text of ["Lost in the crowd", "Heard again"]) assert.equal(await message(text).count(), 1, text);
  });

  await t.test("nothing was asked of anybody else, and nothing was refused", () => assertNoErrors(browser));
});
