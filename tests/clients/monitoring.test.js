// The rules, the dashboard and the metrics, as Prometheus reads them.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { freePort, startServer } from "./support/server.js";
import { within } from "./support/deadline.js";

const monitoring = resolve(import.meta.dirname, "../../monitoring");
const promtool = (...args) => promisify(execFile)("promtool", args, { cwd: monitoring });

test("each alert fires for what it is for, and a healthy server causes none", async () => {
  await promtool("check", "config", "prometheus.yml");
  await promtool("test", "rules", "alerts.test.yml");
  const rules = await readFile(join(monitoring, "alerts.yml"), "utf8");
  const tests = await readFile(join(monitoring, "alerts.test.yml"), "utf8");
  for (const [, name] of rules.matchAll(/- alert: (\w+)/g)) assert.match(tests, new RegExp(`\\b${name}\\b`), `${name} has no test`);
});

test("a Prometheus reads the metrics of a node, and evaluates every rule and every query of the dashboard", async () => {
  const directory = await mkdtemp(join(tmpdir(), "studyhall-prometheus-"));
  const [metrics, port] = [`127.0.0.1:${await freePort()}`, await freePort()];
  const server = await startServer({ settings: { STUDYHALL_METRICS_LISTEN: metrics } });
  let text = await readFile(join(monitoring, "prometheus.yml"), "utf8");
  text = text.replace(/scrape_interval: \w+/, "scrape_interval: 200ms").replace(/evaluation_interval: \w+/, "evaluation_interval: 200ms");
  text = text.replace("[alerts.yml]", `["${join(monitoring, "alerts.yml")}"]`).replace(/targets: .*/, `targets: ["${metrics}"]`);
  await writeFile(join(directory, "prometheus.yml"), text);
  const prometheus = spawn("prometheus", [
    `--config.file=${join(directory, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(directory, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ], { stdio: "ignore" });
  const ended = once(prometheus, "close");
  const get = async (path) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`).catch(() => undefined);
    // Until it is ready, it answers 503.
    return response?.ok ? (await response.json()).data : undefined;
  };
  const until = async (path, isDone) => {
    for (;;) {
      const found = await get(path);
      if (found && isDone(found)) return found;
    }
  };
  try {
    const { activeTargets } = await within(60, until("targets", ({ activeTargets }) => ["up", "down"].includes(activeTargets[0]?.health)), "the first scrape");
    assert.equal(activeTargets[0].health, "up", activeTargets[0].lastError);
    const isEvaluated = ({ groups }) => groups[0]?.rules.every(({ health }) => health !== "unknown");
    const { groups } = await within(60, until("rules", isEvaluated), "the rules");
    for (const { name, health, lastError } of groups[0].rules) assert.equal(health, "ok", `${name}: ${lastError}`);

    const dashboard = JSON.parse(await readFile(join(monitoring, "dashboard.json"), "utf8"));
    const ids = dashboard.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, "two panels have the same id");
    for (const { title, targets } of dashboard.panels) {
      for (const { expr } of targets) {
        const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`);
        assert.equal(answer.status, 200, `${title}: ${await answer.text()}`);
      }
    }
    const { result } = await get("query?query=studyhall_build_info");
    assert.equal(result[0].metric.job, "studyhall");
  } finally {
    prometheus.kill("SIGTERM");
    await Promise.all([ended, server.stop()]);
    await rm(directory, { recursive: true, force: true });
  }
});
