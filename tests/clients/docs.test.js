// Compares names and numbers in the documentation with the program: settings, codes, metrics, commands, links.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, readFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { daysToMove, moveDates } from "./support/docs/dates.js";
import { allPages, isRun, links, root, rows } from "./support/docs/markdown.js";
import { schema } from "./support/docs/operations.js";
import { readSnippets } from "./support/docs/reading.js";
import { place as referencePlace, reference } from "./support/docs/reference.js";
import { binary, freePort, startServer } from "./support/server.js";

let pages;
const page = (path) => pages.find((candidate) => candidate.path === path);

before(async () => (pages = await allPages()));

test("every link has a target", async () => {
  for (const link of pages.flatMap(links).filter(({ isForeign }) => !isForeign)) {
    const shown = `${link.page}: ${link.target}`;
    await assert.doesNotReject(access(join(root, link.path)), shown);
    if (link.anchor) assert.ok(page(link.path)?.anchors.includes(link.anchor), `${shown}: there is no such heading`);
  }
});

test("the index links to every page", () => {
  const linked = links(page("docs/README.md")).map(({ path }) => path);
  const all = pages.map(({ path }) => path).filter((path) => path.startsWith("docs/") && path !== "docs/README.md");
  assert.deepEqual(
    all.filter((path) => !linked.includes(path)),
    [],
  );
});

test("dates in snippets are in the future in every season and leap year", () => {
  const day = 24 * 60 * 60 * 1000;
  const firstDate = (text) => Math.min(...(text.match(/20\d\d-\d\d-\d\d/g) ?? []).map(Date.parse));
  for (const { snippets } of pages.filter(isRun).map(readSnippets)) {
    const text = JSON.stringify(snippets.map(({ code, variables }) => [code, variables]));
    const written = firstDate(text);
    for (let now = written; now < written + 9 * 366 * day; now += 0.98 * day) {
      const moved = firstDate(moveDates(text, daysToMove(snippets, now)));
      assert.ok(moved - now >= day && moved - now <= 8 * day, `at ${new Date(now)}: ${new Date(moved)}`);
      assert.equal(new Date(moved).getUTCDay(), new Date(written).getUTCDay());
    }
  }
});

test("the reference page matches the schema", async () => {
  assert.ok((await readFile(referencePlace, "utf8")) === (await reference()), "run npm run reference to update it");
});

test("every setting is documented once with its default", async () => {
  const help = await settings();
  const documented = new Map();
  for (const [path, name, value] of [
    ["docs/operators/settings.md", 0, 1],
    ["docs/clients/limits.md", 2, 1],
  ]) {
    for (const row of rows(page(path))) {
      const setting = /^`(STUDYHALL_\w+)`$/.exec(row[name] ?? "")?.[1];
      if (!setting) continue;
      assert.ok(!documented.has(setting), `${setting} is documented twice`);
      documented.set(setting, row[value]);
    }
  }
  assert.deepEqual([...documented.keys()].sort(), [...help.keys()].sort());
  for (const [setting, value] of help) {
    if (value !== undefined) assert.equal(plain(documented.get(setting)), value, setting);
  }
});

const flagsOfOtherPrograms = ["call-graph", "check", "example", "format", "pipe", "profile", "program", "property", "release", "signal", "tool", "uid"];

test("every setting on a page exists in the program", async () => {
  const help = await settings();
  const ofExamples = await settingsOfExamples();
  const ofCommands = await flagsOfCommands();
  for (const { path, text } of pages.filter(isRun)) {
    for (const [name] of text.matchAll(/\bSTUDYHALL_[A-Z_]+\b/g)) {
      assert.ok(help.has(name) || ofExamples.has(name), `${path}: ${name}`);
    }
    for (const [, flag] of text.matchAll(/[ `]--([a-z-]+)[^`\n]*`/g)) {
      const isDefined = help.has(`STUDYHALL_${flag.toUpperCase().replaceAll("-", "_")}`) || ofExamples.has(`--${flag}`);
      assert.ok(
        isDefined || ofCommands.has(flag) || flagsOfOtherPrograms.includes(flag),
        `${path}: --${flag}`,
      );
    }
  }
});

test("the documented error codes are those of the program", async () => {
  const source = await readFile(join(root, "src/graphql/error.rs"), "utf8");
  const topLevel = [...source.matchAll(/pub const (\w+): &str = "\1";/g)].map(([, code]) => code);
  assert.ok(topLevel.length > 10);
  const userErrors = schema
    .getType("UserErrorCode")
    .getValues()
    .map(({ name }) => name);
  const shown = rows(page("docs/clients/errors.md")).filter(([code]) => /^`[A-Z_]+`$/.test(code));
  const codes = (columns) => shown.filter((row) => row.length === columns).map(([code]) => code.replaceAll("`", ""));
  assert.deepEqual(codes(4).sort(), topLevel.sort());
  assert.deepEqual(codes(2).sort(), userErrors.sort());
});

test("the documented metrics are those of the program", async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const server = await startServer({ settings: { STUDYHALL_METRICS_LISTEN: address } });
  try {
    const metrics = await (await fetch(`http://${address}/metrics`)).text();
    const names = [...metrics.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, kind]) =>
      kind === "counter" ? `${name}_total` : name,
    );
    const shown = rows(page("docs/operators/operating.md"))
      .map(([name, kind]) => ({ name: name.replaceAll("`", ""), kind }))
      .filter(({ name }) => /^(studyhall|process)_\w+$/.test(name))
      // These begin with their first value, which a new server does not have.
      .filter(({ name, kind }) => names.includes(name) || !/by `(field|limit|code)`$/.test(kind));
    assert.deepEqual(shown.map(({ name }) => name).sort(), names.sort());
  } finally {
    await server.stop();
  }
});

test("the documented commands are those of the program", async () => {
  const commands = async (...args) => {
    const { stdout } = await promisify(execFile)(binary, [...args, "--help"]);
    const [, list] = /Commands:\n([^]*?)\n\n/.exec(stdout);
    return [...list.matchAll(/^ {2}([\w-]+)/gm)].map(([, name]) => name).filter((name) => name !== "help");
  };
  const all = [];
  for (const name of await commands()) {
    if (["keys", "admin"].includes(name)) all.push(...(await commands(name)).map((part) => `${name} ${part}`));
    else all.push(name);
  }
  const cells = rows(page("docs/operators/operating.md"))
    .map(([cell]) => cell)
    .filter((cell) => cell.startsWith("`studyhall "));
  const shown = cells.flatMap((cell) => {
    const [first, ...others] = [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) =>
      text.replace("studyhall ", "").replaceAll(/ [A-Z]+/g, ""),
    );
    return [first, ...others.map((other) => `${first.split(" ")[0]} ${other}`)];
  });
  assert.deepEqual(shown.sort(), all.sort());
});

test("every standalone command on a page exists", async () => {
  const targets = await readFile(join(root, "Makefile"), "utf8");
  for (const { path, blocks } of pages) {
    const scripts = async () => JSON.parse(await readFile(join(root, dirname(path), "package.json"), "utf8")).scripts;
    for (const { text, place } of blocks.filter(({ kind }) => kind === "command")) {
      for (const command of text.split(" && ")) {
        const [, target] = /^make (\w+)$/.exec(command) ?? [];
        const [, script] = /^npm run (\w+)$/.exec(command) ?? [];
        if (target) assert.match(targets, new RegExp(`^${target}:`, "m"), `${place}: ${command}`);
        else if (script) assert.ok(script in (await scripts()), `${place}: ${command}`);
        else
          assert.ok(["npm ci", "cargo build"].includes(command), `${place}: "${command}" is not a known command`);
      }
    }
  }
});

/** Returns the settings that `--help` lists, with their defaults. */
async function settings() {
  const { stdout } = await promisify(execFile)(binary, ["--help"]);
  const all = stdout.split(/\n(?= {6}--)/).map((part) => part.split("\n\n")[0].replaceAll(/\s+/g, " "));
  const named = all.map((part) => [/\[env: (STUDYHALL_\w+)/.exec(part)?.[1], /\[default: ([^\]]+)\]/.exec(part)?.[1]]);
  return new Map(named.filter(([name]) => name));
}

/** Returns the flags of a command of the program and of the commands below it, without the settings. */
async function flagsOfCommands(...command) {
  const { stdout } = await promisify(execFile)(binary, [...command, "--help"]);
  const flags = new Set([...stdout.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)].map(([, flag]) => flag));
  const [, list = ""] = /Commands:\n([^]*?)\n\n/.exec(stdout) ?? [];
  for (const [, name] of list.matchAll(/^ {2}([\w-]+)/gm)) {
    if (name === "help") continue;
    for (const flag of await flagsOfCommands(...command, name)) flags.add(flag);
  }
  return flags;
}

/** Returns the settings and flags in the sources of the examples. */
async function settingsOfExamples() {
  const directory = join(root, "examples");
  const files = (await readdir(directory)).filter((name) => name.endsWith(".rs"));
  const sources = await Promise.all(files.map((name) => readFile(join(directory, name), "utf8")));
  const settings = sources.flatMap((text) => [...text.matchAll(/env = "(\w+)"/g)].map(([, name]) => name));
  const flags = sources.flatMap((text) => [...text.matchAll(/#\[arg\(long.*\n\s+(\w+):/g)].map(([, name]) => name));
  return new Set([...settings, ...flags.map((name) => `--${name.replaceAll("_", "-")}`)]);
}

/** Converts a documented default to the form of `--help`: bytes, seconds, plain numbers. */
function plain(shown) {
  const units = { KiB: 1024, MiB: 1024 ** 2, hours: 3600, second: 1, seconds: 1, points: 1, items: 1 };
  const [, number, unit] = /^([\d,]+)(?: (\w+))?$/.exec(shown) ?? [];
  if (!number) return shown.replaceAll("`", "");
  assert.ok(!unit || unit in units, `unknown unit ${unit}`);
  return String(Number(number.replaceAll(",", "")) * (unit ? units[unit] : 1));
}
