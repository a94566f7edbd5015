// Tests subscriptions of Apollo Client over plain HTTP, by Apollo's multipart protocol.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ApolloClient, CombinedProtocolErrors, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { inboxCursor, inboxDocument, logIn, logOut, register } from "./support/accounts.js";
import { within } from "./support/deadline.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

function connect(t, token) {
  const link = new HttpLink({ uri: server.url, headers: { authorization: `Bearer ${token}` } });
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  t.after(() => client.stop());
  return client;
}

/** Subscribes and collects the results; `result` resolves with the first that `matches`. */
function follow(client, query, variables) {
  const results = [];
  const waiting = [];
  const add = (result) => {
    results.push(result);
    for (const look of waiting) look();
  };
  const subscription = client.subscribe({ query: gql(query), variables }).subscribe({
    next: add,
    error: (error) => add({ error }),
    complete: () => add({ isComplete: true }),
  });
  const result = (matches) =>
    within(
      10,
      new Promise((resolve) => {
        const look = () => {
          const found = results.find(matches);
          if (found) resolve(found);
        };
        waiting.push(look);
        look();
      }),
      "a result",
    );
  return { results, result, end: () => subscription.unsubscribe() };
}

test("a subscription delivers events over HTTP", async (t) => {
  const ada = await register(server);
  const after = await inboxCursor(server, ada);
  const inbox = follow(connect(t, ada.token), inboxDocument, { after });
  await logIn(server, ada);
  const { data } = await inbox.result(({ data }) => data);
  assert.equal(data.inboxChanged.kind, "LOGGED_IN");
  await logIn(server, ada);
  await inbox.result(({ data }) => data && data.inboxChanged.cursor !== inbox.results[0].data.inboxChanged.cursor);
  inbox.end();
});

test("a stream that cannot begin ends with its error", async (t) => {
  const ada = await register(server);
  const stream = follow(connect(t, ada.token), inboxDocument, { after: "nonsense" });
  const { error } = await stream.result(({ error }) => error);
  assert.equal(error.errors[0].extensions.code, "BAD_USER_INPUT");
});

test("a stream ends with the session, as an error of the protocol", async (t) => {
  const ada = await register(server);
  const inbox = follow(connect(t, ada.token), inboxDocument, { after: await inboxCursor(server, ada) });
  await logIn(server, ada);
  await inbox.result(({ data }) => data);
  await logOut(server, ada.token);
  const { error } = await inbox.result(({ error }) => error);
  assert.ok(CombinedProtocolErrors.is(error), String(error));
  assert.equal(error.errors[0].extensions.code, "UNAUTHENTICATED");
});

test("queries and mutations of the same client are answered as JSON", async (t) => {
  const ada = await register(server);
  const { data } = await connect(t, ada.token).query({ query: gql`{ viewer { user { id } } }` });
  assert.equal(data.viewer.user.id, ada.id);
});
