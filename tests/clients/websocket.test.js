// Tests the WebSocket protocol message by message, mostly clients that violate it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  inboxCursor,
  inboxDocument,
  logIn,
  logOut,
  newAccount,
  register,
  registerDocument,
} from "./support/accounts.js";
import { startServer } from "./support/server.js";
import { connect, openSocket, protocol, rejectedHandshake } from "./support/socket.js";

const server = await startServer();
after(() => server.stop());

const subscribe = (id, query, variables) => ({ id, type: "subscribe", payload: { query, variables } });

test("the server closes with 4400 after an invalid message", async (t) => {
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
      const socket = await connect(server);
      socket.send(text);
      assert.equal((await socket.closed()).code, 4400);
    });
  }
});

test("the server closes with 4401 after an operation before connection_ack", async () => {
  const socket = await openSocket(server);
  socket.send(subscribe("1", "{ __typename }"));
  assert.equal((await socket.closed()).code, 4401);
});

test("the server closes with 4403 after an invalid token", async () => {
  const socket = await openSocket(server);
  socket.send({ type: "connection_init", payload: { authorization: "Bearer wrong" } });
  assert.equal((await socket.closed()).code, 4403);
});

test("the server closes with 4408 without connection_init within five seconds", async () => {
  const opened = performance.now();
  const socket = await openSocket(server);
  assert.equal((await socket.closed(8)).code, 4408);
  assert.ok(performance.now() - opened > 4000, "the socket closed before five seconds had passed");
});

test("the server closes with 4409 after a duplicate id of a running operation", async () => {
  const ada = await register(server);
  const socket = await connect(server, ada.token);
  socket.send(subscribe("1", inboxDocument));
  socket.send(subscribe("1", inboxDocument));
  assert.equal((await socket.closed()).code, 4409);
});

test("the server closes with 4429 after a second connection_init", async () => {
  const socket = await connect(server);
  socket.send({ type: "connection_init" });
  assert.equal((await socket.closed()).code, 4429);
});

test("a completed subscription sends no more events and its id can be used again", async () => {
  const ada = await register(server);
  const after = await inboxCursor(server, ada);
  const socket = await connect(server, ada.token);
  socket.send(subscribe("1", inboxDocument, { after }));
  await logIn(server, ada);
  // The notice, and its notification.
  for (let i = 0; i < 2; i += 1) assert.equal((await socket.next()).id, "1");
  socket.send({ id: "1", type: "complete" });
  await logIn(server, ada);
  socket.send(subscribe("1", "{ __typename }"));
  assert.deepEqual(await socket.next(), { id: "1", type: "next", payload: { data: { __typename: "Query" } } });
  assert.deepEqual(await socket.next(), { id: "1", type: "complete" });
  socket.close();
});

test("the server accepts only the protocol graphql-transport-ws", async () => {
  const socket = await openSocket(server, { protocols: ["graphql-ws", protocol] });
  assert.equal(socket.protocol, protocol);
  socket.close();
  await rejectedHandshake(server, { protocols: ["graphql-ws"] });
});

test("the handshake rejects pages of other origins", async () => {
  assert.equal(await rejectedHandshake(server, { origin: "https://elsewhere.example" }), 403);
  const socket = await openSocket(server, { origin: server.origin });
  socket.close();
});

test("an invalid document returns an error message and its id can be used again", async () => {
  const socket = await connect(server);
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

test("an anonymous socket cannot subscribe to an inbox", async () => {
  const socket = await connect(server);
  socket.send(subscribe("1", inboxDocument));
  const { type, payload } = await socket.next();
  assert.equal(type, "error");
  assert.match(payload[0].extensions.code, /^(NOT_FOUND|UNAUTHENTICATED)$/);
  socket.close();
});

test("the server answers ping with pong before and after connection_init", async () => {
  const socket = await openSocket(server);
  socket.send({ type: "ping", payload: { any: "thing" } });
  assert.equal((await socket.next()).type, "pong");
  socket.send({ type: "connection_init" });
  assert.equal((await socket.next()).type, "connection_ack");
  socket.send({ type: "ping" });
  assert.equal((await socket.next()).type, "pong");
  socket.close();
});

test("a socket rejects operations that check a credential", async (t) => {
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
    register: [registerDocument, { input: newAccount() }],
  };
  for (const [field, [query, variables]] of Object.entries(attempts)) {
    await t.test(field, async () => {
      const socket = await connect(server);
      socket.send(subscribe("1", query, variables));
      const { type, payload } = await socket.next();
      // Rejected as a request or as a field: in both cases with a code and without a session.
      const errors = type === "error" ? payload : payload.errors;
      assert.ok(errors?.[0]?.extensions?.code, JSON.stringify(payload));
      assert.equal(payload.data?.[field] ?? null, null);
      socket.close();
    });
  }
});

test("a logout closes the socket with 4403 within two seconds", async () => {
  const ada = await register(server);
  const other = await logIn(server, ada);
  const [leaving, staying] = await Promise.all([connect(server, other), connect(server, ada.token)]);
  leaving.send(subscribe("1", inboxDocument));
  await logOut(server, other);
  assert.equal((await leaving.closed(2)).code, 4403);
  staying.send({ type: "ping" });
  assert.equal((await staying.next()).type, "pong");
  staying.close();
});

// The last test of this file, because it stops the server.
test("the server closes with 1012 when it stops", async () => {
  const ada = await register(server);
  const socket = await connect(server, ada.token);
  socket.send(subscribe("1", inboxDocument));
  const [{ code }] = await Promise.all([socket.closed(15), server.stop()]);
  assert.equal(code, 1012);
});
