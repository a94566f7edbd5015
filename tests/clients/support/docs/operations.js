// Runs the GraphQL of a page: validates it, sends it, judges the answer, and keeps subscriptions open until they have
// brought something.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, parse, validate } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { ask } from "../accounts.js";
import { within } from "../deadline.js";
import { matchJson } from "./match.js";
import { root } from "./markdown.js";

export const schema = buildSchema(readFileSync(join(root, "schema.graphql"), "utf8"));

/**
 * Sends each operation of a snippet. `state.find` looks variables up, `state.keep` keeps answers by the operation's name.
 * Returns what was answered to the last one, or the subscription that goes on.
 */
export async function send(server, state, snippet) {
  const document = parse(snippet.code);
  assert.deepEqual(
    validate(schema, document).map(({ message }) => message),
    [],
    "it does not fit the schema",
  );
  const operations = document.definitions.filter(({ kind }) => kind === "OperationDefinition");
  assert.ok(operations.length > 0, "there is no operation in it");

  for (const name of Object.keys(snippet.variables)) {
    const isDeclared = ({ variableDefinitions }) =>
      variableDefinitions.some(({ variable }) => variable.name.value === name);
    assert.ok(operations.some(isDeclared), `no operation declares $${name}`);
  }
  let last;
  for (const operation of operations) {
    const variables = {};
    for (const { variable, type, defaultValue } of operation.variableDefinitions) {
      const name = variable.name.value;
      if (name in snippet.variables) variables[name] = state.find(snippet.variables[name]);
      else assert.ok(type.kind !== "NonNullType" || defaultValue, `nothing says what $${name} is`);
    }
    const wanted = { query: snippet.code, operationName: operation.name?.value, variables };
    last =
      operation.operation === "subscription"
        ? await follow(server, { token: snippet.token(), brings: snippet.brings }, wanted)
        : await answer(server, snippet, wanted);
    if (last.data) state.keep(operation.name?.value, last.data, snippet.as);
    if (last.events) state.streams.push({ ...last, place: snippet.place, expect: snippet.expect });
  }
  return last;
}

async function answer(server, snippet, { query, operationName, variables }) {
  const answer = await ask(server, query, variables, snippet.token(), operationName);
  judge(answer, snippet.expect);
  return answer;
}

/** A page shows what works. What is to be refused says so, by the code. */
function judge({ data, errors = [] }, expect) {
  const corrections = [];
  JSON.stringify(data ?? null, (name, value) => {
    if (name === "userErrors" && Array.isArray(value)) corrections.push(...value);
    return value;
  });
  const codes = [...errors.map(({ extensions }) => extensions?.code), ...corrections.map(({ code }) => code)];
  assert.deepEqual([...new Set(codes)], expect ? [expect] : [], JSON.stringify({ errors, corrections }));
  if (expect) return;
  for (const [name, value] of Object.entries(data)) assert.notEqual(value, null, `${name} is null`);
}

/** Subscribes, and comes back when the server knows of it. */
async function follow(server, { token, brings }, payload) {
  const client = createClient({
    url: server.socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
  });
  const events = [];
  const enough = new Promise((resolve) => {
    const next = (event) => {
      events.push(event);
      if (!brings || JSON.stringify(event).includes(`"${brings}"`)) resolve();
    };
    const error = (cause) => {
      events.push({ errors: Array.isArray(cause) ? cause : [{ message: String(cause.reason ?? cause) }] });
      resolve();
    };
    client.subscribe(payload, { next, error, complete: resolve });
  });
  // The answer to a later operation on the same socket says that the server knows of the subscription.
  const later = client.iterate({ query: "{ __typename }" });
  await within(10, later.next(), "the subscription");
  return { events, enough, close: () => client.dispose() };
}

/** At the end of a page every subscription has brought something, and what is shown of it came first. */
export async function settle(streams) {
  for (const { enough, events, place, expect, shown, close } of streams) {
    await within(10, enough, `what is to come by the subscription at ${place}`);
    assert.ok(events.length > 0, `${place}: nothing came`);
    if (expect) assert.equal(events[0].errors?.[0].extensions.code, expect, place);
    else assert.equal(events[0].errors, undefined, `${place}: ${JSON.stringify(events[0].errors)}`);
    if (shown) matchJson(shown, events[0], place);
    await close();
  }
}
