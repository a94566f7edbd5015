// Tests time zones in the web client: all times are in the zone of the settings, not of the device.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertNoErrors, logInAs, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());

async function openDevice(timezoneId) {
  const browser = await openBrowser(server, { timezoneId });
  after(browser.close);
  return browser;
}
const open = (page, path) => page.goto(server.origin + path);
const zoneOf = async (account) =>
  (await sendRequest(server, "{ viewer { settings { timeZone } } }", {}, account.token)).data.viewer.settings.timeZone;
const clock = (instant, timeZone) =>
  new Intl.DateTimeFormat("en-GB", { timeStyle: "short", timeZone }).format(new Date(instant));

const mentor = await register(server);
const weeklyHours = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const offer = await createOffer(server, mentor, {
  weeklyHours: weeklyHours.map((weekday) => ({ weekday, from: "10:00", to: "12:00" })),
});

/** Asserts that all times shown to a student are in one time zone, and that the page names it. */
async function assertTimesIn(zone, name, { page }, { booking, conversation }) {
  const at = `${daysFromNow(3)}T10:00:00Z`;
  await open(page, `/mentoring/bookings/${booking}`);
  await page.getByText(`Time zone: ${name}.`).waitFor();
  assert.ok((await page.locator(".when").innerText()).includes(clock(at, zone)), "the booking");
  await open(page, "/mentoring/bookings");
  await page.getByRole("link", { name: new RegExp(`Linear algebra.*${clock(at, zone)}`) }).waitFor();
  await open(page, `/mentoring/offers/${offer}`);
  await page.getByText(`Time zone: ${name}.`).waitFor();
  // The page shows this week or the next, before or after a change of clocks.
  const times = [1, 7, 14].map((days) => clock(`${daysFromNow(days)}T11:00:00Z`, zone));
  await page.getByRole("button", { name: new RegExp(`, (${times.join("|")})$`) }).first().waitFor();
  await open(page, `/messages/${conversation}`);
  const stamp = page.getByRole("log").locator("time").last();
  await stamp.waitFor();
  assert.equal(await stamp.innerText(), clock(await stamp.getAttribute("datetime"), zone), "the message");
}

/** Creates a booking and a message for an account. */
async function createTimes(account) {
  const booking = await book(server, account, offer, `${daysFromNow(3)}T10:00:00Z`);
  const query = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id } } }";
  const input = { userId: account.id, text: "When?" };
  const { data } = await sendRequest(server, query, { input }, mentor.token);
  return { booking, conversation: data.sendMessage.conversation.id };
}

test("an account created in the client has the time zone of the device", async () => {
  const browser = await openDevice("America/New_York");
  await signUp(browser.page, server, { firstName: "Ada" });
  await browser.page.getByRole("heading", { name: "Home" }).waitFor();
  assert.equal(await browser.page.getByText("Times are shown in").count(), 0);
  await open(browser.page, "/settings/privacy");
  assert.equal(await browser.page.getByLabel("Time zone").inputValue(), "America/New_York");
  assertNoErrors(browser);
});

test("an account created with the API starts in UTC", async (t) => {
  const ben = await register(server);
  const items = await createTimes(ben);
  const browser = await openDevice("Asia/Tokyo");
  const { page } = browser;

  await t.test("the client shows times in UTC and names the difference", async () => {
    await open(page, "/login");
    await logInAs(page, ben);
    await page.getByText("Times are shown in the UTC time zone. This device is in Tokyo.").waitFor();
    await screenshot(page, "web-zone-differs");
    await assertTimesIn("UTC", "UTC", browser, items);
  });

  await t.test("the user can keep UTC and is not asked again", async () => {
    await open(page, "/");
    await page.getByRole("button", { name: "Keep UTC" }).click();
    await page.getByText("Times are shown in").waitFor({ state: "detached" });
    await page.reload();
    await page.getByRole("heading", { name: "Home" }).waitFor();
    assert.equal(await page.getByText("Times are shown in").count(), 0);
    assert.equal(await zoneOf(ben), "UTC");
  });

  await t.test("the user can choose another zone in the settings, which applies to all times", async () => {
    await open(page, "/settings/privacy");
    assert.equal(await page.getByLabel("Time zone").inputValue(), "UTC");
    await page.getByLabel("Time zone").selectOption("Asia/Tokyo");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").getByText("Saved.").waitFor();
    await assertTimesIn("Asia/Tokyo", "Tokyo", browser, items);
    assertNoErrors(browser);
  });

  await t.test("a device in another zone keeps the chosen zone and offers the local one", async () => {
    const abroad = await openDevice("Europe/Paris");
    await open(abroad.page, "/login");
    await logInAs(abroad.page, ben);
    await assertTimesIn("Asia/Tokyo", "Tokyo", abroad, items);
    await open(abroad.page, "/mentoring/bookings");
    await abroad.page.getByRole("button", { name: "Use Paris" }).click();
    await abroad.page.getByText("Times are shown in").waitFor({ state: "detached" });
    await assertTimesIn("Europe/Paris", "Paris", abroad, items);
    assert.equal(await zoneOf(ben), "Europe/Paris");
    assertNoErrors(abroad);
  });
});
