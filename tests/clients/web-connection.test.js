// Tests the web client with connections that die silently, and with parts of the page that fail to load.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { createTopic } from "./support/mentoring.js";
import { freePort, startServer } from "./support/server.js";
import { openTunnel } from "./support/tunnel.js";
import { logInAs, waitUntilSent } from "./support/web.js";

const port = await freePort();
const origin = `http://127.0.0.1:${port}`;
const server = await startServer({ settings: { STUDYHALL_PUBLIC_URL: origin } });
after(() => server.stop());
const tunnel = await openTunnel(port, Number(new URL(server.origin).port));
after(() => tunnel.close());
const ada = await register(server);
const ben = await register(server);
await createTopic(server, ben, "Linear algebra");

/** Opens a browser at the tunnel, in which Ada is logged in. */
async function openSession(t) {
  const browser = await openBrowser(tunnel);
  t.after(browser.close);
  await browser.page.goto(`${origin}/login`);
  await logInAs(browser.page, ada);
  return browser;
}

const banner = (page) => page.getByText("No connection.");
const sendMessage = (text) =>
  sendRequest(
    server,
    "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }",
    { input: { userId: ada.id, text } },
    ben.token,
  );

test("a connection that dies silently is noticed within 10 seconds and heals", async (t) => {
  const { page } = await openSession(t);
  // The sections are loaded while the browser is idle.
  await page.waitForResponse(/assets\/settings-\w/, { timeout: 20_000 });
  await page.waitForLoadState("networkidle");

  await t.test("an idle page notices it by its heartbeat", async () => {
    tunnel.swallowAll();
    await banner(page).waitFor({ timeout: 10_000 });
  });

  await t.test("events that were missed arrive when the connection is back", async () => {
    await sendMessage("Sent while you were away");
    tunnel.restore();
    await banner(page).waitFor({ state: "detached", timeout: 15_000 });
    await page.getByRole("status").getByText("Sent while you were away").waitFor();
  });

  await t.test("a request over a dead connection is repeated over a new one", async (t) => {
    tunnel.swallowOpen();
    const started = Date.now();
    await page.getByRole("link", { name: "People", exact: true }).click();
    await page.getByRole("main").getByRole("link", { name: ben.username }).waitFor({ timeout: 25_000 });
    t.diagnostic(`healed after ${Date.now() - started} ms`);
  });

  await t.test("a message over a dead connection is delivered once", async () => {
    await page.getByRole("link", { name: /Messages/ }).first().click();
    await page.getByRole("navigation", { name: "Conversations" }).getByRole("link").first().click({ timeout: 25_000 });
    const box = page.getByRole("textbox", { name: "Write a message" });
    await box.waitFor();
    await page.waitForLoadState("networkidle");
    tunnel.swallowOpen();
    await box.fill("Through the tunnel");
    await page.keyboard.press("Enter");
    const message = page.getByRole("log").getByRole("article").filter({ hasText: "Through the tunnel" });
    await message.waitFor();
    await waitUntilSent(message, { timeout: 25_000 });
    assert.equal(await message.count(), 1);
  });
});

test("a page whose messages do not arrive can be loaded again", async (t) => {
  await t.test("without any messages", async (t) => {
    const { page, close } = await openBrowser(tunnel);
    t.after(close);
    await page.route(/messages-en-/, (route) => route.abort());
    await page.goto(`${origin}/login`);
    await page.getByText("The page could not be loaded.").waitFor();
    await screenshot(page, "web-not-loaded");
    await page.unroute(/messages-en-/);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
  });

  await t.test("the English ones stand in for those that the server keeps back", async (t) => {
    const { page, close } = await openBrowser(tunnel, { locale: "fr-FR" });
    t.after(close);
    await page.route(/messages-fr-/, () => {});
    await page.goto(`${origin}/login`, { waitUntil: "commit" });
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "en");
  });
});

test("a part of the page that failed is fetched again", async (t) => {
  const { page, context } = await openSession(t);
  const link = (name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });
  /** Answers the requests of one operation by `fail`. */
  const failing = (operation, fail) =>
    page.route("**/graphql", (route) =>
      route.request().postData()?.includes(`query ${operation}`) ? fail(route) : route.fallback(),
    );

  await t.test("by the button", async () => {
    await page.waitForLoadState("networkidle");
    // The page would not try again by itself for an hour.
    const extensions = { code: "INTERNAL_SERVER_ERROR", retryAfterSeconds: 3600 };
    await failing("Topics", (route) => route.fulfill({ json: { data: null, errors: [{ message: "Try later.", extensions }] } }));
    await link("Mentoring").click();
    const retry = page.getByRole("alert").getByRole("button", { name: "Try again" });
    await retry.waitFor();
    await screenshot(page, "web-part-failed");
    await page.unrouteAll({ behavior: "wait" });
    await retry.click();
    await page.getByRole("link", { name: /Linear algebra/ }).waitFor();
  });

  await t.test("by itself, and what was read stays on the screen until then", async () => {
    await link("Home").click();
    await failing("Topics", (route) => route.abort());
    await link("Mentoring").click();
    await page.getByRole("link", { name: /Linear algebra/ }).waitFor();
    await page.getByText("This couldn’t be updated.").waitFor();
    assert.equal(await page.getByRole("link", { name: /Linear algebra/ }).count(), 1);
    await screenshot(page, "web-part-stale");
    await page.unrouteAll({ behavior: "wait" });
    await page.getByText("This couldn’t be updated.").waitFor({ state: "detached", timeout: 20_000 });
  });

  await t.test("also the code of a section", async () => {
    await page.route("**/assets/*", (route) => route.abort());
    await page.reload({ waitUntil: "commit" }).catch(() => {});
    await page.unrouteAll({ behavior: "wait" });
    await page.goto(origin);
    await page.getByRole("heading", { name: "Home", exact: true }).waitFor();
    await page.route(/assets\/(settings|Settings)/, (route) => route.abort());
    await link("Settings").click();
    await page.getByRole("heading", { name: "Something went wrong on this page." }).waitFor();
    await page.unrouteAll({ behavior: "wait" });
    await page.getByRole("main").getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.getByLabel("First name").waitFor();
  });

  await t.test("sections that were not opened yet open offline", async () => {
    await page.goto(origin);
    await page.getByRole("heading", { name: "Home", exact: true }).waitFor();
    // The sections load while the browser is idle.
    await page.waitForResponse(/assets\/SettingsPage/, { timeout: 20_000 }).catch(() => {});
    await page.waitForLoadState("networkidle");
    await context.setOffline(true);
    await banner(page).waitFor();
    await link("Settings").click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await context.setOffline(false);
    await page.getByLabel("First name").waitFor();
  });
});
