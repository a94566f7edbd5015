// Tests graphql-ws, the client package of graphql-transport-ws.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { inboxCursor, inboxDocument, logIn, register } from "./support/accounts.js";
import { within } from "./support/deadline.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

function connect(t, token, options = {}) {
  const client = createClient({
    url: server.socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: token ? { authorization: `Bearer ${token}` } : undefined,
    retryAttempts: 0,
    ...options,
  });
  t.after(() => client.dispose());
  return client;
}

async function next(results) {
  const { value } = await within(10, results.next(), "a result");
  return value;
}

/** Returns the next notice. Each is followed by the event of its notification. */
async function nextNotice(results) {
  for (;;) {
    const { inboxChanged } = (await next(results)).data;
    if (inboxChanged.__typename !== "NotificationAdded") return inboxChanged;
  }
}

test("a query runs as the viewer of the connection", async (t) => {
  const ada = await register(server);
  const answer = await next(connect(t, ada.token).iterate({ query: "{ viewer { user { id username } } }" }));
  assert.deepEqual(answer, { data: { viewer: { user: { id: ada.id, username: ada.username } } } });
});

test("a socket without a token is anonymous", async (t) => {
  const client = connect(t);
  const answer = await next(client.iterate({ query: "{ viewer { email } }" }));
  assert.deepEqual(answer, { data: { viewer: null } });
});

test("a mutation runs as the viewer of the connection", async (t) => {
  const ada = await register(server);
  await logIn(server, ada);
  const results = connect(t, ada.token).iterate({ query: "mutation { revokeOtherSessions { revokedCount } }" });
  assert.deepEqual(await next(results), { data: { revokeOtherSessions: { revokedCount: 1 } } });
});

test("an inbox delivers a login on another device", async (t) => {
  const ada = await register(server);
  const client = connect(t, ada.token);
  const after = await inboxCursor(server, ada);
  const inbox = client.iterate({ query: inboxDocument, variables: { after } });
  await logIn(server, ada);
  const event = await nextNotice(inbox);
  assert.equal(event.__typename, "SecurityNotice");
  assert.equal(event.kind, "LOGGED_IN");
  assert.match(event.happenedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test("an inbox without a cursor starts at the current position", async (t) => {
  const ada = await register(server);
  await logIn(server, ada);
  const client = connect(t, ada.token);
  const inbox = client.iterate({ query: inboxDocument });
  // A socket handles messages in order: a later result shows that the subscription is registered.
  await next(client.iterate({ query: "{ viewer { email } }" }));
  const before = await inboxCursor(server, ada);
  await logIn(server, ada);
  const event = await nextNotice(inbox);
  const replayed = client.iterate({ query: inboxDocument, variables: { after: before } });
  assert.deepEqual(await nextNotice(replayed), event);
});

test("a subscription after a cursor delivers missed events once and in order, then live ones", async (t) => {
  const ada = await register(server);
  const start = await inboxCursor(server, ada);
  const interrupted = connect(t, ada.token).iterate({ query: inboxDocument, variables: { after: start } });
  await logIn(server, ada);
  const first = await nextNotice(interrupted);
  await interrupted.return();

  await logIn(server, ada);
  await logIn(server, ada);
  const resumed = connect(t, ada.token).iterate({ query: inboxDocument, variables: { after: first.cursor } });
  const missed = [await nextNotice(resumed), await nextNotice(resumed)];
  await logIn(server, ada);
  const live = await nextNotice(resumed);

  const complete = connect(t, ada.token).iterate({ query: inboxDocument, variables: { after: start } });
  const received = [];
  for (let i = 0; i < 4; i += 1) received.push(await nextNotice(complete));
  assert.deepEqual(received, [first, ...missed, live]);
  assert.equal(new Set(received.map((event) => event.cursor)).size, 4);
});

test("a client reconnects with a new token after 4403", async (t) => {
  const ada = await register(server);
  const tokens = ["stale", ada.token];
  const closes = [];
  const client = connect(t, undefined, {
    connectionParams: () => ({ authorization: `Bearer ${tokens.shift()}` }),
    retryAttempts: 1,
    retryWait: async () => {},
    on: { closed: (event) => closes.push(event.code) },
  });
  const answer = await next(client.iterate({ query: "{ viewer { user { id } } }" }));
  assert.equal(answer.data.viewer.user.id, ada.id);
  assert.deepEqual([tokens.length, closes[0]], [0, 4403]);
});

test("an invalid document ends its operation and not the socket", async (t) => {
  const client = connect(t, undefined, { lazyCloseTimeout: 5000 });
  await assert.rejects(
    () => next(client.iterate({ query: "{ nothingOfThatName }" })),
    ([error]) => error.extensions.code === "GRAPHQL_VALIDATION_FAILED",
  );
  assert.deepEqual(await next(client.iterate({ query: "{ viewer { email } }" })), { data: { viewer: null } });
});

test("concurrent operations share one socket", async (t) => {
  const ada = await register(server);
  let sockets = 0;
  const client = connect(t, ada.token, { on: { connected: () => (sockets += 1) } });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => next(client.iterate({ query: "{ viewer { user { id } } }" }))),
  );
  assert.ok(answers.every((answer) => answer.data.viewer.user.id === ada.id));
  assert.equal(sockets, 1);
});

test("a socket too many is retried until another one closes", async (t) => {
  const limited = await startServer({ settings: { STUDYHALL_RATE_LIMITS: "on", STUDYHALL_MAX_SOCKETS_PER_USER: "1" } });
  t.after(() => limited.stop());
  const ada = await register(limited);
  const open = (options) => {
    const client = connect(t, ada.token, { url: limited.socketUrl, lazy: false, ...options });
    const once = (event) => new Promise((resolve) => client.on(event, resolve));
    return { client, connected: once("connected"), closed: once("closed") };
  };
  const first = open();
  await within(10, first.connected, "the first socket");
  const second = open({ retryAttempts: Infinity });
  const { code } = await within(10, second.closed, "the rejection");
  assert.equal(code, 1013);
  await first.client.dispose();
  await within(20, second.connected, "the second socket");
  await second.client.dispose();
});

test("the acknowledgement shows who the client is", async (t) => {
  const ada = await register(server);
  const acknowledged = (params) =>
    new Promise((resolve) => {
      const client = connect(t, undefined, { connectionParams: params, lazy: false });
      client.on("connected", (_, payload) => resolve(payload));
    });
  const nested = { headers: { Authorization: `Bearer ${ada.token}` } };
  const viewer = { id: ada.id, isGuest: false };
  assert.deepEqual(await within(10, acknowledged(nested), "the acknowledgement"), { viewer });
  assert.deepEqual(await within(10, acknowledged(undefined), "the acknowledgement"), { viewer: null });
});
