// Compares the web client's messages in all languages with each other and with its sources.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { languages, readMessages } from "../../web/messages.js";

const sourceDirectory = new URL("../../web/src/", import.meta.url).pathname;
const sources = readdirSync(sourceDirectory, { recursive: true })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes("generated"))
  .map((name) => readFileSync(join(sourceDirectory, name), "utf8"))
  .join("\n");
const contract = ["schema.graphql", "docs/clients/errors.md"].map((name) => readFileSync(new URL(`../../${name}`, import.meta.url), "utf8")).join("\n");

const english = readMessages("en");
const others = languages.filter((language) => language !== "en");

/** Every part of a pattern and of its variants that is not plain text. */
const partsOf = (pattern) =>
  typeof pattern === "string"
    ? []
    : pattern.flatMap((part) =>
        typeof part === "string"
          ? []
          : [part, ...(part.type === "select" ? part.variants.flatMap(({ value }) => partsOf(value)) : [])],
      );
const selectsOf = (pattern) => partsOf(pattern).filter(({ type }) => type === "select");
const valuesOf = (pattern) => {
  const names = partsOf(pattern).flatMap((part) => [part, part.selector ?? []].flat());
  return [...new Set(names.filter(({ type }) => type === "var").map(({ name }) => name))].sort();
};
const textOf = (pattern) => JSON.stringify(pattern);

for (const language of others) {
  const messages = readMessages(language);

  test(`no message is missing (${language})`, () => {
    assert.deepEqual([...messages.keys()].sort(), [...english.keys()].sort());
  });

  test(`messages use the same values as in English (${language})`, () => {
    for (const [id, pattern] of messages) assert.deepEqual(valuesOf(pattern), valuesOf(english.get(id) ?? ""), id);
  });

  test(`messages with a number have all plural forms (${language})`, () => {
    const rules = new Intl.PluralRules(language);
    const forms = [...new Set(Array.from({ length: 201 }, (_, count) => rules.select(count)))].sort();
    for (const [id, pattern] of messages) {
      const selects = selectsOf(pattern);
      if (selectsOf(english.get(id) ?? "").length > 0 && forms.length > 1) assert.ok(selects.length > 0, id);
      for (const { variants } of selects) assert.deepEqual(variants.map(({ key }) => key.value).sort(), forms, id);
    }
  });
}

test("Romanian has “de” between numbers from 20 and their noun", () => {
  for (const [id, pattern] of readMessages("ro")) {
    for (const { variants } of selectsOf(pattern)) {
      const other = textOf(variants.find(({ key }) => key.value === "other").value);
      // An adjective follows its number without it.
      if (id !== "nav-unseen") assert.match(other, /\},?"? ?de |" de /, id);
    }
  }
});

test("every message is used", () => {
  const literals = new Set([...sources.matchAll(/["'`]([\w.]+)["'`]/g)].map(([, text]) => text));
  const prefixes = [...sources.matchAll(/`([a-z]\w*\.[\w.]*)\$\{/g)].map(([, prefix]) => prefix);
  const isWord = (text) => new RegExp(`\\b${text}\\b`).test(contract + sources);
  /** The key is put together: its beginning is in the sources, its end is there or a value of the contract. */
  const isComposed = (key) => {
    const [area, end] = key.split(".");
    if (literals.has(area) && literals.has(end)) return true;
    return prefixes.some(
      (prefix) =>
        key.startsWith(prefix) && key.slice(prefix.length).replace(/Hint$/, "").split(".").every(isWord),
    );
  };
  const keys = [...english.keys()].map((id) => id.replaceAll("-", "."));
  assert.deepEqual(keys.filter((key) => !literals.has(key) && !isComposed(key)), []);
});
