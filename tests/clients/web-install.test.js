// The installed application: its manifest, the badge of its icon, and the page that is shown while the server cannot be reached.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { freePort, startServer } from "./support/server.js";
import { openTunnel } from "./support/tunnel.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const port = await freePort();
const server = await startServer({ settings: { STUDYHALL_PUBLIC_URL: `http://127.0.0.1:${port}` } });
after(() => server.stop());
const target = Number(new URL(server.origin).port);
let tunnel = await openTunnel(port, target);
after(() => tunnel.close());
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: "dark" };
const browser = await openBrowser(tunnel, { ...phone, locale: "fr-FR", serviceWorkers: "allow" });
after(browser.close);
const { page, context } = browser;
const [ada, ben] = [await register(server), await register(server)];

test("the manifest describes an application with icons", async () => {
  await page.goto(tunnel.origin);
  const url = await page.locator("link[rel=manifest]").evaluate((link) => link.href);
  const response = await fetch(url);
  assert.equal(response.headers.get("content-type"), "application/manifest+json");
  const manifest = await response.json();
  assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ["/", "/", "standalone"]);
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await fetch(new URL(src, url));
    assert.deepEqual([icon.status, icon.headers.get("content-type")], [200, type], `${src} ${sizes}`);
  }
  // The browser reads it in spite of the policy of the page, and finds no errors in it.
  const devtools = await context.newCDPSession(page);
  const { errors, data } = await devtools.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  assert.ok(data.includes("Studyhall"));
});

test("a page that cannot be loaded says that the server is unreachable, and returns with it", async () => {
  await page.evaluate(() => navigator.serviceWorker.ready);
  assertNoErrors(browser);
  tunnel.close();
  await page.goto(`${tunnel.origin}/people`);
  await page.getByRole("heading", { name: "Studyhall est injoignable" }).waitFor();
  await page.getByRole("heading", { name: "Studyhall cannot be reached" }).waitFor({ state: "hidden" });
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  await screenshot(page, "web-install-offline-phone-dark");
  await assertFits(page);
  await assertAccessible(page);
  tunnel = await openTunnel(port, target);
  await page.getByText("Connectez-vous pour voir cette page.").waitFor();
});

test("the icon of the application shows the number of unread messages and notifications", async () => {
  const other = await openBrowser(server);
  await other.context.addInitScript(() => {
    globalThis.badges = [];
    navigator.setAppBadge = async (count) => void globalThis.badges.push(count);
  });
  await other.page.goto(`${server.origin}/login`);
  await logInAs(other.page, ada);
  // The login itself is a notification.
  await other.page.waitForFunction(() => globalThis.badges.at(-1) === 1);
  const query = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }";
  await sendRequest(server, query, { input: { userId: ada.id, text: "Hello" } }, ben.token);
  await other.page.waitForFunction(() => globalThis.badges.at(-1) === 2);
  await other.close();
});
