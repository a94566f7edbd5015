// The normalised caches of Apollo Client, urql and Relay: operations that select different fields of one object do not
// lose each other's, and a mutation updates what is cached. None of them is configured with types of the schema.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { ApolloClient, gql as apollo, HttpLink, InMemoryCache } from "@apollo/client";
import { Client, fetchExchange, gql as urql } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { parse, print } from "graphql";
import relay from "relay-runtime";
import { register, sendRequest } from "./support/accounts.js";
import { startServer } from "./support/server.js";

const schema = resolve(import.meta.dirname, "schema");
const artifacts = resolve(schema, "generated/store");
const server = await startServer();
after(() => server.stop());

/** The operations by name, as text for Apollo and urql and as compiled by Relay. */
const operations = {};

before(async () => {
  await rm(artifacts, { recursive: true, force: true });
  await mkdir(artifacts, { recursive: true });
  await writeFile(resolve(artifacts, "package.json"), '{ "type": "module" }');
  const compiler = resolve(import.meta.dirname, "node_modules/.bin/relay-compiler");
  await promisify(execFile)(compiler, ["store.config.json"], { cwd: schema });
  const source = await readFile(resolve(schema, "store/documents.js"), "utf8");
  for (const [, name, text] of source.matchAll(/export const (\w+) = graphql`([^`]+)`/g)) {
    const document = parse(text);
    const [{ name: operation }] = document.definitions;
    const artifact = resolve(artifacts, `${operation.value}.graphql.js`);
    operations[name] = { text: print(document), compiled: (await import(pathToFileURL(artifact))).default };
  }
});

/** Runs a mutation of `account` without a client library, and returns its payload. */
async function mutate(account, name, input, selection) {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, account.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}

/** Each client as functions: requests, responses from the cache alone, mutations. */
const clients = {
  "Apollo Client": (token) => {
    const link = new HttpLink({ uri: server.url, headers: { authorization: `Bearer ${token}` } });
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const document = ({ text }) => apollo(text);
    return {
      request: async (operation, variables) =>
        (await client.query({ query: document(operation), variables, fetchPolicy: "network-only" })).data,
      cached: (operation, variables) => client.readQuery({ query: document(operation), variables }),
      mutate: async (operation, variables) =>
        (await client.mutate({ mutation: document(operation), variables })).data,
      stop: () => client.stop(),
    };
  },
  "urql's graphcache": (token) => {
    const client = new Client({
      url: server.url,
      preferGetMethod: false,
      exchanges: [cacheExchange({ keys: withoutIds }), fetchExchange],
      fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    });
    const read = async (operation, variables, requestPolicy) => {
      const { data, error } = await client.query(urql(operation.text), variables ?? {}, { requestPolicy });
      assert.equal(error, undefined);
      return data && withoutTypeNames(data);
    };
    return {
      request: (operation, variables) => read(operation, variables, "network-only"),
      cached: (operation, variables) => read(operation, variables, "cache-only"),
      mutate: async (operation, variables) => (await client.mutation(urql(operation.text), variables)).data,
      stop: () => {},
    };
  },
  Relay: (token) => {
    const network = relay.Network.create(({ text }, variables) => sendRequest(server, text, variables, token));
    const environment = new relay.Environment({ network, store: new relay.Store(new relay.RecordSource()) });
    const owner = ({ compiled }, variables = {}) => relay.createOperationDescriptor(compiled, variables);
    return {
      request: (operation, variables) =>
        relay.fetchQuery(environment, operation.compiled, variables ?? {}, { fetchPolicy: "network-only" }).toPromise(),
      cached: (operation, variables) => {
        const descriptor = owner(operation, variables);
        const { data, isMissingData } = environment.lookup(descriptor.fragment);
        return isMissingData ? null : data;
      },
      mutate: (operation, variables) =>
        new Promise((onCompleted, onError) =>
          relay.commitMutation(environment, { mutation: operation.compiled, variables, onCompleted, onError }),
        ),
      stop: () => {},
    };
  },
};

/** graphcache warns of every type without an id. These are fetched as a whole: pages and values. */
const withoutIds = Object.fromEntries(["ConversationConnection", "MessageConnection"].map((name) => [name, () => null]));

function withoutTypeNames(value) {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === "__typename" ? undefined : inner)));
}

for (const [name, connect] of Object.entries(clients)) {
  test(`${name} keeps the fields of two operations, and a mutation updates both`, async (t) => {
    const warnings = t.mock.method(console, "warn", () => {}).mock;
    const errors = t.mock.method(console, "error", () => {}).mock;
    const ada = await register(server);
    const client = connect(ada.token);
    t.after(client.stop);
    const { profile, settings, update } = operations;
    await client.request(profile);
    await client.request(settings);
    const first = await client.cached(profile);
    assert.equal(first.viewer.user.username, ada.username);
    assert.equal(first.lobby.viewerIsPresent, false);
    const second = await client.cached(settings);
    assert.equal(second.viewer.email, ada.email);
    assert.equal(second.viewer.settings.messagePolicy, first.viewer.settings.messagePolicy);
    const policy = first.viewer.settings.messagePolicy === "EVERYONE" ? "NOBODY" : "EVERYONE";
    const variables = { settings: { messagePolicy: policy }, profile: { about: "Hello" } };
    const changed = await client.mutate(update, variables);
    assert.deepEqual(changed.updateSettings.userErrors, []);
    assert.deepEqual(changed.updateProfile.userErrors, []);
    assert.equal((await client.cached(profile)).viewer.settings.messagePolicy, policy);
    assert.equal((await client.cached(settings)).viewer.settings.messagePolicy, policy);
    assert.equal((await client.cached(settings)).viewer.user.about, "Hello");
    assert.deepEqual([...warnings.calls, ...errors.calls].map((call) => call.arguments), []);
  });

  test(`${name} finds the conversation of a message where it is`, async (t) => {
    const warnings = t.mock.method(console, "warn", () => {}).mock;
    const errors = t.mock.method(console, "error", () => {}).mock;
    const [ada, grace] = [await register(server), await register(server)];
    const started = await mutate(ada, "startConversation", { userIds: [grace.id] }, "conversation { id }");
    const id = started.conversation.id;
    const input = { conversationId: id, text: "Hello" };
    const own = await mutate(ada, "sendMessage", { ...input, text: "Hi" }, "messageEdge { node { id } }");
    await mutate(grace, "sendMessage", input, "messageEdge { node { id } }");
    const client = connect(ada.token);
    t.after(client.stop);
    const { thread, edit } = operations;
    await client.request(thread);
    const before = (await client.cached(thread)).conversations.nodes[0].unreadCount;
    await mutate(grace, "sendMessage", { ...input, text: "Again" }, "messageEdge { node { id } }");
    const messageId = own.messageEdge.node.id;
    const edited = await client.mutate(edit, { input: { messageId, text: "Hi there" } });
    assert.deepEqual(edited.editMessage.userErrors, []);
    const [conversation] = (await client.cached(thread)).conversations.nodes;
    assert.equal(conversation.unreadCount, before + 1, "the back reference is the same object");
    assert.deepEqual(conversation.messages.nodes.map(({ text }) => text).sort(), ["Hello", "Hi there"]);
    assert.deepEqual([...warnings.calls, ...errors.calls].map((call) => call.arguments), []);
  });
}
