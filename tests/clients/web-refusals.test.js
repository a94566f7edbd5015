// Tests that a browser receives the rejection of a body that it is still sending.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser } from "./support/browser.js";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

test("a page receives the rejection of an upload", async (t) => {
  const { page, close } = await openBrowser(server);
  t.after(close);
  await page.goto(`${server.origin}/healthz`);
  const statuses = await page.evaluate(async () => {
    const statuses = [];
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const form = new FormData();
      form.set("operations", "{}");
      form.set("map", "{}");
      form.set("0", new Blob([new Uint8Array(3 * 1024 * 1024)]));
      const headers = { "graphql-require-preflight": "1" };
      const answer = await fetch("/graphql", { method: "POST", headers, body: form }).catch((cause) => cause);
      statuses.push(answer.status ?? String(answer));
    }
    return statuses;
  });
  assert.deepEqual(new Set(statuses), new Set([401]));
});
