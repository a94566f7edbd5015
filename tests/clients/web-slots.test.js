// Tests the pages on which slots are chosen in the web client: moves, weeks and months, the horizon and the time zone.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { mutate, register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const phone = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const browser = await openBrowser(server, { timezoneId: "Europe/Paris", ...phone });
after(browser.close);
const { page } = browser;

const [mentor, student] = [await register(server), await register(server)];
await mutate(server, student, "updateSettings", { timeZone: "UTC" });
const twoDigits = (hour) => String(hour).padStart(2, "0");
const hourOn = (day, hour) => ({
  startsAt: `${day}T${twoDigits(hour)}:00:00Z`,
  endsAt: `${day}T${twoDigits(hour + 1)}:00:00Z`,
});
const day = daysFromNow(4);
const horizonDays = 20;
// Whatever day of the week it is, the last week within the horizon has a slot: each of its days begins with one.
const lastWeek = [0, 1, 2, 3, 4, 5, 6].map((days) => hourOn(daysFromNow(horizonDays - days), 0));
const windows = [hourOn(day, 10), hourOn(day, 11), ...lastWeek];
const offer = await createOffer(server, mentor, { windows, horizonDays, maxBookingsPerStudentPerDay: 3 });
const booking = await book(server, student, offer, windows[0].startsAt);
await page.goto(`${server.origin}/login`);
await logInAs(page, student);

const open = (path) => page.goto(server.origin + path);
const dialog = page.getByRole("dialog");
const slots = (part) => part.getByRole("list", { name: /^Available times/ }).getByRole("button");
const title = (part) => part.locator(".slots h3");
const next = (part) => part.getByRole("button", { name: /^Next (week|month)$/ });

/** Goes to the last week or month that can have slots. */
async function goToEnd(part) {
  while (await next(part).isEnabled()) {
    const before = await title(part).textContent();
    await next(part).click();
    await page.waitForFunction((text) => document.querySelector(".slots h3").textContent !== text, before);
  }
}

test("a move shows the time that is booked and the one that is chosen", async () => {
  await open(`/mentoring/bookings/${booking}`);
  await page.getByRole("button", { name: "Reschedule" }).tap();
  await dialog.getByText(/^Booked now: .*10:00/).waitFor();
  const slot = slots(dialog).filter({ hasText: "11:00" });
  assert.equal(await slot.getAttribute("aria-pressed"), "false");
  await slot.tap();
  assert.equal(await slot.getAttribute("aria-pressed"), "true");
  await dialog.getByRole("button", { name: /^Reschedule to .*11:00/ }).waitFor();
  await screenshot(page, "web-slots-move-phone");
  await assertAccessible(page);
  await assertFits(page);
  await page.keyboard.press("Escape");
});

for (const view of ["Week", "Month"]) {
  test(`a ${view.toLowerCase()} beyond the horizon cannot be opened, and the chosen one survives a reload`, async () => {
    await open(`/mentoring/offers/${offer}`);
    await page.getByRole("radio", { name: view }).check({ force: true });
    await slots(page).first().waitFor();
    await goToEnd(page);
    const shown = await title(page).textContent();
    if (view === "Week") await slots(page).first().waitFor();
    await page.reload();
    await title(page).filter({ hasText: shown }).waitFor();
    assert.ok(await page.getByRole("radio", { name: view }).isChecked());
    assert.ok(await next(page).isDisabled());
    await assertAccessible(page);
    await assertFits(page);
  });
}

test("the zone of the device is offered where one books", async () => {
  await open(`/mentoring/offers/${offer}`);
  await page.getByText("Time zone: UTC.").waitFor();
  await page.getByRole("button", { name: "Use Paris" }).tap();
  await page.getByText("Time zone: Paris.").waitFor();
});

test("a cancelled booking is not offered to the calendar", async () => {
  const calendar = page.getByRole("link", { name: "Add to calendar" });
  await open(`/mentoring/bookings/${booking}`);
  await calendar.waitFor();
  await page.getByRole("button", { name: "Cancel booking" }).tap();
  await dialog.getByRole("button", { name: "Cancel booking" }).tap();
  await page.getByText("Cancelled", { exact: true }).waitFor();
  await calendar.waitFor({ state: "detached" });
  assertNoErrors(browser);
});
