// The published audits of GraphQL over HTTP, one subtest each.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serverAudits } from "graphql-http";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

test("GraphQL over HTTP", async (t) => {
  const audits = serverAudits({ url: server.url, fetchFn: fetch });
  let passed = 0;
  for (const { id, name, fn } of audits) {
    await t.test(`${id} ${name}`, async () => {
      const { status, reason, response } = await fn();
      assert.equal(status, "ok", `${reason} (the answer had status ${response?.status})`);
      passed += 1;
    });
  }
  t.diagnostic(`audits passed: ${passed} of ${audits.length}`);
  // A new edition of the audits must be read before its number is believed.
  assert.equal(audits.length, 61);
  assert.equal(passed, audits.length);
});
