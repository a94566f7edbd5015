// Two users in two browsers write to each other with GraphiQL alone.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { graphiqlIn } from "./support/graphiql.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

/** Opens GraphiQL and signs in with its login form: the session is a cookie, and no tab has a token. */
async function openSignedIn() {
  const account = await register(server);
  const browser = await openBrowser(server);
  after(browser.close);
  const graphiql = graphiqlIn(browser.page);
  await browser.page.goto(`${server.origin}/graphiql`);
  await graphiql.logIn(account);
  await graphiql.press("Variables");
  return { ...browser, ...graphiql, account };
}

const ada = await openSignedIn();
const ben = await openSignedIn();

/** Runs the operation of the open tab and returns its data. */
async function runOpenTab({ page, execute }) {
  const response = page.waitForResponse((response) => response.url() === server.url);
  await execute();
  const { data, errors } = await (await response).json();
  assert.equal(errors, undefined);
  return data;
}

/** Opens a tab, writes its variables and runs it. */
async function run(user, tab, variables) {
  await user.openTab(tab);
  await user.write("Variables", JSON.stringify(variables));
  return runOpenTab(user);
}

/** Starts the subscription of a tab, and waits until it is sent. */
async function subscribe(user, tab, variables) {
  await user.openTab(tab);
  await user.write("Variables", JSON.stringify(variables));
  const predicate = ({ payload }) => payload.includes('"subscribe"');
  const sent = user.page.waitForEvent("websocket").then((socket) => socket.waitForEvent("framesent", { predicate }));
  await user.execute();
  await sent;
}

test("two users write to each other with GraphiQL", async (t) => {
  let conversation;

  await t.test("the first message opens a conversation", async () => {
    const input = { userId: ben.account.id, text: "Shall we learn together?" };
    const { sendMessage } = await run(ada, "SendMessage", { input });
    assert.deepEqual(sendMessage.userErrors, []);
    conversation = sendMessage.conversation;
    await ada.result(conversation.id);
  });

  await t.test("a subscription shows new messages of the other user", async () => {
    await subscribe(ben, "Conversation", { conversationId: conversation.id, after: conversation.eventsCursor });
    const input = { conversationId: conversation.id, text: "In the library, at noon" };
    const { sendMessage } = await run(ada, "SendMessage", { input });
    assert.deepEqual(sendMessage.userErrors, []);
    await ben.result('"text": "In the library, at noon"');
    await ben.result(`"displayName": "${ada.account.username}"`);
    await screenshot(ben.page, "graphiql-conversation-received");
    await screenshot(ada.page, "graphiql-conversation-sent");
  });

  await t.test("both users can follow the conversation at once", async () => {
    const { openTab, result } = ben;
    await subscribe(ada, "Conversation", { conversationId: conversation.id, after: conversation.eventsCursor });
    // Use another tab: a subscription runs only while its tab is open.
    await openTab("SendMessage");
    await ben.write("Variables", JSON.stringify({ input: { conversationId: conversation.id, text: "I bring tea" } }));
    const { sendMessage } = await runOpenTab(ben);
    assert.deepEqual(sendMessage.userErrors, []);
    await result('"text": "I bring tea"');
    await ada.result('"text": "I bring tea"');
  });

  await t.test("the lobby subscription shows joins and messages", async () => {
    const enter = "mutation Enter { enterLobby(input: {}) { lobby { eventsCursor } userErrors { code } } }";
    const send = 'mutation Say { sendLobbyMessage(input: { text: "Good evening" }) { userErrors { code } } }';
    const mutate = async (user, name, operation) => {
      await user.openTab("Welcome");
      await user.write("Operation Editor", operation);
      // The editor processes keys with a delay; the tab's new name shows that it has processed all of them.
      await user.page.getByRole("tab", { name }).waitFor();
      const [payload] = Object.values(await runOpenTab(user));
      assert.deepEqual(payload.userErrors, []);
      return payload;
    };
    const { lobby } = await mutate(ada, "Enter", enter);
    await subscribe(ada, "Lobby", { after: lobby.eventsCursor });
    await mutate(ben, "Enter", enter);
    await ada.result('"__typename": "LobbyJoined"');
    await ada.result(`"displayName": "${ben.account.username}"`);
    await ben.write("Operation Editor", send);
    await ben.page.getByRole("tab", { name: "Say" }).waitFor();
    await runOpenTab(ben);
    await ada.result('"text": "Good evening"');
    await screenshot(ada.page, "graphiql-lobby");
  });

  await t.test("the pages send no foreign requests and report no errors", () => {
    for (const { foreignRequests, pageErrors } of [ada, ben]) {
      assert.deepEqual(foreignRequests, []);
      assert.deepEqual(pageErrors, []);
    }
  });
});
