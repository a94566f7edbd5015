// Runs the shell scripts and Node.js programs of a page.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { within } from "../deadline.js";
import { looksLike } from "./match.js";

/**
 * Runs a program until it exits or has written the expected `lines`: a program that follows a stream does not exit.
 * Returns its output.
 */
export async function run(program, args, { lines, seconds = 60, ...options }) {
  // Its own process group, so that its children end with it.
  const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "pipe"], ...options });
  const signalGroup = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (cause) {
      if (cause.code !== "ESRCH") throw cause;
    }
  };
  const kill = () => signalGroup("SIGKILL");
  process.once("exit", kill);
  const written = { stdout: "", stderr: "" };
  let onMatch;
  const matched = new Promise((resolve) => (onMatch = resolve));
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      written[name] += text;
      if (lines && looksLike(written.stdout, lines)) onMatch();
    });
  }
  const exited = once(child, "close").then(([code, signal]) => ({ code, signal }));
  const finished = Promise.race([exited, matched]);
  const output = () => `\n--- standard output\n${written.stdout}--- standard error\n${written.stderr}`;
  const onTimeout = (cause) => {
    throw new Error(`${cause.message}${output()}`);
  };
  let exit;
  try {
    const what = lines ? `the output\n${lines.join("\n")}\n---` : "the exit of the program";
    exit = await within(seconds, finished, what).catch(onTimeout);
    // A program that has written its last line exits now; one that follows a stream is stopped below.
    exit ??= await within(0.5, exited, "the exit").catch(() => undefined);
  } finally {
    signalGroup("SIGTERM");
    await within(5, exited, "the exit after SIGTERM").finally(kill);
    process.off("exit", kill);
  }
  if (exit && exit.code !== 0) throw new Error(`the program exited with ${exit.code ?? exit.signal}${output()}`);
  if (exit && lines && !looksLike(written.stdout, lines)) {
    throw new Error(`the program did not write what the page shows:\n${lines.join("\n")}${output()}`);
  }
  return written;
}
