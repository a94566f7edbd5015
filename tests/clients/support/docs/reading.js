// What the snippets of a page are: each with the comments that speak of it and the answer that it shows.
import assert from "node:assert/strict";

/*
 * What a comment of a page may say, as `<!-- name: word or JSON -->`. Of the whole page:
 *
 * - `reader`: it is read by this member of a small campus; else by somebody who has no account yet;
 * - `settings`: those of the server;
 * - `written`: a day from which on the dates in its snippets lie ahead; they move on with the calendar, by whole weeks.
 *
 * Of the next snippet:
 *
 * - `variables`: a text like `$ben.id` is looked up among the people of the campus and the answers by operation;
 * - `as`: who sends it, and `nobody` may; `expect`: the code by which it is refused;
 * - `brings`: a word that stands in an event which the subscription in it brings before the page ends;
 * - `database`: the one on which it works.
 */
const ofPage = ["reader", "settings", "written"];
const ofSnippet = ["variables", "as", "expect", "brings", "database"];

const languages = ["graphql", "sh", "js", "ini", "nginx", "caddyfile"];

/** Gives back what holds for the page, and its snippets in the order in which they are run. */
export function readSnippets(page) {
  const about = {};
  const snippets = [];
  let said = {};
  let files = {};
  let section = "";
  for (const block of page.blocks) {
    if (block.kind === "heading") [section, files] = [block.text, {}];
    if (block.kind === "comment") {
      const [, name, value] = /^(\w+): ([^]+)$/.exec(block.text) ?? [];
      assert.ok([...ofPage, ...ofSnippet].includes(name), `${block.place}: nobody understands this comment`);
      (ofPage.includes(name) ? about : said)[name] = /^[{[]/.test(value) ? JSON.parse(value) : value;
    }
    if (block.kind !== "snippet") continue;
    const previous = snippets.at(-1);
    if (block.language === "json" && block.name) files[block.name] = block.code;
    else if (block.language === "json") showJson(previous, block);
    else if (block.language === "text") showText(previous, block);
    else {
      assert.ok(languages.includes(block.language), `${block.place}: nobody runs "${block.language}"`);
      // The parts of a section are one program, which is run when all of it is there.
      const begun = block.language === "js" ? snippets.findIndex((known) => isPart(known, section)) : -1;
      const [program] = begun < 0 ? [{ ...block, variables: {}, section, files }] : snippets.splice(begun, 1);
      if (begun >= 0) program.code += `\n${block.code}`;
      snippets.push(Object.assign(program, said));
      said = {};
    }
  }
  assert.deepEqual(said, {}, `${page.path}: a comment that speaks of no snippet`);
  return { about, snippets };
}

const isPart = (known, section) => known.language === "js" && known.section === section;

/** JSON below a snippet holds its variables, or what it is answered. */
function showJson(snippet, { code, place }) {
  assert.ok(snippet, `${place}: there is nothing that this could belong to`);
  const json = JSON.parse(code);
  if (snippet.language === "graphql" && !("data" in json || "errors" in json)) Object.assign(snippet.variables, json);
  else {
    assert.equal(snippet.shown, undefined, `${place}: two answers are shown`);
    snippet.shown = json;
  }
}

/** Text below a program is what it writes. */
function showText(snippet, { code, place }) {
  assert.ok(["sh", "js"].includes(snippet?.language), `${place}: there is no program that could write this`);
  (snippet.lines ??= []).push(...code.trimEnd().split("\n"));
}
