// Parses the Markdown of the repository: headings, fenced snippets, comments for the tests, links.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../../../..");

/** Loads every page of the repository, by its path from the root. */
export async function allPages() {
  const found = [];
  async function collect(directory) {
    for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (["node_modules", "target", "data", "dist", "generated"].includes(entry.name) || entry.name.startsWith("."))
        continue;
      if (entry.isDirectory()) await collect(path);
      else if (entry.name.endsWith(".md")) found.push(path);
    }
  }
  await collect("");
  return Promise.all(found.sort().map(readPage));
}

export async function readPage(path) {
  return { path, ...parse(await readFile(join(root, path), "utf8"), path) };
}

/** Returns whether the snippets of a page are run: README.md, the documentation and the examples. */
export const isRun = ({ path }) => path === "README.md" || path.startsWith("docs/") || path.startsWith("examples/");

function parse(text, path) {
  const blocks = [];
  const prose = [];
  let fence;
  let comment;
  text.split("\n").forEach((line, index) => {
    const at = { line: index + 1, place: `${path}:${index + 1}` };
    if (fence) {
      if (line === fence.mark) fence = undefined;
      else fence.block.code += `${line}\n`;
      return;
    }
    assert.doesNotMatch(
      line,
      /^(\s+```|\s*~~~)/,
      `${at.place}: a snippet must start with \`\`\` at the beginning of the line`,
    );
    const opening = /^(```+)(\S*) ?(.*)$/.exec(line);
    if (opening) {
      const [, mark, language, name] = opening;
      fence = { mark, block: { kind: "snippet", language, name, code: "", ...at } };
      blocks.push(fence.block);
      return;
    }
    const opened = comment === undefined ? /^<!-- ?(.*)$/.exec(line) : [, line];
    if (opened) {
      comment = [comment, opened[1]].filter(Boolean).join("\n");
      if (!comment.endsWith("-->")) return;
      blocks.push({ kind: "comment", text: comment.slice(0, -3).trim(), ...at });
      comment = undefined;
      return;
    }
    const heading = /^(#{1,6}) (.+)$/.exec(line);
    if (heading) blocks.push({ kind: "heading", depth: heading[1].length, text: heading[2], ...at });
    else if (/^ {4}\S/.test(line) && /^(| {4}.*)$/.test(text.split("\n")[index - 1])) {
      blocks.push({ kind: "command", text: line.trim(), ...at });
    }
    prose.push({ text: line, ...at });
  });
  assert.equal(fence, undefined, `${path}: a snippet is not closed`);
  return { text, blocks, prose, anchors: anchors(blocks) };
}

/** Returns the anchors of the headings, as GitHub generates them. */
function anchors(blocks) {
  const seen = new Map();
  return blocks
    .filter(({ kind }) => kind === "heading")
    .map(({ text }) => {
      const plain = text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
      const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, "").replaceAll(" ", "-");
      const times = seen.get(slug) ?? 0;
      seen.set(slug, times + 1);
      return times ? `${slug}-${times}` : slug;
    });
}

/** Returns the links of a page, each with its target's path from the root and the anchor there. */
export function links(page) {
  const whole = page.prose
    .map(({ text }) => text)
    .join("\n")
    .replaceAll(/`[^`]*`/g, (code) => code.replaceAll(/\S/g, "x"));
  return [...whole.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target]) => {
    if (/^[a-z]+:/.test(target)) return { page: page.path, target, isForeign: true };
    const [path, anchor] = target.split("#");
    return {
      page: page.path,
      target,
      path: path ? relative(root, resolve(root, dirname(page.path), path)) : page.path,
      anchor,
    };
  });
}

/** Returns the rows of all tables of a page, each as a list of cells. */
export function rows(page) {
  return page.prose
    .filter(({ text }) => text.startsWith("| ") && !/^\| ?-/.test(text))
    .map(({ text }) =>
      text
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}
