// What a page shows against what really came. `..` stands for what is different each time, as it does in the prose.
import assert from "node:assert/strict";

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Compares an answer, member by member, with the JSON that a page shows. */
export function matchJson(shown, real, where = "answer") {
  if (typeof shown === "string") {
    const expected = instant.test(shown) ? instant : pattern(shown);
    assert.ok(
      typeof real === "string" && expected.test(real),
      `${where} is ${JSON.stringify(real)}, and shown as ${JSON.stringify(shown)}`,
    );
  } else if (Array.isArray(shown)) {
    assert.ok(Array.isArray(real), `${where} is no list`);
    assert.equal(real.length, shown.length, `${where} has another length: ${JSON.stringify(real)}`);
    shown.forEach((item, index) => matchJson(item, real[index], `${where}.${index}`));
  } else if (shown && typeof shown === "object") {
    assert.ok(real && typeof real === "object", `${where} is ${JSON.stringify(real)}`);
    assert.deepEqual(Object.keys(real).sort(), Object.keys(shown).sort(), `${where} has other members`);
    for (const [name, value] of Object.entries(shown)) matchJson(value, real[name], `${where}.${name}`);
  } else {
    assert.equal(real, shown, where);
  }
}

/**
 * Whether output is, or with `more` begins like, these lines, in which `..` stands for anything. A line of `..` is any
 * number of lines.
 */
export function looksLike(output, lines, { more = false } = {}) {
  const wanted = lines
    .map((line) => (line === ".." ? "(?:.*\n)*?" : `${pattern(line).source.slice(1, -1)}\n`))
    .join("");
  return new RegExp(`^${wanted}${more ? "" : "$"}`).test(output.endsWith("\n") ? output : `${output}\n`);
}

function pattern(text) {
  const parts = text.split(/\.\.(?=$|[^./])/);
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join(".*")}$`);
}
