// Runs the published audits of GraphQL over HTTP, each as a subtest.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { serverAudits } from "graphql-http";
import { startServer } from "./support/server.js";

const server = await startServer();
after(() => server.stop());

test("the server passes the audits of GraphQL over HTTP", async (t) => {
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
  // A changed number means a new edition of the audits, which must be reviewed.
  assert.equal(audits.length, 61);
  assert.equal(passed, audits.length);
});
