// Runs the snippets of a page from top to bottom. Sessions, variables and files carry over from one to the next.
import assert from "node:assert/strict";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isPostgres } from "../database.js";
import { binary, freePort, startServer } from "../server.js";
import { imageFile } from "../web.js";
import { createCampus } from "./campus.js";
import { checkConfiguration } from "./configuration.js";
import { daysToMove, moveDates } from "./dates.js";
import { matchJson } from "./match.js";
import { assertDelivered, send } from "./operations.js";
import { run } from "./programs.js";
import { readSnippets } from "./reading.js";
import { bundleRelay } from "./relay.js";

const clients = resolve(import.meta.dirname, "../..");

/** Runs each snippet of a page as a subtest, and stops at the first failure because later snippets depend on it. */
export async function runPage(t, page) {
  const { about, snippets } = readSnippets(page);
  const settings = { ...about.settings };
  if (settings.STUDYHALL_METRICS_LISTEN) settings.STUDYHALL_METRICS_LISTEN = `127.0.0.1:${await freePort()}`;
  const server = await startServer({ settings, ownDatabase: true });
  const runner = new PageRunner(page, server, about, daysToMove(snippets));
  try {
    await runner.prepare();
    for (const snippet of snippets.map((source) => runner.localize(source))) {
      if (snippet.database && (snippet.database === "PostgreSQL") !== isPostgres) continue;
      let failed = true;
      await t.test(`line ${snippet.line}, ${snippet.language}`, async () => {
        await runner[snippet.language](snippet);
        failed = false;
      });
      if (failed) return;
    }
    await t.test("every subscription has delivered an event", () => assertDelivered(runner.streams));
  } finally {
    await server.stop();
  }
}

class PageRunner {
  streams = [];
  #values = {};
  #shell = {};

  constructor(page, server, { reader }, days) {
    this.server = server;
    this.reader = reader;
    this.days = days;
    this.directory = join(clients, "generated/docs", page.path.replaceAll(/\W+/g, "-"));
  }

  async prepare() {
    await rm(this.directory, { recursive: true, force: true });
    await mkdir(join(this.directory, "bin"), { recursive: true });
    await symlink(binary, join(this.directory, "bin/studyhall"));
    const { name, buffer } = imageFile("reading-room.png");
    await writeFile(join(this.directory, name), buffer);
    if (!this.reader) return;
    this.#values = await createCampus(this.server);
    this.token = this.#values[this.reader].token;
  }

  async graphql(snippet) {
    const { as, shown } = snippet;
    const token = () => (as === "anonymous" ? undefined : as ? this.#values[as].token : this.token);
    const last = await send(this.server, this, { ...snippet, token });
    if (!shown) return;
    if (last.events) Object.assign(this.streams.at(-1), { shown });
    else matchJson(shown, last);
  }

  async sh({ code, lines, shown, expect }) {
    // The next snippet starts with the variables of this one.
    const variablesFile = join(this.directory, "variables");
    const script = `set -euo pipefail -o allexport\ntrap 'env -0 >${variablesFile}' EXIT\n${code}`;
    const { stdout } = await run("bash", ["-c", script], {
      lines,
      cwd: this.directory,
      env: { ...this.server.env, ...this.#shell, PATH: `${join(this.directory, "bin")}:${process.env.PATH}` },
    });
    const variables = (await readFile(variablesFile, "utf8")).split("\0").filter(Boolean);
    this.#shell = Object.fromEntries(variables.map((line) => line.split(/=(.*)/s, 2)));
    if (shown) matchJson(shown, JSON.parse(stdout));
    else if (expect) assert.match(stdout, new RegExp(`"${expect}"`));
    else if (!lines) assert.doesNotMatch(stdout, /"errors":|"userErrors":\[\{/);
  }

  async js({ code, lines, shown, files, section }) {
    const directory = join(this.directory, section.replaceAll(/\W+/g, "-").toLowerCase());
    await mkdir(directory, { recursive: true });
    const program = join(directory, "campus.js");
    await writeFile(program, code);
    for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
    if (files["relay.config.json"]) await bundleRelay(directory, program);
    const args = ["--import", join(import.meta.dirname, "websocket.js"), program];
    const env = { ...this.server.env, ...this.#shell };
    const { stdout, stderr } = await run(process.execPath, args, { lines, cwd: directory, env });
    assert.equal(stderr, "", "the program writes warnings");
    if (shown) matchJson(shown, JSON.parse(stdout));
  }

  ini = (snippet) => checkConfiguration(this.server, snippet);
  nginx = this.ini;
  caddyfile = this.ini;
  haproxy = this.ini;

  /** Stores a result under the name of its operation, and the token of a session that the reader opened with it. */
  store(name, data, as) {
    if (name) this.#values[name] = data;
    if (as) return;
    for (const payload of Object.values(data)) this.token = payload?.session?.accessToken ?? this.token;
  }

  /** Resolves references such as `$grace.id` in the variables of a snippet. */
  lookUp(value) {
    if (value && typeof value === "object") {
      const found = Object.entries(value).map(([name, part]) => [name, this.lookUp(part)]);
      return Array.isArray(value) ? found.map(([, part]) => part) : Object.fromEntries(found);
    }
    if (typeof value !== "string" || !value.startsWith("$")) return value;
    const found = value
      .slice(1)
      .split(".")
      .reduce((at, step) => at?.[step], this.#values);
    assert.ok(found !== undefined && found !== null, `${value} is not defined`);
    return found;
  }

  /** Replaces addresses with those of this server, and moves dates into the future. */
  localize({ place, ...snippet }) {
    const { origin, directory, env } = this.server;
    const text = moveDates(JSON.stringify(snippet), this.days)
      .replaceAll("127.0.0.1:8000", new URL(origin).host)
      .replaceAll("127.0.0.1:9464", env.STUDYHALL_METRICS_LISTEN)
      .replaceAll("/var/lib/studyhall", directory);
    return { ...JSON.parse(text), place };
  }
}
