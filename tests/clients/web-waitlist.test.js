// Tests waitlists in the web client, with a student at a keyboard and one on a phone.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs, openLive } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const desk = await openBrowser(server, { timezoneId: "UTC" });
after(desk.close);
const phone = await openBrowser(server, {
  timezoneId: "UTC",
  viewport: { width: 375, height: 800 },
  isMobile: true,
  hasTouch: true,
});
after(phone.close);

const [ada, ben, cleo, dan, eve] = await Promise.all([1, 2, 3, 4, 5].map(() => register(server)));
for (const [{ page }, account] of [
  [desk, ben],
  [phone, cleo],
]) {
  await page.goto(`${server.origin}/login`);
  await logInAs(page, account);
}

const day = daysFromNow(4);
const windows = ["10", "11"].map((hour) => ({ startsAt: `${day}T${hour}:00:00Z`, endsAt: `${day}T${Number(hour) + 1}:00:00Z` }));
const topicId = await createTopic(server, ada, "Linear algebra");
const offer = await createOffer(server, ada, { topicId, windows });
const path = `${server.origin}/mentoring/offers/${offer}`;
let booking = await book(server, dan, offer, windows[0].startsAt);

const slots = ({ page }) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");
const dialog = ({ page }) => page.getByRole("dialog");
const places = ({ page }) => page.getByRole("list", { name: "Waitlists" }).getByRole("listitem");
const waitForStatus = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();

async function cancel(account) {
  const query = "mutation ($input: CancelBookingInput!) { cancelBooking(input: $input) { userErrors { code } } }";
  const { data } = await sendRequest(server, query, { input: { bookingId: booking } }, account.token);
  assert.deepEqual(data.cancelBooking.userErrors, []);
}

test("students wait for a full time", async (t) => {
  await t.test("a full time is shown as such, and its waitlist is joined by keyboard", async () => {
    const { page } = desk;
    await openLive(page, path, "slotsChanged");
    const full = slots(desk).first();
    await full.waitFor();
    assert.match(await full.getAttribute("aria-label"), / full, join the waitlist$/);
    await screenshot(page, "web-waitlist-slots");
    await assertAccessible(page);
    // From the free time, which is last.
    await slots(desk).last().focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await dialog(desk).getByText("No one waits yet.").waitFor();
    await assertAccessible(page);
    await screenshot(page, "web-waitlist-dialog");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await waitForStatus(desk, "You’re on the waitlist");
    await page.getByRole("button", { name: / full, you’re number 1 on the waitlist$/ }).waitFor();
  });

  await t.test("a second student waits behind the first, on a phone", async () => {
    const { page } = phone;
    await openLive(page, path, "slotsChanged");
    await slots(phone).first().tap();
    await dialog(phone).getByText("1 person waits.").waitFor();
    await assertFits(page);
    await dialog(phone).getByRole("button", { name: "Join the waitlist" }).tap();
    await waitForStatus(phone, "You’re on the waitlist");
    await screenshot(page, "web-waitlist-slots-phone");
    await openLive(page, `${server.origin}/mentoring/waitlists`);
    await places(phone).getByText("You’re number 2 on the waitlist.").waitFor();
    await assertFits(page);
    await assertAccessible(page);
    await screenshot(page, "web-waitlist-places-phone");
  });

  await t.test("the calendar of months marks a day of which every time is full", async () => {
    const { page } = desk;
    await book(server, eve, offer, windows[1].startsAt);
    await page.getByText("Month", { exact: true }).click();
    await page.getByRole("gridcell", { name: /All times are full$/ }).waitFor();
    await page.getByText("Week", { exact: true }).click();
  });

  await t.test("a seat that becomes free is held for the first one, live", async () => {
    const { page } = desk;
    await cancel(dan);
    await page.getByRole("button", { name: / held for you$/ }).waitFor();
    await places(phone).getByText("You’re number 1 on the waitlist.").waitFor();
    await page.getByRole("link", { name: "Mentoring" }).click();
    await page.getByRole("link", { name: "My bookings" }).click();
    await page.getByRole("link", { name: /^A seat is held for you until/ }).click();
    await places(desk).getByText(/^A seat is held for you until/).waitFor();
    await assertAccessible(page);
    await screenshot(page, "web-waitlist-places");
    await page.getByRole("link", { name: /^Book now: Linear algebra/ }).click();
    await dialog(desk).getByRole("button", { name: "Book", exact: true }).click();
    await waitForStatus(desk, "Booking confirmed.");
    booking = decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1));
    await page.goto(`${server.origin}/mentoring/waitlists`);
    await page.getByText("You’re not on a waitlist").waitFor();
  });

  await t.test("a held seat passes to the next one, who can leave instead", async () => {
    const { page } = phone;
    await openLive(page, `${server.origin}/mentoring/waitlists`);
    await places(phone).getByText("You’re number 1 on the waitlist.").waitFor();
    await cancel(ben);
    await places(phone).getByText(/^A seat is held for you until/).waitFor();
    await page.goto(`${server.origin}/notifications`);
    await page.getByRole("main").getByRole("link", { name: /seat/ }).first().click();
    await page.waitForURL("**/mentoring/waitlists");
    await places(phone).getByRole("button", { name: /^Leave the waitlist: Linear algebra/ }).click();
    await waitForStatus(phone, "You left the waitlist.");
    await page.getByText("You’re not on a waitlist").waitFor();
    await openLive(page, path, "slotsChanged");
    assert.doesNotMatch(await slots(phone).first().getAttribute("aria-label"), /full/);
  });

  await t.test("a seat that becomes free while the dialog is open is offered there", async () => {
    const { page } = phone;
    booking = await book(server, dan, offer, windows[0].startsAt);
    await page.getByRole("button", { name: / 10:00 full, join the waitlist$/ }).click();
    await dialog(phone).getByText("No one waits yet.").waitFor();
    await cancel(dan);
    await dialog(phone).getByText("A seat is free again. Book it now.").waitFor();
    await dialog(phone).getByRole("button", { name: "Book now" }).click();
    await dialog(phone).getByRole("button", { name: "Book", exact: true }).click();
    await waitForStatus(phone, "Booking confirmed.");
  });

  await t.test("the pages send no foreign requests and report no errors", () => assertNoErrors(desk, phone));
});
