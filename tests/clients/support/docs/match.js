// Compares what a page shows with what the server returned. `..` stands for values that differ each time.
import assert from "node:assert/strict";

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Compares a result, member by member, with the JSON that a page shows. */
export function matchJson(shown, real, where = "result") {
  if (typeof shown === "string") {
    const expected = instant.test(shown) ? instant : pattern(shown);
    assert.ok(
      typeof real === "string" && expected.test(real),
      `${where} is ${JSON.stringify(real)}, but the page shows ${JSON.stringify(shown)}`,
    );
  } else if (Array.isArray(shown)) {
    assert.ok(Array.isArray(real), `${where} is not a list`);
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
 * Returns whether the output matches these lines or, with `more`, begins with them. `..` stands for any text, a line of
 * `..` for any number of lines.
 */
export function looksLike(output, lines, { more = false } = {}) {
  const expected = lines
    .map((line) => (line === ".." ? "(?:.*\n)*?" : `${pattern(line).source.slice(1, -1)}\n`))
    .join("");
  return new RegExp(`^${expected}${more ? "" : "$"}`).test(output.endsWith("\n") ? output : `${output}\n`);
}

function pattern(text) {
  const parts = text.split(/\.\.(?=$|[^./])/);
  return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")).join(".*")}$`);
}
