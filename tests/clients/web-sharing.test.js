// Tests sharing in the web client: addresses of posts and offers are copied, or shown where nothing can be copied.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { mutate, register } from "./support/accounts.js";
import { openBrowser } from "./support/browser.js";
import { createOffer, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const ada = await register(server);
const { postEdge } = await mutate(server, ada, "createPost", { text: "The library is open." }, "postEdge { node { id } }");
const day = daysFromNow(3);
const offer = await createOffer(server, ada, { windows: [{ startsAt: `${day}T09:00:00Z`, endsAt: `${day}T10:00:00Z` }] });
const addresses = [`${server.origin}/posts/${postEdge.node.id}`, `${server.origin}/mentoring/offers/${offer}`];

async function sharePost(page) {
  await page.goto(server.origin);
  await page.getByRole("button", { name: "Post actions" }).click();
  await page.getByRole("menuitem", { name: "Share" }).click();
}

async function shareOffer(page) {
  await page.goto(addresses[1]);
  await page.getByRole("button", { name: "Share" }).click();
}

async function openSession(t, options) {
  const browser = await openBrowser(server, options);
  t.after(browser.close);
  await browser.page.goto(`${server.origin}/login`);
  await logInAs(browser.page, ada);
  return browser;
}

test("the address of a post and of an offer is copied", async (t) => {
  const browser = await openSession(t, { permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = browser;
  for (const [index, share] of [sharePost, shareOffer].entries()) {
    await share(page);
    await page.getByRole("status").getByText("Link copied.").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), addresses[index]);
  }
  assertNoErrors(browser);
});

test("without a clipboard, the address is shown", async (t) => {
  const { page, context } = await openSession(t);
  await context.addInitScript(() => delete Navigator.prototype.clipboard);
  await sharePost(page);
  await page.getByRole("status").getByText(addresses[0]).waitFor();
  await shareOffer(page);
  await page.getByText(addresses[1]).waitFor();
});
