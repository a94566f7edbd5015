// Starts the program the way an operator would: one process, an empty data directory, settings from the environment.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { freshDatabase } from "./database.js";
import { within } from "./deadline.js";

const project = resolve(import.meta.dirname, "..");
export const binary = resolve(project, process.env.STUDYHALL_BIN ?? "../../target/debug/studyhall");

/**
 * Answers once the server says that it is ready. `stop` ends it as an operator would, and insists on a clean end.
 * `settings` are its own beside those that every test needs; `whole` gives it a PostgreSQL database, not only a schema.
 */
export async function startServer({ settings = {}, whole } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "studyhall-clients-"));
  const address = `127.0.0.1:${await freePort()}`;
  const database = await freshDatabase({ whole });
  const env = environment({
    ...database.settings,
    STUDYHALL_DATA_DIR: directory,
    STUDYHALL_LISTEN: address,
    STUDYHALL_RATE_LIMITS: "off",
    STUDYHALL_WEB_DIR: resolve(project, "../../web/dist"),
    ...settings,
  });
  const server = spawn(binary, ["serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const abandon = () => server.kill("SIGKILL");
  process.once("exit", abandon);

  let output = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  // "close" and not "exit": only then has everything been read that the server wrote.
  const ended = once(server, "close").then(([code, signal]) => ({ code, signal }));

  async function end() {
    server.kill("SIGTERM");
    const how = await within(15, ended, "the end of the server after SIGTERM")
      .catch((cause) => {
        throw new Error(`${cause.message}\n${output}`);
      })
      .finally(abandon);
    process.off("exit", abandon);
    await Promise.all([database.remove(), rm(directory, { recursive: true, force: true })]);
    assert.deepEqual(how, { code: 0, signal: null }, `the server did not end cleanly:\n${output}`);
    assert.doesNotMatch(output, /panicked at/, "the server panicked on the way");
  }
  let ending;
  const stop = () => (ending ??= end());

  try {
    await within(60, ready(address, ended), "readiness");
  } catch (cause) {
    abandon();
    throw new Error(`${binary} did not start: ${cause.message}\n${output}`);
  }
  const origin = `http://${address}`;
  /** Runs another command of the program beside the server, with its settings. */
  const command = (...words) => promisify(execFile)(binary, words, { env, timeout: 20_000 });
  return { origin, url: `${origin}/graphql`, socketUrl: `ws://${address}/graphql`, directory, env, command, stop };
}

/** What the tests decide goes in; a developer's own settings stay out, except how much the server says. */
function environment(settings) {
  const kept = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("STUDYHALL_") || name === "STUDYHALL_LOG",
  );
  return { ...Object.fromEntries(kept), ...settings };
}

export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** Asks again and again, as long as there is somebody to ask: a process cannot tell another one that it listens. */
async function ready(address, ended) {
  let running = true;
  const stopped = () => (running = false);
  ended.then(stopped, stopped);
  while (running) {
    const answer = await fetch(`http://${address}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await pause(25);
  }
  const { code, signal } = await ended;
  throw new Error(`it ended with ${code ?? signal}`);
}
