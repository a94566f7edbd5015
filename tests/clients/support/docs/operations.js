// Runs the GraphQL of a page: validates and sends it, checks the result, and keeps subscriptions open until they have
// delivered an event.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, parse, validate } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { sendRequest } from "../accounts.js";
import { within } from "../deadline.js";
import { matchJson } from "./match.js";
import { root } from "./markdown.js";

export const schema = buildSchema(readFileSync(join(root, "schema.graphql"), "utf8"));

/**
 * Sends each operation of a snippet. `state.lookUp` resolves variables, `state.store` stores results by operation name.
 * Returns the result of the last operation, or its open subscription.
 */
export async function send(server, state, snippet) {
  const document = parse(snippet.code);
  assert.deepEqual(
    validate(schema, document).map(({ message }) => message),
    [],
    "the document does not match the schema",
  );
  const operations = document.definitions.filter(({ kind }) => kind === "OperationDefinition");
  assert.ok(operations.length > 0, "the snippet has no operation");

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
      if (name in snippet.variables) variables[name] = state.lookUp(snippet.variables[name]);
      else assert.ok(type.kind !== "NonNullType" || defaultValue, `$${name} has no value`);
    }
    const payload = { query: snippet.code, operationName: operation.name?.value, variables };
    last =
      operation.operation === "subscription"
        ? await subscribe(server, { token: snippet.token(), brings: snippet.brings }, payload)
        : await execute(server, snippet, payload);
    if (last.data) state.store(operation.name?.value, last.data, snippet.as);
    if (last.events) state.streams.push({ ...last, place: snippet.place, expect: snippet.expect });
  }
  return last;
}

async function execute(server, snippet, { query, operationName, variables }) {
  const result = await sendRequest(server, query, variables, snippet.token(), operationName);
  assertExpected(result, snippet.expect);
  return result;
}

/** A snippet must succeed, unless its page expects an error code. */
function assertExpected({ data, errors = [] }, expect) {
  const userErrors = [];
  JSON.stringify(data ?? null, (name, value) => {
    if (name === "userErrors" && Array.isArray(value)) userErrors.push(...value);
    return value;
  });
  const codes = [...errors.map(({ extensions }) => extensions?.code), ...userErrors.map(({ code }) => code)];
  assert.deepEqual([...new Set(codes)], expect ? [expect] : [], JSON.stringify({ errors, userErrors }));
  if (expect) return;
  for (const [name, value] of Object.entries(data)) assert.notEqual(value, null, `${name} is null`);
}

/** Subscribes, and returns once the server has registered the subscription. */
async function subscribe(server, { token, brings }, payload) {
  const client = createClient({
    url: server.socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: token ? { authorization: `Bearer ${token}` } : {},
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
  });
  const events = [];
  const delivered = new Promise((resolve) => {
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
  // A socket handles messages in order: a later result shows that the subscription is registered.
  const later = client.iterate({ query: "{ __typename }" });
  await within(10, later.next(), "the subscription");
  return { events, delivered, close: () => client.dispose() };
}

/** Asserts that every subscription of a page has delivered an event, the first of them as shown. */
export async function assertDelivered(streams) {
  for (const { delivered, events, place, expect, shown, close } of streams) {
    await within(10, delivered, `an event of the subscription at ${place}`);
    assert.ok(events.length > 0, `${place}: no event was delivered`);
    if (expect) assert.equal(events[0].errors?.[0].extensions.code, expect, place);
    else assert.equal(events[0].errors, undefined, `${place}: ${JSON.stringify(events[0].errors)}`);
    if (shown) matchJson(shown, events[0], place);
    await close();
  }
}
