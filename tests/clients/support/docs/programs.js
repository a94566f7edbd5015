// Runs what a page shows as a program of its own: a shell, or Node.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { within } from "../deadline.js";
import { looksLike } from "./match.js";

/**
 * Runs until the program ends or, where `lines` are expected, until it has written them: what follows a stream goes on
 * for ever. Gives back what it wrote.
 */
export async function run(program, given, { lines, seconds = 60, ...options }) {
  // A group of its own, so that what it has started can be ended with it.
  const child = spawn(program, given, { detached: true, stdio: ["ignore", "pipe", "pipe"], ...options });
  const end = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (cause) {
      if (cause.code !== "ESRCH") throw cause;
    }
  };
  const abandon = () => end("SIGKILL");
  process.once("exit", abandon);
  const written = { stdout: "", stderr: "" };
  let found;
  const shown = new Promise((resolve) => (found = resolve));
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      written[name] += text;
      if (lines && looksLike(written.stdout, lines)) found();
    });
  }
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  const first = Promise.race([ended, shown]);
  const told = () => `\n--- standard output\n${written.stdout}--- standard error\n${written.stderr}`;
  const late = (cause) => {
    throw new Error(`${cause.message}${told()}`);
  };
  let how;
  try {
    how = await within(seconds, first, lines ? `the output\n${lines.join("\n")}\n---` : "the end of the program").catch(
      late,
    );
    // Whoever is done ends by itself now; only a stream goes on.
    how ??= await within(0.5, ended, "the end").catch(() => undefined);
  } finally {
    end("SIGTERM");
    await within(5, ended, "the end after SIGTERM").finally(abandon);
    process.off("exit", abandon);
  }
  if (how && how.code !== 0) throw new Error(`it ended with ${how.code ?? how.signal}${told()}`);
  if (how && lines && !looksLike(written.stdout, lines)) {
    throw new Error(`it did not write what the page shows:\n${lines.join("\n")}${told()}`);
  }
  return written;
}
