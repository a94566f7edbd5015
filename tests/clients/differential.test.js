// Compares the server with graphql-js, document by document: both judge what a seeded generator writes.
//
// DIFFERENTIAL_DOCUMENTS sets the number of documents, DIFFERENTIAL_SEED another seed, or `random` for one that is printed.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import {
  buildSchema,
  executeSync,
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { getVariableValues } from "graphql/execution/values.js";
import * as graphql17 from "graphql17";
import { register } from "./support/accounts.js";
import { randomNumbers, requests } from "./support/documents.js";
import { startServer } from "./support/server.js";

const count = Number(process.env.DIFFERENTIAL_DOCUMENTS ?? 600);
const ownSeed = process.env.DIFFERENTIAL_SEED ?? "2";
const seed = ownSeed === "random" ? Math.floor(Math.random() * 2 ** 32) : Number(ownSeed);
/** The server has limits of its own, with codes of their own. */
const LIMITS = ["QUERY_TOO_COMPLEX", "TOO_MANY_OPERATIONS"];

/** Limits of the server that the generator must not meet. */
const settings = {
  STUDYHALL_MAX_ALIASES: "1000",
  STUDYHALL_MAX_COST: "100000000",
  STUDYHALL_MAX_FIELDS: "100000",
  STUDYHALL_MAX_DIRECTIVES: "100",
  STUDYHALL_MAX_MUTATION_FIELDS: "100",
};

let server;
let sdl;
let token;
before(async () => {
  sdl = await readFile(resolve(import.meta.dirname, "../../schema.graphql"), "utf8");
  server = await startServer({ settings });
  ({ token } = await register(server));
});
after(() => server?.stop());

/**
 * Judges a request as graphql-js does: "parse", "validation", "variables" or "ok", and what a query selects at its root.
 * `graphql` is one of its versions, `schema` of the same.
 */
function judge(graphql, schema, { query, variables }) {
  let document;
  try {
    // Version 17 takes empty selection sets unless an option forbids it.
    document = graphql.parse(query, { allowEmptySelectionSets: false });
  } catch (error) {
    return { verdict: "parse", because: error.message };
  }
  const rules = graphql.specifiedRules.filter(({ name }) => name !== "MaxIntrospectionDepthRule");
  let errors;
  try {
    errors = graphql.validate(schema, document, rules);
  } catch (error) {
    // The rule about subscriptions of graphql-js 16 throws at directives that are not valid.
    errors = [error];
  }
  if (errors.length > 0) return { verdict: "validation", because: errors.map(({ message }) => message).join(" | ") };
  const operation = graphql.getOperationAST(document);
  if (!operation) return { verdict: "operation" };
  const coerced = graphql.getVariableValues(schema, operation.variableDefinitions ?? [], JSON.parse(variables));
  if (coerced.errors) return { verdict: "variables", because: coerced.errors.map(({ message }) => message).join(" | ") };
  return { verdict: "ok", document };
}

/**
 * Returns the data of graphql-js for the server's values: the same, if the server has selected the same keys in the same
 * order. Introspection has values of its own. `undefined` if the type of an object is not known.
 */
function select(graphql, schema, document, { variables }, data) {
  const { data: selected, errors } = graphql.executeSync({
    schema,
    document,
    rootValue: data,
    variableValues: JSON.parse(variables),
    fieldResolver: (source, _, __, info) => source[info.path.key],
    typeResolver: () => undefined,
  });
  return errors ? undefined : selected;
}

/**
 * Lists without their order: the schema file is sorted, introspection is not. The server has no interfaces of interfaces,
 * and says null.
 */
function canonical(value) {
  if (Array.isArray(value)) return value.map(canonical).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === "interfaces" ? canonical(item ?? []) : canonical(item)]),
  );
}

/** The scalars accept only their own form, as those of the server do. */
function withScalars(schema) {
  const forms = {
    DateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    Date: /^\d{4}-\d\d-\d\d$/,
    Locale: /^[a-z]{2}$/,
    LocalTime: /^\d\d:\d\d$/,
    TimeZone: /^(UTC|Europe\/Berlin)$/,
    URL: /./,
    Upload: /$^/,
  };
  for (const [name, form] of Object.entries(forms)) {
    const scalar = schema.getType(name);
    const coerce = (value) => {
      if (typeof value !== "string" || !form.test(value)) throw new GraphQLError(`not a ${name}`);
      return value;
    };
    scalar.parseValue = scalar.coerceInputValue = coerce;
    scalar.parseLiteral = scalar.coerceInputLiteral = (node) => coerce(node.kind === "StringValue" ? node.value : null);
  }
  return schema;
}

const CODES = {
  BAD_USER_INPUT: "variables",
  GRAPHQL_PARSE_FAILED: "parse",
  GRAPHQL_VALIDATION_FAILED: "validation",
  OPERATION_RESOLUTION_FAILURE: "operation",
};

/** Asks the server. It refuses a valid subscription last: this transport has no streams. */
async function ask({ kind, query, variables }) {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
      // Mutations could end the session.
      ...(kind === "query" && { authorization: `Bearer ${token}` }),
    },
    body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
  });
  const { data, errors } = await response.json();
  if (data !== undefined) return { verdict: "ok", data };
  const [{ message, extensions }] = errors;
  if (kind === "subscription" && /^Send subscriptions over/.test(message)) return { verdict: "ok" };
  return { verdict: CODES[extensions.code] ?? extensions.code, because: message };
}

/**
 * Differences by decision, each with its reason. Everything else has to be the same.
 */
const DECISIONS = [
  {
    why: "__typename has a type: it is no key beside fields of other shapes (graphql-js does not look at it)",
    holds: (ours, theirs) => theirs.verdict === "ok" && /of the types .*"String!"/.test(ours.because),
  },
  {
    // The server refuses such a request before anything runs; graphql-js fails the field.
    why: "a variable is null where its place is not",
    holds: (ours, theirs) => ours.verdict === "variables" && theirs.verdict === "ok" && /^Argument /.test(ours.because),
  },
  {
    why: "the root field of a subscription has @skip or @include (edition of 2025)",
    holds: (ours, theirs) => /must not have @skip or @include/.test(ours.because) && theirs.verdict === "ok",
  },
  {
    // IsNonNullPosition of the edition of 2025.
    why: "a nullable variable stands at a member of a @oneOf input (edition of 2025)",
    holds: (ours, theirs) =>
      /must not be nullable, for a member that must not be null/.test(ours.because) &&
      ["ok", "variables"].includes(theirs.verdict),
  },
  {
    why: "includeDeprecated is not nullable (edition of 2025)",
    // Validation comes before the coercion of variables, which may fail too.
    holds: (ours, theirs) =>
      /"includeDeprecated": Expected/.test(ours.because) && ["ok", "variables"].includes(theirs.verdict),
  },
];

for (const [name, graphql] of [["16", { buildSchema, executeSync, getOperationAST, getVariableValues, parse, specifiedRules, validate }], ["17", graphql17]]) {
  for (const [what, number] of [["the first seed", 1], ["another seed", seed]]) {
    test(`the server judges documents as graphql-js ${name} does, from ${what}`, async (t) => {
      t.diagnostic(`seed ${number}, ${count} documents`);
      const schema = withScalars(graphql.buildSchema(sdl));
      const next = requests(buildSchema(sdl), randomNumbers(number));
      const verdicts = {};
      const decided = {};
      const differences = [];
      let compared = 0;
      for (let done = 0; done < count; done++) {
        const request = next();
        const theirs = judge(graphql, schema, request);
        const ours = await ask(request);
        if (LIMITS.includes(ours.verdict)) continue;
        verdicts[theirs.verdict] = (verdicts[theirs.verdict] ?? 0) + 1;
        if (ours.verdict === theirs.verdict) {
          const selected = ours.data && select(graphql, schema, theirs.document, request, ours.data);
          if (!selected) continue;
          compared++;
          const [mine, yours] = [ours.data, selected].map((value) => JSON.stringify(canonical(value)));
          if (mine !== yours) differences.push({ ...request, ours: mine, theirs: yours });
          continue;
        }
        const decision = DECISIONS.find(({ holds }) => holds(ours, theirs, request));
        if (decision) decided[decision.why] = (decided[decision.why] ?? 0) + 1;
        else differences.push({ ...request, ours: [ours.verdict, ours.because], theirs: [theirs.verdict, theirs.because] });
      }
      t.diagnostic(`verdicts ${JSON.stringify(verdicts)}`);
      t.diagnostic(`${compared} responses compared`);
      t.diagnostic(`differences by decision ${JSON.stringify(decided)}`);
      const shown = differences.slice(0, 8).map((difference) => JSON.stringify(difference, null, 1));
      assert.equal(differences.length, 0, `${differences.length} documents differ\n${shown.join("\n")}`);
    });
  }
}
