// Runs third-party tools on the published schema file. No server is needed.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { ESLint } from "eslint";
import { buildSchema } from "graphql";
import { breakingChanges, schemas, undatedDeprecations } from "./schema/released.js";
import { rules } from "./schema/rules.js";

const root = resolve(import.meta.dirname, "../..");
const file = resolve(root, "schema.graphql");
const directory = resolve(import.meta.dirname, "schema");

before(async () => {
  await rm(resolve(directory, "generated"), { recursive: true, force: true });
  // Relay's compiler does not create its output directory.
  await mkdir(resolve(directory, "generated/relay"), { recursive: true });
});

/** Runs an installed tool in the directory of its configuration, and fails with its output. */
async function run(tool, ...args) {
  const program = resolve(import.meta.dirname, "node_modules/.bin", tool);
  await promisify(execFile)(program, args, { cwd: directory }).catch(({ stdout, stderr }) =>
    assert.fail(`${tool} ${args.join(" ")}\n${stdout}${stderr}`),
  );
}

test("Relay's compiler accepts fragments, a paged connection and a subscription", async () => {
  await run("relay-compiler", "relay.config.json");
});

test("graphql-codegen generates code that TypeScript accepts", async () => {
  await run("graphql-codegen", "--config", "codegen.json");
  await run("tsc", "--project", "tsconfig.json");
});

test("graphql-eslint reports no problem in the schema", async () => {
  const schema = buildSchema(await readFile(file, "utf8"));
  const { config, accepted } = rules(schema, file);
  const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: [config] });
  const [{ messages }] = await eslint.lintFiles([file]);
  const findings = messages
    .map(({ ruleId, line, message }) => ({ finding: `${ruleId}: ${message}`, line }))
    .filter(({ finding }) => !accepted.some((pattern) => pattern.test(finding)))
    .map(({ finding, line }) => `${line} ${finding}`);
  assert.deepEqual(findings, []);
});

test("the schema breaks no client of the last release, and announces the day of every removal", async () => {
  const [released, current] = await schemas();
  assert.deepEqual(breakingChanges([released, current], new Date().toISOString().slice(0, 10)), []);
  assert.deepEqual(undatedDeprecations(current), []);
});

test("a mutation keeps the codes by which it was rejected", () => {
  const read = (codes) =>
    buildSchema(`type Query { a: Int } type Mutation { "Adds. Codes: ${codes}." a: Int "Removes." b: Int }`);
  const dropped = breakingChanges([read("`INVALID`, `TOO_LONG`"), read("`TOO_LONG`, `FORBIDDEN`")], "2026-11-29");
  assert.deepEqual(dropped, [{ description: "Mutation.a has no code `INVALID` any more." }]);
});

test("a removal is a break until the day that was announced", () => {
  const deprecated = '@deprecated(reason: "Use `b`. Removal on 2027-06-01.")';
  const before = buildSchema(`type Query { a: Int ${deprecated} b(c: Int ${deprecated}, d: Int): Int }`);
  const after = buildSchema("type Query { b: Int }");
  const descriptions = (today) => breakingChanges([before, after], today).map(({ description }) => description);
  assert.deepEqual(descriptions("2027-05-31").sort(), [
    "Query.a was removed.",
    "Query.b arg c was removed.",
    "Query.b arg d was removed.",
  ]);
  assert.deepEqual(descriptions("2027-06-01"), ["Query.b arg d was removed."]);
  assert.deepEqual(undatedDeprecations(buildSchema("type Query { a: Int @deprecated b: Int }")).length, 1);
});
