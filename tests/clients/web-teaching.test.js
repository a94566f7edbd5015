// Tests the pages of mentors in the web client: changed hours, finished sessions, archived topics.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, createTopic, daysFromNow, startingIn } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const mentor = await openBrowser(server, { timezoneId: "UTC" });
after(mentor.close);
const student = await openBrowser(server, { timezoneId: "UTC" });
after(student.close);

const ada = await register(server);
const ben = await register(server);
for (const [{ page }, account] of [
  [mentor, ada],
  [student, ben],
]) {
  await page.goto(`${server.origin}/login`);
  await logInAs(page, account);
}

const open = ({ page }, path) => page.goto(server.origin + path);
const dialog = ({ page }) => page.getByRole("dialog");
const waitForStatus = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();
const slots = ({ page }) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");
const press = ({ page }, name) => page.getByRole("button", { name, exact: true }).click();
const conflictError = ({ page }) => page.getByText("Upcoming bookings would lose their time or seat. Move or cancel them first.");

const weekdays = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
const weekdayOf = (day) => weekdays[new Date(`${day}T00:00Z`).getUTCDay()];
/** Returns a date as the labels of the editor have it. */
const labelOf = (day) =>
  new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));
const nameOf = (day) => weekdayOf(day)[0] + weekdayOf(day).slice(1).toLowerCase();

test("hours with a booking are protected", async (t) => {
  const day = daysFromNow(3);
  const other = daysFromNow(4);
  const hours = [day, other].map((date) => ({ weekday: weekdayOf(date), from: "09:00", to: "12:00" }));
  const offer = await createOffer(server, ada, { weeklyHours: hours });
  await book(server, ben, offer, `${day}T10:00:00Z`);
  const edit = `/mentoring/offers/${offer}/edit`;
  /** Finds the card of a heading, which contains its error. */
  const card = (heading) =>
    mentor.page.locator("section.card").filter({ has: mentor.page.getByRole("heading", { name: heading }) });

  const conflict = () => mentor.page.getByRole("listitem").getByRole("link", { name: /^Linear algebra/ });

  await t.test("weekly hours with a booking cannot be removed: an error beside them names the booking", async () => {
    await open(mentor, edit);
    await press(mentor, `Remove ${nameOf(day)} 09:00 to 12:00`);
    await press(mentor, "Save");
    await card("Weekly hours").getByText("Upcoming bookings would lose their time or seat. Move or cancel them first.").waitFor();
    await conflict().waitFor();
    assert.equal(await conflictError(mentor).count(), 1);
    await screenshot(mentor.page, "web-hours-refused");
    await assertAccessible(mentor.page);
  });

  await t.test("a day with a booking cannot be closed: an error appears beside the dates", async () => {
    await open(mentor, edit);
    await press(mentor, "Add a date");
    await mentor.page.getByLabel("Date").fill(day);
    await press(mentor, "Save");
    await card("Date overrides").getByText("Upcoming bookings would lose their time or seat. Move or cancel them first.").waitFor();
    assert.equal(await conflictError(mentor).count(), 1);
    await conflict().click();
    await mentor.page.getByText("Eigenvectors").waitFor();
  });

  await t.test("hours without the booking can be changed", async () => {
    await open(mentor, edit);
    await press(mentor, `Remove ${nameOf(other)} 09:00 to 12:00`);
    await mentor.page.getByLabel(`${nameOf(day)}: from`).fill("10:00");
    await press(mentor, "Save");
    await waitForStatus(mentor, "Offer saved.");
    await open(student, `/mentoring/offers/${offer}`);
    // The student's own slot at 10:00 is listed as full.
    const free = slots(student).and(student.page.getByRole("button", { name: /^((?!full).)*$/ }));
    assert.match(await free.first().getAttribute("aria-label"), /11:00/);
  });
});

test("exceptions and single windows complement weekly hours", async (t) => {
  const day = daysFromNow(2);
  const windowDay = daysFromNow(5);
  const offer = await createOffer(server, ada, {
    weeklyHours: [{ weekday: weekdayOf(day), from: "09:00", to: "11:00" }],
  });

  await t.test("a mentor adds an exception and a window", async () => {
    await open(mentor, `/mentoring/offers/${offer}/edit`);
    await press(mentor, "Add a date");
    await mentor.page.getByLabel("Date").fill(day);
    await press(mentor, `Add hours on ${labelOf(day)}`);
    await mentor.page.getByLabel(`${labelOf(day)}: from`).fill("20:00");
    // Time fields show midnight at the end of a day as 00:00.
    await mentor.page.getByLabel(`${labelOf(day)}: to`).fill("00:00");
    await press(mentor, "Add hours");
    await mentor.page.getByLabel("Date").last().fill(windowDay);
    await mentor.page.getByLabel(`${labelOf(windowDay)}: from`).fill("13:00");
    await mentor.page.getByLabel(`${labelOf(windowDay)}: to`).fill("14:00");
    await screenshot(mentor.page, "web-hours-days");
    await assertAccessible(mentor.page);
    await press(mentor, "Save");
    await waitForStatus(mentor, "Offer saved.");
  });

  await t.test("students see the changed hours", async () => {
    await open(student, `/mentoring/offers/${offer}`);
    await slots(student).first().waitFor();
    // The two days can be in different weeks.
    const seen = new Set();
    const collect = async () => {
      for (const slot of await slots(student).all()) seen.add(await slot.getAttribute("aria-label"));
    };
    await collect();
    await press(student, "Next week");
    const empty = student.page.getByText("No available times this week.");
    await slots(student).or(empty).first().waitFor();
    await student.page.waitForLoadState("networkidle");
    await collect();
    const timesOn = (date) => {
      const options = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
      const name = new Intl.DateTimeFormat("en-GB", options).format(new Date(`${date}T00:00Z`));
      return [...seen].filter((text) => text.startsWith(name)).map((text) => text.match(/\d+:\d+$/)[0]);
    };
    assert.deepEqual(timesOn(day), ["20:00", "21:00", "22:00", "23:00"]);
    assert.deepEqual(timesOn(windowDay), ["13:00"]);
  });

  await t.test("a mentor reopens the form and removes the exception and the window", async () => {
    await open(mentor, `/mentoring/offers/${offer}/edit`);
    await mentor.page.getByLabel(`${labelOf(windowDay)}: from`).waitFor();
    assert.equal(await mentor.page.getByLabel(`${labelOf(day)}: from`).inputValue(), "20:00");
    assert.equal(await mentor.page.getByLabel(`${labelOf(day)}: to`).inputValue(), "00:00");
    assert.equal(await mentor.page.getByLabel(`${labelOf(windowDay)}: to`).inputValue(), "14:00");
    await press(mentor, `Remove ${labelOf(day)}`);
    await press(mentor, `Remove ${labelOf(windowDay)} 13:00 to 14:00`);
    await press(mentor, "Save");
    await waitForStatus(mentor, "Offer saved.");
    await open(mentor, `/mentoring/offers/${offer}/edit`);
    await mentor.page.getByRole("button", { name: "Add a date" }).waitFor();
    assert.equal(await mentor.page.getByLabel("Date").count(), 0);
  });
});

test("a session can be marked after it has begun", async (t) => {
  /** Creates a booking that begins in a few seconds, and opens its page in `browser`. */
  async function openStartingBooking(mentorAccount, studentAccount, browser) {
    const window = startingIn(4, 5);
    const topicId = await createTopic(server, mentorAccount, "Analysis");
    const offer = await createOffer(server, mentorAccount, { topicId, sessionMinutes: 5, windows: [window] });
    const id = await book(server, studentAccount, offer, window.startsAt);
    await open(browser, `/mentoring/bookings/${id}`);
    await browser.page.getByRole("heading", { name: "Analysis" }).waitFor();
    return id;
  }
  const actions = ({ page }) => page.getByRole("button", { name: "Booking", exact: true });

  await t.test("the mentor can complete a session once it has begun, without a reload", async () => {
    const id = await openStartingBooking(ada, ben, mentor);
    assert.equal(await actions(mentor).count(), 0);
    await actions(mentor).click({ timeout: 20_000 });
    await mentor.page.getByRole("menuitem", { name: "Mark as completed" }).click();
    await mentor.page.getByText("Completed", { exact: true }).waitFor();
    await open(student, "/mentoring/bookings?status=COMPLETED");
    await student.page.getByRole("link", { name: /Analysis/ }).click();
    await student.page.waitForURL(`**/mentoring/bookings/${id}`);
    await student.page.getByText("Completed", { exact: true }).waitFor();
    await screenshot(student.page, "web-booking-completed");
    await assertAccessible(student.page);
  });

  await t.test("the mentor can mark a completed session as a no-show and the student is notified", async () => {
    await actions(mentor).click();
    await mentor.page.getByRole("menuitem", { name: `Mark ${ben.username} as a no-show` }).click();
    await mentor.page.getByText("No-show", { exact: true }).first().waitFor();
    await mentor.page.getByText(`${ben.username} did not attend`).waitFor();
    // A no-show cannot be undone.
    assert.equal(await actions(mentor).count(), 0);
    await student.page.getByText(`${ben.username} did not attend`).waitFor();
    await open(student, "/notifications");
    await student.page.getByRole("link", { name: /^No-show: Analysis/ }).waitFor();
    await screenshot(student.page, "web-notifications-some");
    await assertAccessible(student.page);
  });

  await t.test("the student can mark the mentor as a no-show", async () => {
    // Two new users, because the first two are busy at this time.
    const [cleo, dan] = [await register(server), await register(server)];
    const browser = await openBrowser(server, { timezoneId: "UTC" });
    t.after(browser.close);
    await open(browser, "/login");
    await logInAs(browser.page, dan);
    await openStartingBooking(cleo, dan, browser);
    await actions(browser).click({ timeout: 20_000 });
    assert.equal(await browser.page.getByRole("menuitem", { name: "Mark as completed" }).count(), 0);
    await browser.page.getByRole("menuitem", { name: `Mark ${cleo.username} as a no-show` }).click();
    await browser.page.getByText("No-show", { exact: true }).first().waitFor();
  });
});

test("a topic can be archived and deleted", async (t) => {
  const topicId = await createTopic(server, ada, "Latin, spoken");
  const weeklyHours = [{ weekday: "MONDAY", from: "08:00", to: "20:00" }];
  const offer = await createOffer(server, ada, { topicId, weeklyHours });
  const path = `/mentoring/topics/${topicId}`;
  const menu = () => mentor.page.getByRole("button", { name: "Topic actions" });
  const chooseAction = async (action) => {
    await menu().click();
    await mentor.page.getByRole("menuitem", { name: action }).click();
  };
  const isListed = async (name) => {
    await open(student, `/mentoring?search=${encodeURIComponent(name)}`);
    const found = student.page.getByRole("link", { name: new RegExp(name) });
    await found.or(student.page.getByText("No topics found")).first().waitFor();
    return (await found.count()) > 0;
  };

  await t.test("an archived topic is not listed, bookable or offered to mentors", async () => {
    await open(mentor, path);
    await chooseAction("Archive");
    await waitForStatus(mentor, "Saved.");
    await mentor.page.getByText("Archived", { exact: true }).waitFor();
    assert.equal(await isListed("Latin, spoken"), false);
    await open(student, path);
    await student.page.getByText("Archived", { exact: true }).waitFor();
    assert.equal(await student.page.getByRole("link", { name: "Teach this" }).count(), 0);
    await open(student, `/mentoring/offers/${offer}`);
    await student.page.getByText("No available times in the next 30 days.").waitFor();
    await screenshot(student.page, "web-offer-archived");
  });

  await t.test("an archived topic can be restored", async () => {
    await chooseAction("Unarchive");
    await mentor.page.getByText("Archived", { exact: true }).waitFor({ state: "detached" });
    assert.equal(await isListed("Latin, spoken"), true);
  });

  await t.test("a topic with offers is archived instead of deleted", async () => {
    await open(mentor, path);
    await chooseAction("Delete");
    await dialog(mentor).getByRole("button", { name: "Delete" }).click();
    await waitForStatus(mentor, "This topic is in use, so it was archived instead.");
    await mentor.page.getByText("Archived", { exact: true }).waitFor();
  });

  await t.test("a topic without offers is deleted", async () => {
    await open(mentor, `/mentoring/topics/${await createTopic(server, ada, "Sanskrit")}`);
    await chooseAction("Delete");
    await dialog(mentor).getByRole("button", { name: "Delete" }).click();
    await waitForStatus(mentor, "Topic deleted.");
    await mentor.page.waitForURL("**/mentoring");
    assert.equal(await isListed("Sanskrit"), false);
  });

  await t.test("the pages send no foreign requests and report no errors", () => assertNoErrors(mentor, student));
});
