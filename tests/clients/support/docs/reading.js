// Reads the snippets of a page, each with its comments and the result that the page shows.
import assert from "node:assert/strict";

/*
 * The comments of a page have the form `<!-- name: word or JSON -->`. Comments that apply to the whole page:
 *
 * - `reader`: the user of the small campus who reads the page; without it the reader has no account yet;
 * - `settings`: settings of the server;
 * - `generated`: the beginning, with the command that makes it, and the end of a generated part.
 *
 * Comments that apply to the next snippet:
 *
 * - `variables`: strings like `$ben.id` refer to the users of the campus and to earlier results by operation name;
 * - `as`: the user who sends it, or `anonymous`; `expect`: the error code that it returns;
 * - `brings`: a string in an event that its subscription delivers before the page ends;
 * - `database`: the database on which it runs.
 */
const ofPage = ["reader", "settings", "generated"];
const ofSnippet = ["variables", "as", "expect", "brings", "database"];

/** Shown to developers of the server, and not run. */
const shownOnly = ["ftl", "rust"];

const languages = ["graphql", "sh", "js", "ini", "nginx", "caddyfile", "haproxy"];

/** Returns the options of the page, and its snippets in the order in which they run. */
export function readSnippets(page) {
  const about = {};
  const snippets = [];
  let options = {};
  let files = {};
  let section = "";
  for (const block of page.blocks) {
    if (block.kind === "heading") [section, files] = [block.text, {}];
    if (block.kind === "comment") {
      const [, name, value] = /^(\w+): ([^]+)$/.exec(block.text) ?? [];
      assert.ok([...ofPage, ...ofSnippet].includes(name), `${block.place}: unknown comment`);
      (ofPage.includes(name) ? about : options)[name] = /^[{[]/.test(value) ? JSON.parse(value) : value;
    }
    if (block.kind !== "snippet" || shownOnly.includes(block.language)) continue;
    const previous = snippets.at(-1);
    if (block.language === "json" && block.name) files[block.name] = block.code;
    else if (block.language === "json") showJson(previous, block);
    else if (block.language === "text") showText(previous, block);
    else {
      assert.ok(languages.includes(block.language), `${block.place}: snippets in "${block.language}" cannot be run`);
      // The JavaScript parts of a section are one program, which runs when it is complete.
      const index = block.language === "js" ? snippets.findIndex((other) => isPart(other, section)) : -1;
      const [program] = index < 0 ? [{ ...block, variables: {}, section, files }] : snippets.splice(index, 1);
      if (index >= 0) program.code += `\n${block.code}`;
      snippets.push(Object.assign(program, options));
      options = {};
    }
  }
  assert.deepEqual(options, {}, `${page.path}: a comment applies to no snippet`);
  return { about, snippets };
}

const isPart = (snippet, section) => snippet.language === "js" && snippet.section === section;

/** JSON below a snippet holds its variables or its result. */
function showJson(snippet, { code, place }) {
  assert.ok(snippet, `${place}: there is no snippet above`);
  const json = JSON.parse(code);
  if (snippet.language === "graphql" && !("data" in json || "errors" in json)) Object.assign(snippet.variables, json);
  else {
    assert.equal(snippet.shown, undefined, `${place}: the snippet above has a result already`);
    snippet.shown = json;
  }
}

/** Text below a program is its output. */
function showText(snippet, { code, place }) {
  assert.ok(["sh", "js"].includes(snippet?.language), `${place}: there is no program above`);
  (snippet.lines ??= []).push(...code.trimEnd().split("\n"));
}
