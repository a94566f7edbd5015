// Tests the export of a member's data and the receipt of a deletion in the web client.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const phone = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const browser = await openBrowser(server, { timezoneId: "UTC", ...phone });
after(browser.close);
const { page } = browser;

const [ada, ben] = [await register(server), await register(server)];
const send = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { userErrors { code } } }";
await sendRequest(server, send, { input: { userId: ben.id, text: "See you at the library" } }, ada.token);
await page.goto(`${server.origin}/login`);
await logInAs(page, ada);

const press = (part, name) => part.getByRole("button", { name, exact: true }).click();

test("a member exports their data", async (t) => {
  await t.test("the export is requested, and can be downloaded when it is ready, without a reload", async () => {
    await page.goto(`${server.origin}/settings/data`);
    await page.getByRole("heading", { name: "A copy of your data" }).waitFor();
    await assertAccessible(page);
    await press(page, "Request a copy");
    await page.getByText(/^Your copy is ready/).waitFor({ timeout: 30_000 });
    await page.getByText(/^It is deleted on/).waitFor();
    await screenshot(page, "web-export-phone");
    await assertAccessible(page);
    await assertFits(page);
    const downloading = page.waitForEvent("download");
    await press(page, "Download");
    const file = await readFile(await (await downloading).path());
    assert.equal(file.subarray(0, 2).toString(), "PK");
  });

  await t.test("a second request within a day is refused, and the page says when the next one is possible", async () => {
    await press(page, "Request a new copy");
    await page.getByText(/^You can request the next copy from/).waitFor();
    await screenshot(page, "web-export-refused-phone");
    await assertAccessible(page);
    // The copy stays.
    await page.getByText(/^Your copy is ready/).waitFor();
  });
});

test("a pending export shows its progress", async () => {
  const pending = { id: "exp_0", __typename: "DataExport", status: "PENDING", requestedAt: new Date().toISOString() };
  await page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("query MyDataExport")) return route.continue();
    const dataExport = { ...pending, expiresAt: null, byteSize: null, url: null };
    return route.fulfill({ json: { data: { viewer: { __typename: "Viewer", dataExport } } } });
  });
  await page.reload();
  await page.getByRole("progressbar", { name: "Your copy is being prepared…" }).waitFor();
  await screenshot(page, "web-export-pending-phone");
  await assertAccessible(page);
  await page.unroute("**/graphql");
  // The page asks again.
  await page.getByText(/^Your copy is ready/).waitFor();
});

test("the deletion of an account has a receipt", async (t) => {
  await t.test("the receipt is shown after the deletion, and can be saved", async () => {
    await page.getByRole("link", { name: "Delete your account" }).click();
    await press(page, "Delete account");
    await page.getByRole("dialog").getByLabel("Current password").fill(ada.password);
    await press(page.getByRole("dialog"), "Delete permanently");
    await page.getByRole("heading", { name: "Your account has been deleted." }).waitFor();
    const messages = page.getByRole("row", { name: /^Messages 0 1/ });
    assert.equal(await messages.getByRole("cell").nth(1).innerText(), "1");
    await screenshot(page, "web-receipt-phone");
    await assertAccessible(page);
    await assertFits(page);
    const downloading = page.waitForEvent("download");
    await press(page, "Save receipt");
    const download = await downloading;
    assert.equal(download.suggestedFilename(), "studyhall-receipt.txt");
    assert.match(await readFile(await download.path(), "utf8"), /Messages: Deleted 0, Kept without name 1/);
  });

  await t.test("the receipt survives a reload in the same tab", async () => {
    await page.reload();
    await page.getByRole("row", { name: /^Messages 0 1/ }).waitFor();
  });

  await t.test("the page sends no foreign requests and reports no errors", () => assertNoErrors(browser));
});
