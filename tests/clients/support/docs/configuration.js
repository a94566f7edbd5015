// Checks configuration files of a page: settings, proxies.
import assert from "node:assert/strict";
import { startServer } from "../server.js";

/** Chooses the check by the file's name, or by the language of the snippet. */
export async function checkConfiguration(server, { name, language, code }) {
  if (name.endsWith(".env")) return checkEnvironment(code);
  if (name === "fail2ban.conf") return checkFilter(code);
  if (["nginx", "caddyfile"].includes(language)) return checkProxy(server, language, code);
  if (language === "haproxy") return checkSections(server, code);
  assert.fail(`there is no check for ${name || language}`);
}

/** Starts a server with these settings, except for its addresses and its data. */
async function checkEnvironment(code) {
  const settings = Object.fromEntries(entries(code));
  const replaced = [
    "STUDYHALL_LISTEN",
    "STUDYHALL_METRICS_LISTEN",
    "STUDYHALL_DATA_DIR",
    "STUDYHALL_DATABASE_URL",
    "STUDYHALL_KEYS_FILE",
  ];
  for (const name of Object.keys(settings)) assert.match(name, /^(STUDYHALL|AWS)_[A-Z_]+$/);
  const own = Object.fromEntries(Object.entries(settings).filter(([name]) => !replaced.includes(name)));
  const server = await startServer({ settings: own });
  await server.stop();
}

/** Checks braces, the ends of statements and the address of the server. */
function checkProxy(server, language, code) {
  let depth = 0;
  for (const line of code
    .split("\n")
    .map((text) => text.replace(/#.*/, "").trim())
    .filter(Boolean)) {
    if (line.endsWith("{")) depth += 1;
    else if (line === "}") depth -= 1;
    else if (language === "nginx") assert.match(line, /;$/, `"${line}" is not terminated`);
    assert.ok(depth >= 0, `"${line}" closes a block that is not open`);
  }
  assert.equal(depth, 0, "a brace is not closed");
  assert.ok(code.includes(new URL(server.origin).host), "the proxy does not forward to the server");
}

/** Checks that the expression finds the address in a line of the log. */
function checkFilter(code) {
  const expression = /^failregex = (.*)$/m.exec(code)?.[1].replace("<HOST>", "(?<host>[0-9a-f.:]+)");
  const line = '2026-11-21T09:30:00.000000Z  INFO request{id=1}: audit: event="password_wrong" address=203.0.113.7 account=1';
  assert.equal(new RegExp(expression).exec(line)?.groups.host, "203.0.113.7");
}

/** Checks that each line is a section or belongs to one, and the address of the server. */
function checkSections(server, code) {
  for (const line of code.split("\n").filter(Boolean)) assert.match(line, /^((frontend|backend) \w+| {2}[a-z][a-z_-]* \S.*)$/);
  assert.ok(code.includes(new URL(server.origin).host), "the proxy does not forward to the server");
}

const entries = (code) =>
  code
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(/=(.*)/s, 2));
