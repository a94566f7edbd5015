// Uses the web client through accessible names, not through the structure of its pages.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import axe from "axe-core";
import { newAccount } from "./accounts.js";
import { within } from "./deadline.js";

/** Creates an account through the sign-up page, and waits until it is signed in. */
export async function signUp(page, server, names = {}) {
  const account = { ...newAccount(), ...names };
  await page.goto(`${server.origin}/signup`);
  if (account.firstName) await page.getByLabel("First name").fill(account.firstName);
  if (account.lastName) await page.getByLabel("Last name").fill(account.lastName);
  await page.getByLabel("Username").fill(account.username);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await waitUntilSignedIn(page);
  return account;
}

export async function logInAs(page, account) {
  await page.getByLabel("Username or email").fill(account.username);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("main").getByRole("button", { name: "Log in", exact: true }).click();
  await waitUntilSignedIn(page);
}

/** Waits for the main navigation, which only signed-in users see. */
export const waitUntilSignedIn = (page) => page.getByRole("navigation", { name: "Main" }).waitFor();

/**
 * Opens a page, and waits until it follows the inbox of its user from a cursor: what happens from then on is announced,
 * however late the server reads the subscription. Other subscriptions without a cursor are as live as they can be.
 */
export async function openLive(page, url, subscription = "inboxChanged") {
  const isFollowed = new Promise((resolve) => {
    const listen = (socket) =>
      socket.on("framesent", ({ payload }) => {
        if (!String(payload).includes(subscription)) return;
        page.off("websocket", listen);
        resolve();
      });
    page.on("websocket", listen);
  });
  await page.goto(url);
  await within(15, isFollowed, `the subscription ${subscription}`);
}

/**
 * Holds back the next response to a query of the page. `isHeld` resolves once the server has sent it; `release` lets the
 * page have it.
 */
export async function holdResponse(page, query) {
  let release, report;
  const isReleased = new Promise((resolve) => (release = resolve));
  const isHeld = new Promise((resolve) => (report = resolve));
  let isNext = true;
  await page.route("**/graphql", async (route) => {
    if (!isNext || !route.request().postData()?.includes(`query ${query}`)) return route.fallback();
    isNext = false;
    const response = await route.fetch();
    report();
    await isReleased;
    return route.fulfill({ response });
  });
  return { isHeld: within(15, isHeld, `the query ${query}`), release };
}

/** Returns a square PNG image of one colour. With `level` 0 it is not compressed. */
export function imageFile(name = "field.png", [red, green, blue] = [70, 140, 90], { size = 64, level } = {}) {
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(size * 3, Buffer.from([red, green, blue]))]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const frame = Buffer.alloc(4);
    frame.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([frame, body, check]);
  };
  const buffer = Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(Array(size).fill(row)), { level })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return { name, mimeType: "image/png", buffer };
}

/** Returns the link to `path` in the newest mail to `address`. A mail is written before the response or soon after. */
export async function mailedLink(server, address, path) {
  const outbox = join(server.directory, "outbox");
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    for (const name of (await readdir(outbox).catch(() => [])).sort().reverse()) {
      if (!name.endsWith(".eml")) continue;
      const mail = decodeQuotedPrintable(await readFile(join(outbox, name), "utf8"));
      const link = mail.match(new RegExp(`https?://[^\\s"<]*${path}#token=[\\w.-]+`));
      if (link && mail.includes(address)) return link[0];
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail to ${address} with a link to ${path}`);
}

/** Decodes the encoding of long lines and `=` in mails. */
const decodeQuotedPrintable = (mail) =>
  mail.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));

/**
 * Asserts that axe finds no serious violation, of `rules` or of all. The browser injects the script, so the page's policy
 * still applies.
 */
export async function assertAccessible(page, rules) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((rules) => globalThis.axe.run(document, rules ? { runOnly: rules } : {}), rules);
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`,
    );
  assert.deepEqual(serious, [], page.url());
}

/** Asserts that no content overflows the viewport. Phones widen the page to its content, so compare with it. */
export async function assertFits(page) {
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  const { width } = page.viewportSize();
  assert.ok(content <= width, `${page.url()} is ${content} px wide in a viewport of ${width} px`);
}

/**
 * Asserts that the pages sent no request to other hosts and reported no errors. Browsers always log the 401 of an ended
 * session and the sockets that close when a page is left; these are ignored.
 */
export function assertNoErrors(...browsers) {
  for (const { foreignRequests, pageErrors } of browsers) {
    assert.deepEqual(foreignRequests, []);
    const unexpected = pageErrors.filter((text) => !/\b401\b|WebSocket/.test(text));
    assert.deepEqual(unexpected, []);
  }
}

/** Returns the bytes of all scripts that the page has loaded, as transferred. */
export async function scriptBytes(page) {
  await page.waitForLoadState("networkidle");
  return page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );
}

/** Waits until the server has everything that the user wrote in a part of the page: nothing waits or is being sent. */
export const waitUntilSent = (part, options) =>
  part
    .getByText(/^\s*(Waiting to send|Sending…)$/)
    .first()
    .waitFor({ state: "detached", ...options });

/** Sends a message with the session of a page, but not through its interface. */
export async function sendMessage(page, conversationId, text) {
  const query = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }";
  const { data } = await page.evaluate(
    async (body) => {
      const headers = { "content-type": "application/json" };
      return (await fetch("/graphql", { method: "POST", headers, body: JSON.stringify(body) })).json();
    },
    { query, variables: { input: { conversationId, text } } },
  );
  assert.deepEqual(data.sendMessage.userErrors, []);
}
