// Compares the server with graphql-js, document by document: both judge what a seeded generator writes.
//
// DIFFERENTIAL_DOCUMENTS sets the number of documents, DIFFERENTIAL_SEED the seed of the random ones.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { resolve } from "node:path";
import { after, before, test } from "node:test";
import {
  buildSchema,
  execute,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  parse,
  specifiedRules,
  validate,
} from "graphql";
import { getVariableValues } from "graphql/execution/values.js";
import * as graphql17 from "graphql17";
import { randomNumbers, requests } from "./support/documents.js";
import { startServer } from "./support/server.js";

const count = Number(process.env.DIFFERENTIAL_DOCUMENTS ?? 600);
const seed = Number(process.env.DIFFERENTIAL_SEED ?? Math.floor(Math.random() * 2 ** 32));
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
before(async () => {
  sdl = await readFile(resolve(import.meta.dirname, "../../schema.graphql"), "utf8");
  server = await startServer({ settings });
});
after(() => server?.stop());

/**
 * Judges a request as graphql-js does: "parse", "validation", "variables" or "ok", and what a query selects at its root.
 * `graphql` is one of its versions, `schema` of the same.
 */
function judge(graphql, schema, { query, variables }) {
  let document;
  try {
    document = graphql.parse(query);
  } catch (error) {
    return { verdict: "parse", because: error.message };
  }
  const rules = graphql.specifiedRules.filter(({ name }) => name !== "MaxIntrospectionDepthRule");
  const errors = graphql.validate(schema, document, rules);
  if (errors.length > 0) return { verdict: "validation", because: errors.map(({ message }) => message).join(" | ") };
  const operation = graphql.getOperationAST(document);
  if (!operation) return { verdict: "operation" };
  const coerced = graphql.getVariableValues(schema, operation.variableDefinitions ?? [], JSON.parse(variables));
  if (coerced.errors) return { verdict: "variables", because: coerced.errors.map(({ message }) => message).join(" | ") };
  return { verdict: "ok", document, operation };
}

/** The scalars accept only their own form, as those of the server do. */
function withScalars(schema) {
  const forms = {
    DateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
    Date: /^\d{4}-\d\d-\d\d$/,
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
  GRAPHQL_PARSE_FAILED: "parse",
  GRAPHQL_VALIDATION_FAILED: "validation",
  OPERATION_RESOLUTION_FAILURE: "operation",
};

/** Asks the server. A subscription is asked for as an event stream, of which the head is enough. */
async function ask({ kind, query, variables }) {
  const body = `{"query":${JSON.stringify(query)},"variables":${variables}}`;
  const accept = kind === "subscription" ? "text/event-stream" : "application/graphql-response+json";
  const { status, text } = await post(body, accept);
  if (status === 200 && kind === "subscription") return { verdict: "ok" };
  const response = JSON.parse(text);
  const code = response.errors?.[0].extensions?.code;
  if ("data" in response) return { verdict: "ok", response };
  const verdict = CODES[code] ?? (code === "BAD_USER_INPUT" ? "variables" : code);
  return { verdict, because: response.errors[0].message, response };
}

function post(body, accept) {
  return new Promise((done, fail) => {
    const headers = { "content-type": "application/json", accept, "content-length": Buffer.byteLength(body) };
    const sent = httpRequest(server.url, { method: "POST", headers }, (response) => {
      if (accept === "text/event-stream" && response.statusCode === 200) {
        response.destroy();
        return done({ status: 200 });
      }
      let text = "";
      response.setEncoding("utf8").on("data", (part) => (text += part));
      response.on("end", () => done({ status: response.statusCode, text }));
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

/**
 * Differences by decision, each with its reason. Everything else has to be the same.
 */
const DECISIONS = [
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
    why: "includeDeprecated is not nullable (edition of 2025)",
    holds: (ours, theirs, { query }) => /includeDeprecated/.test(query) && theirs.verdict === "ok",
  },
];

for (const [name, graphql] of [["16", { parse, specifiedRules, validate, getOperationAST, getVariableValues, buildSchema }], ["17", graphql17]]) {
  for (const [what, number] of [["a fixed seed", 1], ["a random seed", seed]]) {
    test(`the server judges documents as graphql-js ${name} does, from ${what}`, async (t) => {
      t.diagnostic(`seed ${number}, ${count} documents`);
      const schema = withScalars(graphql.buildSchema(sdl));
      const next = requests(buildSchema(sdl), randomNumbers(number));
      const verdicts = {};
      const decided = {};
      const differences = [];
      for (let done = 0; done < count; done++) {
        const request = next();
        const theirs = judge(graphql, schema, request);
        const ours = await ask(request);
        if (LIMITS.includes(ours.verdict)) continue;
        verdicts[theirs.verdict] = (verdicts[theirs.verdict] ?? 0) + 1;
        if (ours.verdict === theirs.verdict) continue;
        const decision = DECISIONS.find(({ holds }) => holds(ours, theirs, request));
        if (decision) decided[decision.why] = (decided[decision.why] ?? 0) + 1;
        else differences.push({ ...request, ours: [ours.verdict, ours.because], theirs: [theirs.verdict, theirs.because] });
      }
      t.diagnostic(`verdicts ${JSON.stringify(verdicts)}`);
      t.diagnostic(`differences by decision ${JSON.stringify(decided)}`);
      assert.deepEqual(differences.slice(0, 5), [], `${differences.length} documents differ`);
    });
  }
}
