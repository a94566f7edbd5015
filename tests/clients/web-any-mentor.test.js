// Tests bookings with any mentor of a topic in the web client, on a phone and with the keyboard.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const phone = await openBrowser(server, {
  timezoneId: "UTC",
  viewport: { width: 375, height: 800 },
  isMobile: true,
  hasTouch: true,
});
after(phone.close);
const desk = await openBrowser(server, { timezoneId: "UTC" });
after(desk.close);

const [ada, eve, ben, cleo] = await Promise.all([1, 2, 3, 4].map(() => register(server)));
for (const [{ page }, account] of [
  [phone, ben],
  [desk, cleo],
]) {
  await page.goto(`${server.origin}/login`);
  await logInAs(page, account);
}

const day = daysFromNow(4);
const windows = ["10", "11"].map((hour) => ({ startsAt: `${day}T${hour}:00:00Z`, endsAt: `${day}T${Number(hour) + 1}:00:00Z` }));
const topicId = await createTopic(server, ada, "Linear algebra");
const offers = [await createOffer(server, ada, { topicId, windows }), await createOffer(server, eve, { topicId, windows })];

const slots = ({ page }) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");
const dialog = ({ page }) => page.getByRole("dialog");
const waitForStatus = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();

test("a student books a time of a topic with any mentor", async (t) => {
  await t.test("the page shows the free times of all mentors once", async () => {
    const { page } = phone;
    await page.goto(`${server.origin}/mentoring/topics/${topicId}`);
    await assertFits(page);
    await screenshot(page, "web-any-mentor-topic-phone");
    await page.getByRole("link", { name: "Book with any mentor" }).tap();
    await page.getByRole("heading", { level: 1, name: "Linear algebra with any mentor" }).waitFor();
    await slots(phone).first().waitFor();
    assert.equal(await slots(phone).count(), 2);
    assert.match(await slots(phone).first().getAttribute("aria-label"), /, 10:00 60 min 2 seats left$/);
    await assertFits(page);
    await assertAccessible(page);
    await screenshot(page, "web-any-mentor-slots-phone");
  });

  await t.test("a preferred mentor with a free seat is the one of the booking", async () => {
    const { page } = phone;
    await slots(phone).first().tap();
    await dialog(phone).getByLabel("Preferred mentor").selectOption({ label: eve.username });
    await assertAccessible(page);
    await screenshot(page, "web-any-mentor-dialog-phone");
    await dialog(phone).getByRole("button", { name: "Book", exact: true }).tap();
    await waitForStatus(phone, "Booking confirmed.");
    await page.getByRole("main").getByRole("link", { name: eve.username, exact: true }).first().waitFor();
  });

  await t.test("another student gets the mentor who has time, by keyboard and month", async () => {
    const { page } = desk;
    await page.goto(`${server.origin}/mentoring/topics/${topicId}/book`);
    await slots(desk).first().waitFor();
    assert.match(await slots(desk).first().getAttribute("aria-label"), /, 10:00 60 min$/);
    await page.getByText("Month", { exact: true }).click();
    await page.getByRole("gridcell", { name: /2 available times$/ }).waitFor();
    await page.getByText("Week", { exact: true }).click();
    await slots(desk).last().focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await dialog(desk).getByLabel("What do you want to talk about?").fill("Knots");
    // The seat goes to another student before the form is sent.
    await book(server, await register(server), offers[0], windows[0].startsAt);
    await dialog(desk).getByRole("button", { name: "Book", exact: true }).press("Enter");
    const instead = dialog(desk).getByRole("region", { name: "Available instead" }).getByRole("button");
    await instead.first().press("Enter");
    await instead.first().waitFor({ state: "detached" });
    await dialog(desk).getByRole("button", { name: "Book", exact: true }).press("Enter");
    await waitForStatus(desk, "Booking confirmed.");
    assert.equal(await page.getByRole("main").locator("time").first().getAttribute("datetime"), `${day}T11:00:00.000Z`);
    await page.getByText("Knots", { exact: true }).waitFor();
  });

  await t.test("the pages send no foreign requests and report no errors", () => assertNoErrors(phone, desk));
});
