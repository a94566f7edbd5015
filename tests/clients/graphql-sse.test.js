// Tests server-sent events in distinct connections mode: the client package graphql-sse, and the raw stream.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createClient } from "graphql-sse";
import { inboxCursor, inboxDocument, logIn, logOut, register } from "./support/accounts.js";
import { within } from "./support/deadline.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

function connect(t, token) {
  const client = createClient({
    url: server.url,
    headers: token ? { authorization: `Bearer ${token}` } : {},
    retryAttempts: 0,
  });
  t.after(() => client.dispose());
  return client;
}

/** Returns the next notice. Each is followed by the event of its notification. */
async function nextNotice(results) {
  for (;;) {
    const { inboxChanged } = (await next(results)).data;
    if (inboxChanged.__typename !== "NotificationAdded") return inboxChanged;
  }
}

async function next(results) {
  const { value } = await within(10, results.next(), "a result");
  return value;
}

test("a query delivers one result and completes", async (t) => {
  const ada = await register(server);
  const results = connect(t, ada.token).iterate({ query: "{ viewer { user { id } } }" });
  assert.deepEqual(await next(results), { data: { viewer: { user: { id: ada.id } } } });
  assert.equal((await within(5, results.next(), "the end")).done, true);
});

test("an inbox delivers logins on other devices and resumes after a cursor", async (t) => {
  const ada = await register(server);
  const start = await inboxCursor(server, ada);
  const inbox = connect(t, ada.token).iterate({ query: inboxDocument, variables: { after: start } });
  await logIn(server, ada);
  const first = await nextNotice(inbox);
  assert.equal(first.kind, "LOGGED_IN");
  await inbox.return();

  await logIn(server, ada);
  const resumed = connect(t, ada.token).iterate({ query: inboxDocument, variables: { after: first.cursor } });
  const second = await nextNotice(resumed);
  assert.equal(second.kind, "LOGGED_IN");
  assert.notEqual(second.cursor, first.cursor);
});

test("errors are delivered as results", async (t) => {
  const client = connect(t);
  for (const [query, code] of [
    ["{ nothingOfThatName }", "GRAPHQL_VALIDATION_FAILED"],
    ["mutation { logout { isLoggedOut } }", "UNAUTHENTICATED"],
  ]) {
    const answer = await next(client.iterate({ query }));
    assert.equal(answer.errors[0].extensions.code, code);
  }
});

test("an invalid token returns 401 instead of a stream", async (t) => {
  const results = connect(t, "wrong").iterate({ query: "{ viewer { email } }" });
  await assert.rejects(() => next(results), (cause) => cause.response.status === 401);
});

test("a stream ends with UNAUTHENTICATED when its session ends", async () => {
  const ada = await register(server);
  const other = await logIn(server, ada);
  const stream = await open({ query: inboxDocument }, other);
  await logOut(server, other);
  const events = parseEvents(await within(5, stream.text(), "the end of the stream"));
  assert.deepEqual(events.map(({ event }) => event), ["next", "complete"]);
  assert.equal(events[0].data.errors[0].extensions.code, "UNAUTHENTICATED");
});

test("a stream frames each event as specified and ends with complete", async () => {
  const stream = await open({ query: "{ __typename }" });
  assert.equal(stream.status, 200);
  assert.match(stream.headers.get("content-type"), /^text\/event-stream\b/);
  assert.match(stream.headers.get("cache-control"), /no-(cache|store)/);
  assert.deepEqual(parseEvents(await stream.text()), [
    { event: "next", data: { data: { __typename: "Query" } } },
    { event: "complete", data: null },
  ]);
});

function open(operation, token) {
  return fetch(server.url, {
    method: "POST",
    headers: {
      accept: "text/event-stream",
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(operation),
  });
}

/** Parses a stream. Comments, which keep an idle connection open, are ignored. */
function parseEvents(text) {
  assert.ok(text.endsWith("\n\n"), "the last event does not end with an empty line");
  const blocks = text.split("\n\n").map((block) => block.split("\n").filter((line) => line && !line.startsWith(":")));
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => {
      const fields = Object.fromEntries(lines.map((line) => line.split(/: ?(.*)/s, 2)));
      // EventSource ignores events without a data line.
      assert.ok("data" in fields, `no data in ${JSON.stringify(lines)}`);
      return { event: fields.event, data: fields.data ? JSON.parse(fields.data) : null };
    });
}
