// Checks settings for other programs: a file of ours for systemd, what proxies read.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { binary, startServer } from "../server.js";

/** By the name that a page gives to a file, or by its language. */
export async function checkConfiguration(server, { name, language, code }) {
  if (name.endsWith(".env")) return checkEnvironment(code);
  if (name.endsWith(".service")) return checkUnit(name, code);
  if (["nginx", "caddyfile"].includes(language)) return checkProxy(server, language, code);
  assert.fail(`nobody knows how to check ${name || language}`);
}

/** A server is started with these settings; only where it listens and keeps its data is ours. */
async function checkEnvironment(code) {
  const settings = Object.fromEntries(entries(code));
  const ours = [
    "STUDYHALL_LISTEN",
    "STUDYHALL_METRICS_LISTEN",
    "STUDYHALL_DATA_DIR",
    "STUDYHALL_DATABASE_URL",
    "STUDYHALL_KEYS_FILE",
  ];
  for (const name of Object.keys(settings)) assert.match(name, /^(STUDYHALL|AWS)_[A-Z_]+$/);
  const own = Object.fromEntries(Object.entries(settings).filter(([name]) => !ours.includes(name)));
  const server = await startServer({ settings: own });
  await server.stop();
}

/** As systemd reads it, where systemd is at hand; in any case each line is a section or a setting with a value. */
async function checkUnit(name, code) {
  for (const line of code.split("\n").filter(Boolean)) assert.match(line, /^(#.*|\[\w+\]|[A-Z]\w+=\S.*)$/);
  const directory = await mkdtemp(join(tmpdir(), "studyhall-unit-"));
  try {
    const file = join(directory, name);
    await writeFile(file, code.replace(/^(ExecStart=)\S+/m, `$1${binary}`));
    await promisify(execFile)("systemd-analyze", ["verify", "--man=no", "--recursive-errors=no", file]).catch(
      (cause) => {
        if (cause.code !== "ENOENT") assert.fail(`${cause.stdout}${cause.stderr}`);
      },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Braces and the ends of statements; the program itself says more where it is at hand. */
function checkProxy(server, language, code) {
  let depth = 0;
  for (const line of code
    .split("\n")
    .map((text) => text.replace(/#.*/, "").trim())
    .filter(Boolean)) {
    if (line.endsWith("{")) depth += 1;
    else if (line === "}") depth -= 1;
    else if (language === "nginx") assert.match(line, /;$/, `"${line}" does not end`);
    assert.ok(depth >= 0, `"${line}" closes what was never opened`);
  }
  assert.equal(depth, 0, "a brace is not closed");
  assert.ok(code.includes(new URL(server.origin).host), "it does not lead to the server");
}

const entries = (code) =>
  code
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(/=(.*)/s, 2));
