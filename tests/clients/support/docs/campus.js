// A few people who know each other, for pages whose reader is somewhere in the middle of it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ask, logIn, registerDocument } from "../accounts.js";
import { binary } from "../server.js";

const names = ["ada", "grace", "alan", "edsger"];

/**
 * Ada, Grace and Alan are members, Edsger keeps order. Grace has written to Ada. Each of them has `id`, `token` and
 * `inbox`, a cursor from before anything happened to them. `today` and `nextWeek` are instants.
 */
export async function settleCampus(server) {
  const campus = {};
  for (const username of names) campus[username] = await join(server, username);
  const say = (who, document, variables) => tell(server, campus[who], document, variables);
  const command = (...given) => promisify(execFile)(binary, given, { env: server.env });
  // A session learns of a new role within 30 seconds, and a new one at once.
  await command("admin", "role", "edsger", "moderator");
  campus.edsger.token = await logIn(server, campus.edsger);

  const { conversation, messageEdge } = await say(
    "grace",
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
  const person = { username, email: `${username}@campus.example`, password: "a quiet reading room" };
  const { session, viewer } = await tell(server, undefined, registerDocument, { input: person });
  const token = session.accessToken;
  const { data } = await ask(server, "{ viewer { inboxCursor } }", {}, token);
  return { ...person, id: viewer.user.id, token, refreshToken: session.refreshToken, inbox: data.viewer.inboxCursor };
}

/** Sends a mutation that must succeed, and gives back its payload. */
async function tell(server, person, document, variables) {
  const { data, errors } = await ask(server, document, variables, person?.token);
  assert.equal(errors, undefined, JSON.stringify(errors));
  const [payload] = Object.values(data);
  assert.deepEqual(payload.userErrors, []);
  return payload;
}
