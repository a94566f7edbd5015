// A small campus with four members, for pages whose reader is signed in.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { logIn, registerDocument, sendRequest } from "../accounts.js";
import { binary } from "../server.js";

const names = ["ada", "grace", "alan", "edsger"];

/**
 * Creates the members Ada, Grace and Alan and the moderator Edsger, and a message from Grace to Ada. Each user has
 * `id`, `token` and `inbox`, a cursor from before the first event. `today` and `nextWeek` are instants.
 */
export async function createCampus(server) {
  const campus = {};
  for (const username of names) campus[username] = await join(server, username);
  const command = (...args) => promisify(execFile)(binary, args, { env: server.env });
  // A new session has the new role at once; existing sessions receive it within 2 seconds.
  await command("admin", "role", "edsger", "moderator");
  campus.edsger.token = await logIn(server, campus.edsger);

  const { conversation, messageEdge } = await mutate(
    server,
    campus.grace,
    `mutation Greet($input: SendMessageInput!) {
      sendMessage(input: $input) { conversation { id } messageEdge { cursor node { id } } userErrors { code } }
    }`,
    { input: { userId: campus.ada.id, text: "Have you seen the new reading room?" } },
  );
  const day = (days) => new Date(Date.now() + days * 24 * 60 * 60 * 1000).toISOString();
  return {
    ...campus,
    conversation: { id: conversation.id, cursor: messageEdge.cursor },
    message: messageEdge.node,
    today: day(0),
    nextWeek: day(7),
  };
}

async function join(server, username) {
  const account = { username, email: `${username}@campus.example`, password: "a quiet reading room" };
  const { session, viewer } = await mutate(server, undefined, registerDocument, { input: account });
  const token = session.accessToken;
  const { data } = await sendRequest(server, "{ viewer { inboxCursor } }", {}, token);
  return { ...account, id: viewer.user.id, token, refreshToken: session.refreshToken, inbox: data.viewer.inboxCursor };
}

/** Sends a mutation that must succeed, and returns its payload. */
async function mutate(server, account, document, variables) {
  const { data, errors } = await sendRequest(server, document, variables, account?.token);
  assert.equal(errors, undefined, JSON.stringify(errors));
  const [payload] = Object.values(data);
  assert.deepEqual(payload.userErrors, []);
  return payload;
}
