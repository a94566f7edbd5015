// Tests urql's core: fetch, its document cache, subscriptions over graphql-ws, persisted queries.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { cacheExchange, Client, fetchExchange, gql, subscriptionExchange } from "@urql/core";
import { persistedExchange } from "@urql/exchange-persisted";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { inboxCursor, inboxDocument, logIn, newAccount, register, registerDocument } from "./support/accounts.js";
import { within } from "./support/deadline.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

function connect(token, { exchanges = [cacheExchange, fetchExchange], sent = [] } = {}) {
  return new Client({
    url: server.url,
    exchanges,
    fetchOptions: { headers: token ? { authorization: `Bearer ${token}` } : {} },
    fetch: (url, init) => {
      sent.push({ url: new URL(url), method: init.method, ...(init.body && JSON.parse(init.body)) });
      return fetch(url, init);
    },
  });
}

const me = gql`
  query Me {
    viewer {
      user {
        id
        username
      }
    }
  }
`;

test("a repeated query is sent once, with GET", async () => {
  const ada = await register(server);
  const sent = [];
  const client = connect(ada.token, { sent });
  for (const round of [1, 2]) {
    const { data, error } = await client.query(me, {});
    assert.equal(error, undefined);
    assert.equal(data.viewer.user.username, ada.username, `round ${round}`);
  }
  assert.deepEqual(sent.map(({ method }) => method), ["GET"]);
});

test("a mutation returns user errors for invalid input", async () => {
  const client = connect();
  const good = await client.mutation(registerDocument, { input: newAccount() });
  assert.equal(good.error, undefined);
  assert.deepEqual(good.data.register.userErrors, []);

  const taken = { ...newAccount(), username: good.data.register.viewer.user.username };
  const bad = await client.mutation(registerDocument, { input: taken });
  assert.equal(bad.error, undefined);
  const [{ code, path }] = bad.data.register.userErrors;
  assert.deepEqual([code, path], ["USERNAME_TAKEN", ["input", "username"]]);
});

test("a subscription delivers events over graphql-ws", async (t) => {
  const ada = await register(server);
  const sockets = createClient({
    url: server.socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${ada.token}` },
  });
  t.after(() => sockets.dispose());
  const live = subscriptionExchange({
    forwardSubscription: (operation) => ({
      subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ ...operation, query: operation.query ?? "" }, sink) }),
    }),
  });
  const client = connect(ada.token, { exchanges: [fetchExchange, live] });
  const variables = { after: await inboxCursor(server, ada) };
  const first = new Promise((resolve) => {
    const { unsubscribe } = client.subscription(inboxDocument, variables).subscribe((result) => resolve(result));
    t.after(unsubscribe);
  });
  await logIn(server, ada);
  const { data, error } = await within(10, first, "the notice");
  assert.equal(error, undefined);
  assert.equal(data.inboxChanged.kind, "LOGGED_IN");
});

test("a persisted query is sent with its text only once", async () => {
  const ada = await register(server);
  // A unique name makes the document unknown to the server.
  const query = `query Persisted_${ada.username} { viewer { user { id } } }`;
  const once = async () => {
    const sent = [];
    const client = connect(ada.token, { sent, exchanges: [persistedExchange(), fetchExchange] });
    const { data, error } = await client.query(query, {});
    assert.equal(error, undefined);
    assert.equal(data.viewer.user.id, ada.id);
    return sent.map(({ url, query }) => Boolean(query ?? url.searchParams.get("query")));
  };
  assert.deepEqual(await once(), [false, true], "the client must send the text of an unknown query");
  assert.deepEqual(await once(), [false], "the hash of a known query must suffice");
});

test("every error has a code", async () => {
  const ada = await register(server);
  const client = connect(ada.token);
  for (const [query, code] of [
    ["{ viewer { sessions(first: 1000) { edges { cursor } } } }", "BAD_USER_INPUT"],
    ["{ nothingOfThatName }", "GRAPHQL_VALIDATION_FAILED"],
  ]) {
    const { error } = await client.query(query, {});
    assert.equal(error.graphQLErrors[0]?.extensions.code, code);
  }
  const { error } = await connect("wrong").query(me, {});
  assert.equal(error.graphQLErrors[0]?.extensions.code, "UNAUTHENTICATED");
  assert.equal(error.response.status, 401);
});
