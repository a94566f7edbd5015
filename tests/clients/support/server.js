// Starts the program as an operator does: one process, an empty data directory, settings from the environment.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { createDatabase } from "./database.js";
import { within } from "./deadline.js";

const project = resolve(import.meta.dirname, "..");
export const binary = resolve(project, process.env.STUDYHALL_BIN ?? "../../target/debug/studyhall");

/**
 * Returns once the server is ready. `stop` ends it with SIGTERM and asserts a clean exit. `settings` are added to those
 * that every test needs; `ownDatabase` creates a PostgreSQL database for it instead of a schema. `before` is a command of
 * the program that runs before the server starts; `printed` is its output.
 */
export async function startServer({ settings = {}, ownDatabase, before } = {}) {
  const directory = await mkdtemp(join(tmpdir(), "studyhall-clients-"));
  const address = `127.0.0.1:${await freePort()}`;
  const database = await createDatabase({ ownDatabase });
  const env = environment({
    ...database.settings,
    STUDYHALL_DATA_DIR: directory,
    STUDYHALL_LISTEN: address,
    STUDYHALL_RATE_LIMITS: "off",
    STUDYHALL_DRAIN_DELAY: "0.05",
    STUDYHALL_WEB_DIR: resolve(project, "../../web/dist"),
    ...settings,
  });
  const printed = before && (await promisify(execFile)(binary, before, { env })).stdout;
  const server = spawn(binary, ["serve"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);

  let output = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  }
  // Wait for "close" and not "exit", so that all output has been read.
  const exited = once(server, "close").then(([code, signal]) => ({ code, signal }));

  async function end() {
    server.kill("SIGTERM");
    const exit = await within(15, exited, "the exit of the server after SIGTERM")
      .catch((cause) => {
        throw new Error(`${cause.message}\n${output}`);
      })
      .finally(kill);
    process.off("exit", kill);
    await Promise.all([database.remove(), rm(directory, { recursive: true, force: true })]);
    assert.deepEqual(exit, { code: 0, signal: null }, `the server did not exit cleanly:\n${output}`);
    assert.doesNotMatch(output, /panicked at/, "the server panicked");
  }
  let ending;
  const stop = () => (ending ??= end());

  try {
    await within(60, waitUntilReady(address, exited), "readiness");
  } catch (cause) {
    kill();
    throw new Error(`${binary} did not start: ${cause.message}\n${output}`);
  }
  const origin = `http://${address}`;
  /** Runs another command of the program with the settings of the server. */
  const command = (...args) => promisify(execFile)(binary, args, { env, timeout: 20_000 });
  return {
    origin,
    url: `${origin}/graphql`,
    socketUrl: `ws://${address}/graphql`,
    directory,
    env,
    printed,
    command,
    stop,
  };
}

/** Returns the environment of the server, without the developer's own settings except the log level. */
function environment(settings) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith("STUDYHALL_") || name === "STUDYHALL_LOG",
  );
  return { ...Object.fromEntries(inherited), ...settings };
}

export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** Polls `/readyz` until it returns 200, or fails if the process exits. */
async function waitUntilReady(address, exited) {
  let running = true;
  const stopped = () => (running = false);
  exited.then(stopped, stopped);
  while (running) {
    const response = await fetch(`http://${address}/readyz`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await pause(25);
  }
  const { code, signal } = await exited;
  throw new Error(`it exited with ${code ?? signal}`);
}
