// Tests busy calendars in the web client. A server reads public calendars only, so the list is that of an altered response.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const phone = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const browser = await openBrowser(server, { timezoneId: "UTC", ...phone });
after(browser.close);
const { page } = browser;

const [ada, ben] = [await register(server), await register(server)];
await page.goto(`${server.origin}/login`);
await logInAs(page, ben);

/** Changes the data of every response to an operation of this name. */
const alter = (operation, change) =>
  page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes(operation)) return route.fallback();
    const response = await route.fetch();
    const json = await response.json();
    change(json.data);
    return route.fulfill({ response, json });
  });

const status = (text) => page.getByRole("status").getByText(text).waitFor();

test("a member adds calendars in the settings", async (t) => {
  await t.test("without calendars, the list is empty", async () => {
    await page.goto(`${server.origin}/settings/calendar`);
    await page.getByRole("heading", { name: "Your other calendars" }).waitFor();
    await page.getByText("You haven’t added a calendar.").waitFor();
    await assertFits(page);
    await assertAccessible(page);
  });

  await t.test("an address that is not public is refused beside its field, which has the focus", async () => {
    await page.getByLabel("Calendar name").fill("Work");
    const url = page.getByLabel("Calendar address");
    // Applications offer addresses of this scheme, which is HTTPS.
    await url.fill("webcal://127.0.0.1/calendar.ics");
    const sent = page.waitForRequest((request) => Boolean(request.postData()?.includes("mutation AddBusyCalendar")));
    await page.keyboard.press("Enter");
    assert.match((await sent).postData(), /"url":"https:\/\/127\.0\.0\.1\/calendar\.ics"/);
    await page.locator("[aria-invalid=true]").waitFor();
    assert.equal(await url.getAttribute("aria-invalid"), "true");
    assert.equal(await url.evaluate((field) => field === document.activeElement), true);
    assert.equal(await page.getByLabel("Calendar name").inputValue(), "Work");
    await assertAccessible(page);
    await screenshot(page, "web-busy-calendars-refused-phone");
  });

  await t.test("the list has the last read, the number of events and what failed", async () => {
    const removed = new Set();
    const calendar = { __typename: "BusyCalendar", host: "calendar.example", lastReadAt: new Date().toISOString() };
    await alter("query BusyCalendars", ({ viewer }) => {
      viewer.busyCalendars = [
        { ...calendar, id: "bcal_1", name: "Work", eventCount: 12, error: null },
        { ...calendar, id: "bcal_2", name: "Choir", eventCount: 1, error: "The calendar cannot be reached.", lastReadAt: null },
      ].filter(({ name }) => !removed.has(name));
    });
    await page.reload();
    const calendars = page.getByRole("list", { name: "Your other calendars" }).getByRole("listitem");
    await calendars.filter({ hasText: "Work" }).getByText(/12 events · Last read:/).waitFor();
    await calendars.filter({ hasText: "Choir" }).getByText(/1 event · Not read yet/).waitFor();
    await calendars.filter({ hasText: "Choir" }).getByText("The calendar cannot be reached.").waitFor();
    await assertFits(page);
    await assertAccessible(page);
    await screenshot(page, "web-busy-calendars-phone");
    await alter("mutation RemoveBusyCalendar", (data) => {
      removed.add("Choir");
      data.removeBusyCalendar = { ...data.removeBusyCalendar, removedBusyCalendarId: "bcal_2", userErrors: [] };
    });
    await page.getByRole("button", { name: "Remove calendar: Choir" }).press("Enter");
    await status("Calendar removed.");
    await calendars.filter({ hasText: "Choir" }).waitFor({ state: "detached" });
    assert.equal(await calendars.count(), 1);
    await page.unrouteAll({ behavior: "wait" });
  });
});

test("a booking at the time of another event says so", async () => {
  const day = daysFromNow(4);
  const windows = [{ startsAt: `${day}T10:00:00Z`, endsAt: `${day}T11:00:00Z` }];
  const booking = await book(server, ben, await createOffer(server, ada, { windows }), windows[0].startsAt);
  const hint = page.getByText("One of your other calendars has an event at this time.");
  await page.goto(`${server.origin}/mentoring/bookings/${booking}`);
  await page.getByRole("link", { name: "Add to calendar" }).waitFor();
  assert.equal(await hint.count(), 0);
  await alter("query BookingPage", ({ booking: one }) => {
    one.viewerHasConflict = true;
  });
  await page.reload();
  await hint.waitFor();
  await assertFits(page);
  await assertAccessible(page);
  await screenshot(page, "web-busy-calendars-booking-phone");
});

test("the pages send no foreign requests and report no errors", () => assertNoErrors(browser));
