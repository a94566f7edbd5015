// The protocol itself, message by message: mostly what happens to those who break it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { inboxCursor, inboxDocument, logIn, logOut, newcomer, register, registerDocument } from "./support/accounts.js";
import { startServer } from "./support/server.js";
import { greet, openSocket, protocol, refusedHandshake } from "./support/socket.js";

const server = await startServer();
after(() => server.stop());

const subscribe = (id, query, variables) => ({ id, type: "subscribe", payload: { query, variables } });

test("4400: what is not a message of the protocol", async (t) => {
  const broken = {
    "not JSON": "hello",
    "not an object": "[]",
    "no type": "{}",
    "an unknown type": '{"type":"start"}',
    "no id": '{"type":"subscribe","payload":{"query":"{ __typename }"}}',
    "no query": '{"type":"subscribe","id":"1","payload":{}}',
  };
  for (const [what, text] of Object.entries(broken)) {
    await t.test(what, async () => {
      const socket = await greet(server);
      socket.send(text);
      assert.equal((await socket.closed()).code, 4400);
    });
  }
});

test("4401: an operation before the greeting is answered", async () => {
  const socket = await openSocket(server);
  socket.send(subscribe("1", "{ __typename }"));
  assert.equal((await socket.closed()).code, 4401);
});

test("4403: a wrong token", async () => {
  const socket = await openSocket(server);
  socket.send({ type: "connection_init", payload: { authorization: "Bearer wrong" } });
  assert.equal((await socket.closed()).code, 4403);
});

test("4408: no greeting within five seconds", async () => {
  const opened = performance.now();
  const socket = await openSocket(server);
  assert.equal((await socket.closed(8)).code, 4408);
  assert.ok(performance.now() - opened > 4000, "a slow client must have its five seconds");
});

test("4409: the id of an operation that still runs", async () => {
  const ada = await register(server);
  const socket = await greet(server, ada.token);
  socket.send(subscribe("1", inboxDocument));
  socket.send(subscribe("1", inboxDocument));
  assert.equal((await socket.closed()).code, 4409);
});

test("4429: a second greeting", async () => {
  const socket = await greet(server);
  socket.send({ type: "connection_init" });
  assert.equal((await socket.closed()).code, 4429);
});

test("a subscription that was completed is silent, and frees its id", async () => {
  const ada = await register(server);
  const after = await inboxCursor(server, ada);
  const socket = await greet(server, ada.token);
  socket.send(subscribe("1", inboxDocument, { after }));
  await logIn(server, ada);
  assert.equal((await socket.next()).id, "1");
  socket.send({ id: "1", type: "complete" });
  await logIn(server, ada);
  socket.send(subscribe("1", "{ __typename }"));
  assert.deepEqual(await socket.next(), { id: "1", type: "next", payload: { data: { __typename: "Query" } } });
  assert.deepEqual(await socket.next(), { id: "1", type: "complete" });
  socket.close();
});

test("only graphql-transport-ws is spoken", async () => {
  const socket = await openSocket(server, { protocols: ["graphql-ws", protocol] });
  assert.equal(socket.protocol, protocol);
  socket.close();
  await refusedHandshake(server, { protocols: ["graphql-ws"] });
});

test("pages of other sites are refused at the handshake", async () => {
  assert.equal(await refusedHandshake(server, { origin: "https://elsewhere.example" }), 403);
  const socket = await openSocket(server, { origin: server.origin });
  socket.close();
});

test("a document that is not valid is answered with error, and its id is free again", async () => {
  const socket = await greet(server);
  for (const [query, code] of [
    ["{ nothingOfThatName }", "GRAPHQL_VALIDATION_FAILED"],
    ["{", "GRAPHQL_PARSE_FAILED"],
  ]) {
    socket.send(subscribe("1", query));
    const { id, type, payload } = await socket.next();
    assert.deepEqual([id, type, payload[0].extensions.code], ["1", "error", code]);
  }
  socket.close();
});

test("nobody's inbox is not found", async () => {
  const socket = await greet(server);
  socket.send(subscribe("1", inboxDocument));
  const { type, payload } = await socket.next();
  assert.equal(type, "error");
  assert.match(payload[0].extensions.code, /^(NOT_FOUND|UNAUTHENTICATED)$/);
  socket.close();
});

test("ping is answered by pong, before and after the greeting", async () => {
  const socket = await openSocket(server);
  socket.send({ type: "ping", payload: { any: "thing" } });
  assert.equal((await socket.next()).type, "pong");
  socket.send({ type: "connection_init" });
  assert.equal((await socket.next()).type, "connection_ack");
  socket.send({ type: "ping" });
  assert.equal((await socket.next()).type, "pong");
  socket.close();
});

test("what checks a credential is refused on a socket", async (t) => {
  const ada = await register(server);
  const login = /* GraphQL */ `
    mutation LogIn($input: LoginInput!) {
      login(input: $input) {
        session {
          accessToken
        }
      }
    }
  `;
  const attempts = {
    login: [login, { input: { identifier: ada.username, password: ada.password } }],
    register: [registerDocument, { input: newcomer() }],
  };
  for (const [field, [query, variables]] of Object.entries(attempts)) {
    await t.test(field, async () => {
      const socket = await greet(server);
      socket.send(subscribe("1", query, variables));
      const { type, payload } = await socket.next();
      // Refused as a request or as a field: either way with a code and without a session.
      const errors = type === "error" ? payload : payload.errors;
      assert.ok(errors?.[0]?.extensions?.code, JSON.stringify(payload));
      assert.equal(payload.data?.[field] ?? null, null);
      socket.close();
    });
  }
});

test("logging out closes the socket with 4403 within two seconds", async () => {
  const ada = await register(server);
  const other = await logIn(server, ada);
  const [leaving, staying] = await Promise.all([greet(server, other), greet(server, ada.token)]);
  leaving.send(subscribe("1", inboxDocument));
  await logOut(server, other);
  assert.equal((await leaving.closed(2)).code, 4403);
  staying.send({ type: "ping" });
  assert.equal((await staying.next()).type, "pong");
  staying.close();
});

// Last in this file, because it ends the file's server.
test("1012: the server is stopped", async () => {
  const ada = await register(server);
  const socket = await greet(server, ada.token);
  socket.send(subscribe("1", inboxDocument));
  const [{ code }] = await Promise.all([socket.closed(15), server.stop()]);
  assert.equal(code, 1012);
});
