// Two people in two browsers, each with GraphiQL and nothing else: what one says, the other's subscription shows.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { graphiqlIn } from "./support/graphiql.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

/** Somebody who has logged in by GraphiQL's own box: the session is a cookie, and no tab has a token. */
async function arrive() {
  const account = await register(server);
  const browser = await openBrowser(server);
  after(browser.close);
  const graphiql = graphiqlIn(browser.page);
  await browser.page.goto(`${server.origin}/graphiql`);
  await graphiql.logIn(account);
  await graphiql.press("Variables");
  return { ...browser, ...graphiql, account };
}

const ada = await arrive();
const ben = await arrive();

/** Runs what stands in the open tab and gives back what the server answered. */
async function answerOf({ page, execute }) {
  const answered = page.waitForResponse((response) => response.url() === server.url);
  await execute();
  const { data, errors } = await (await answered).json();
  assert.equal(errors, undefined);
  return data;
}

/** Opens a tab, writes its variables and runs it. */
async function run(who, tab, variables) {
  await who.openTab(tab);
  await who.write("Variables", JSON.stringify(variables));
  return answerOf(who);
}

/** Starts the subscription of a tab, and waits until the server has taken it: what happens from then on is shown. */
async function follow(who, tab, variables) {
  await who.openTab(tab);
  await who.write("Variables", JSON.stringify(variables));
  const taken = who.page
    .waitForEvent("websocket")
    .then((socket) => socket.waitForEvent("framesent", { predicate: ({ payload }) => payload.includes('"subscribe"') }));
  await who.execute();
  await taken;
}

test("two people talk by GraphiQL alone", async (t) => {
  let conversation;

  await t.test("the first message opens a conversation", async () => {
    const input = { userId: ben.account.id, text: "Shall we learn together?" };
    const { sendMessage } = await run(ada, "SendMessage", { input });
    assert.deepEqual(sendMessage.userErrors, []);
    conversation = sendMessage.conversation;
    await ada.result(conversation.id);
  });

  await t.test("what is said then appears in the other's subscription", async () => {
    await follow(ben, "Conversation", { conversationId: conversation.id, after: conversation.eventsCursor });
    const input = { conversationId: conversation.id, text: "In the library, at noon" };
    const { sendMessage } = await run(ada, "SendMessage", { input });
    assert.deepEqual(sendMessage.userErrors, []);
    await ben.result('"text": "In the library, at noon"');
    await ben.result(`"displayName": "${ada.account.username}"`);
    await screenshot(ben.page, "graphiql-talk-heard");
    await screenshot(ada.page, "graphiql-talk-said");
  });

  await t.test("and the other way round, while both listen", async () => {
    const { openTab, result } = ben;
    await follow(ada, "Conversation", { conversationId: conversation.id, after: conversation.eventsCursor });
    // In a tab of its own: the subscription before goes on only as long as its tab is open.
    await openTab("SendMessage");
    await ben.write("Variables", JSON.stringify({ input: { conversationId: conversation.id, text: "I bring tea" } }));
    const { sendMessage } = await answerOf(ben);
    assert.deepEqual(sendMessage.userErrors, []);
    await result('"text": "I bring tea"');
    await ada.result('"text": "I bring tea"');
  });

  await t.test("the lobby tells who comes and what is said", async () => {
    const enter = "mutation Enter { enterLobby(input: {}) { lobby { eventsCursor } userErrors { code } } }";
    const say = 'mutation Say { sendLobbyMessage(input: { text: "Good evening" }) { userErrors { code } } }';
    const act = async (who, name, operation) => {
      await who.openTab("Welcome");
      await who.write("Operation Editor", operation);
      // The page reads along a moment behind the keys; the tab's new name says that it has read the whole.
      await who.page.getByRole("tab", { name }).waitFor();
      const [payload] = Object.values(await answerOf(who));
      assert.deepEqual(payload.userErrors, []);
      return payload;
    };
    const { lobby } = await act(ada, "Enter", enter);
    await follow(ada, "Lobby", { after: lobby.eventsCursor });
    await act(ben, "Enter", enter);
    await ada.result('"__typename": "LobbyJoined"');
    await ada.result(`"displayName": "${ben.account.username}"`);
    await ben.write("Operation Editor", say);
    await ben.page.getByRole("tab", { name: "Say" }).waitFor();
    await answerOf(ben);
    await ada.result('"text": "Good evening"');
    await screenshot(ada.page, "graphiql-talk-lobby");
  });

  await t.test("nothing was asked of anybody else, and nothing was refused", () => {
    for (const { foreignRequests, pageErrors } of [ada, ben]) {
      assert.deepEqual(foreignRequests, []);
      assert.deepEqual(pageErrors, []);
    }
  });
});
