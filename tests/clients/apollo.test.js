// Tests Apollo Client without React: links, the normalized cache, persisted queries.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, test } from "node:test";
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { createClient } from "graphql-ws";
import { firstValueFrom } from "rxjs";
import WebSocket from "ws";
import { inboxCursor, inboxDocument, logIn, newAccount, register, registerDocument } from "./support/accounts.js";
import { within } from "./support/deadline.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

const possibleTypes = { Node: ["User", "Session"], InboxEvent: ["SecurityNotice", "FeedReset"] };

function connect(t, link) {
  const client = new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes }) });
  t.after(() => client.stop());
  return client;
}

/** Returns a terminating HTTP link that records its requests in `sent`. */
function http(token, { sent = [], ...options } = {}) {
  return new HttpLink({
    uri: server.url,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    fetch: (url, init) => {
      sent.push({ url: new URL(url), method: init.method, ...(init.body && JSON.parse(init.body)) });
      return fetch(url, init);
    },
    ...options,
  });
}

function socket(t, token) {
  const client = createClient({
    url: server.socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  t.after(() => client.dispose());
  return new GraphQLWsLink(client);
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

test("a query returns the viewer", async (t) => {
  const ada = await register(server);
  const { data } = await connect(t, http(ada.token)).query({ query: me });
  assert.equal(data.viewer.user.username, ada.username);
});

test("a mutation returns user errors for invalid input", async (t) => {
  const client = connect(t, http());
  const mutation = gql(registerDocument);
  const input = newAccount();
  const good = await client.mutate({ mutation, variables: { input } });
  assert.deepEqual(good.data.register.userErrors, []);
  assert.equal(good.data.register.viewer.email, input.email);

  const wrong = { ...newAccount(), username: "!", password: "short" };
  const bad = await client.mutate({ mutation, variables: { input: wrong } });
  assert.equal(bad.data.register.session, null);
  const paths = bad.data.register.userErrors.map(({ path }) => path.join("."));
  assert.deepEqual(paths.sort(), ["input.password", "input.username"]);
  assert.ok(bad.data.register.userErrors.some(({ code }) => code === "PASSWORD_WEAK"));
});

test("an object returned by a mutation updates the cached query", async (t) => {
  const ada = await register(server);
  const sent = [];
  const client = connect(t, http(ada.token, { sent }));
  await client.query({ query: me });
  const username = newAccount().username;
  const { data } = await client.mutate({
    mutation: gql`
      mutation Rename($input: ChangeUsernameInput!) {
        changeUsername(input: $input) {
          user {
            id
            username
          }
          userErrors {
            code
            path
          }
        }
      }
    `,
    variables: { input: { username } },
  });
  assert.deepEqual(data.changeUsername.userErrors, []);
  assert.equal(client.readQuery({ query: me }).viewer.user.username, username);
  assert.equal(sent.length, 2);
});

for (const useGETForHashedQueries of [false, true]) {
  const method = useGETForHashedQueries ? "GET" : "POST";
  test(`a persisted query with ${method} is sent with its text only once`, async (t) => {
    const ada = await register(server);
    // A unique name makes the document unknown to the server.
    const query = gql(`query Persisted_${ada.username} { viewer { user { id } } }`);
    const once = async () => {
      const sent = [];
      const persisted = new PersistedQueryLink({ sha256, useGETForHashedQueries });
      const client = connect(t, ApolloLink.from([persisted, http(ada.token, { sent })]));
      const { data } = await client.query({ query });
      assert.equal(data.viewer.user.id, ada.id);
      return sent;
    };
    const first = await once();
    assert.equal(first.length, 2, "the client must send the text of an unknown query");
    assert.equal(first[0].method, method);
    assert.ok(!first[0].query && !first[0].url.searchParams.has("query"));
    assert.ok(first[1].query);
    assert.equal((await once()).length, 1, "the hash of a known query must suffice");
  });
}

test("a client uses a socket for subscriptions and HTTP for queries", async (t) => {
  const ada = await register(server);
  const link = ApolloLink.split(
    ({ operationType }) => operationType === "subscription",
    socket(t, ada.token),
    http(ada.token),
  );
  const client = connect(t, link);
  const variables = { after: await inboxCursor(server, ada) };
  const event = firstValueFrom(client.subscribe({ query: gql(inboxDocument), variables }));
  await logIn(server, ada);
  const { data } = await within(10, event, "the notice");
  assert.equal(data.inboxChanged.kind, "LOGGED_IN");
});

test("every error has a code", async (t) => {
  const ada = await register(server);
  const cases = [
    ["BAD_USER_INPUT", ada.token, gql`{ viewer { sessions(first: 1000) { edges { cursor } } } }`],
    ["GRAPHQL_VALIDATION_FAILED", ada.token, gql`{ nothingOfThatName }`],
    ["UNAUTHENTICATED", "wrong", me],
  ];
  for (const [code, token, query] of cases) {
    await t.test(code, async (t) => {
      await assert.rejects(
        () => connect(t, http(token)).query({ query }),
        (cause) => CombinedGraphQLErrors.is(cause) && cause.errors[0].extensions.code === code,
      );
    });
  }
  await t.test("UNAUTHENTICATED for a single field", async (t) => {
    const mutation = gql`mutation { logout { isLoggedOut } }`;
    const { data, error } = await connect(t, http()).mutate({ mutation, errorPolicy: "all" });
    assert.equal(data.logout, null);
    assert.deepEqual([error.errors[0].extensions.code, error.errors[0].path], ["UNAUTHENTICATED", ["logout"]]);
  });
});

function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}
