// A mentor's side of things through the web client: hours that are changed, sessions that are over, topics put away.
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
const said = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();
const slots = ({ page }) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");
const press = ({ page }, name) => page.getByRole("button", { name, exact: true }).click();
/** The list of an editor lies below its heading, in the same card. */
const fault = ({ page }) => page.getByText("There are bookings that would lose their time.");

const weekdays = ["SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"];
const weekdayOf = (day) => weekdays[new Date(`${day}T00:00Z`).getUTCDay()];
const nameOf = (day) => weekdayOf(day)[0] + weekdayOf(day).slice(1).toLowerCase();

test("hours with a booking in them", async (t) => {
  const day = daysFromNow(3);
  const other = daysFromNow(4);
  const hours = [day, other].map((one) => ({ weekday: weekdayOf(one), from: "09:00", to: "12:00" }));
  const offer = await createOffer(server, ada, { weeklyHours: hours });
  await book(server, ben, offer, `${day}T10:00:00Z`);
  const edit = `/mentoring/offers/${offer}/edit`;
  /** The one fault that is shown, by the card that it is in. */
  const faultIn = (heading) =>
    mentor.page.locator("section.card").filter({ has: mentor.page.getByRole("heading", { name: heading }) });

  const conflict = () => mentor.page.getByRole("listitem").getByRole("link", { name: /^Linear algebra/ });

  await t.test("are not taken away from it: the refusal stands beside the hours and names the booking", async () => {
    await open(mentor, edit);
    await press(mentor, `Remove ${nameOf(day)} 09:00 to 12:00`);
    await press(mentor, "Save");
    await faultIn("Weekly hours").getByText("There are bookings that would lose their time.").waitFor();
    await conflict().waitFor();
    assert.equal(await fault(mentor).count(), 1);
    await screenshot(mentor.page, "web-hours-refused");
    await assertAccessible(mentor.page);
  });

  await t.test("nor is the day closed: then the refusal stands beside the days", async () => {
    await open(mentor, edit);
    await press(mentor, "Add a date");
    await mentor.page.getByLabel("Date").fill(day);
    await press(mentor, "Save");
    await faultIn("Date overrides").getByText("There are bookings that would lose their time.").waitFor();
    assert.equal(await fault(mentor).count(), 1);
    await conflict().click();
    await mentor.page.getByText("Eigenvectors").waitFor();
  });

  await t.test("can be changed around it", async () => {
    await open(mentor, edit);
    await press(mentor, `Remove ${nameOf(other)} 09:00 to 12:00`);
    await mentor.page.getByLabel(`${nameOf(day)}: from`).fill("10:00");
    await press(mentor, "Save");
    await said(mentor, "Offer saved.");
    await open(student, `/mentoring/offers/${offer}`);
    await slots(student).first().waitFor();
    assert.match(await slots(student).first().getAttribute("aria-label"), /11:00/);
  });
});

test("days that differ, and single hours", async (t) => {
  const day = daysFromNow(2);
  const alone = daysFromNow(5);
  const offer = await createOffer(server, ada, {
    weeklyHours: [{ weekday: weekdayOf(day), from: "09:00", to: "11:00" }],
  });

  await t.test("are added by the form", async () => {
    await open(mentor, `/mentoring/offers/${offer}/edit`);
    await press(mentor, "Add a date");
    await mentor.page.getByLabel("Date").fill(day);
    await press(mentor, `Add hours on ${day}`);
    await mentor.page.getByLabel(`${day}: from`).fill("20:00");
    // Midnight at the end of a day is 00:00 in a field for times.
    await mentor.page.getByLabel(`${day}: to`).fill("00:00");
    await press(mentor, "Add hours");
    await mentor.page.getByLabel("Date").last().fill(alone);
    await mentor.page.getByLabel(`${alone}: from`).fill("13:00");
    await mentor.page.getByLabel(`${alone}: to`).fill("14:00");
    await screenshot(mentor.page, "web-hours-days");
    await assertAccessible(mentor.page);
    await press(mentor, "Save");
    await said(mentor, "Offer saved.");
  });

  await t.test("are what students see", async () => {
    await open(student, `/mentoring/offers/${offer}`);
    await slots(student).first().waitFor();
    // The two days may lie in two weeks.
    const seen = new Set();
    const look = async () => {
      for (const slot of await slots(student).all()) seen.add(await slot.getAttribute("aria-label"));
    };
    await look();
    await press(student, "Next week");
    const nothing = student.page.getByText("No available times this week.");
    await slots(student).or(nothing).first().waitFor();
    await student.page.waitForLoadState("networkidle");
    await look();
    const of = (one) => {
      const date = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
      const name = date.format(new Date(`${one}T00:00Z`));
      return [...seen].filter((text) => text.startsWith(name)).map((text) => text.match(/\d+:\d+$/)[0]);
    };
    assert.deepEqual(of(day), ["20:00", "21:00", "22:00", "23:00"]);
    assert.deepEqual(of(alone), ["13:00"]);
  });

  await t.test("are there again when the form is opened anew, and go one by one", async () => {
    await open(mentor, `/mentoring/offers/${offer}/edit`);
    await mentor.page.getByLabel(`${alone}: from`).waitFor();
    assert.equal(await mentor.page.getByLabel(`${day}: from`).inputValue(), "20:00");
    assert.equal(await mentor.page.getByLabel(`${day}: to`).inputValue(), "00:00");
    assert.equal(await mentor.page.getByLabel(`${alone}: to`).inputValue(), "14:00");
    await press(mentor, `Remove ${day}`);
    await press(mentor, `Remove ${alone} 13:00 to 14:00`);
    await press(mentor, "Save");
    await said(mentor, "Offer saved.");
    await open(mentor, `/mentoring/offers/${offer}/edit`);
    await mentor.page.getByRole("button", { name: "Add a date" }).waitFor();
    assert.equal(await mentor.page.getByLabel("Date").count(), 0);
  });
});

test("a session", async (t) => {
  /** A booking that begins in a moment, open on somebody's screen. */
  async function beginning(teacher, learner, who) {
    const window = startingIn(4, 5);
    const topicId = await createTopic(server, teacher, "Analysis");
    const offer = await createOffer(server, teacher, { topicId, sessionMinutes: 5, windows: [window] });
    const id = await book(server, learner, offer, window.startsAt);
    await open(who, `/mentoring/bookings/${id}`);
    await who.page.getByRole("heading", { name: "Analysis" }).waitFor();
    return id;
  }
  const actions = ({ page }) => page.getByRole("button", { name: "Booking", exact: true });

  await t.test("can be completed by its mentor as soon as it has begun, without a reload", async () => {
    const id = await beginning(ada, ben, mentor);
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

  await t.test("can be marked as missed, also when it is completed already, and the student is told", async () => {
    await actions(mentor).click();
    await mentor.page.getByRole("menuitem", { name: `Mark ${ben.username} as a no-show` }).click();
    await mentor.page.getByText("No-show", { exact: true }).first().waitFor();
    await mentor.page.getByText(`${ben.username} did not attend`).waitFor();
    // Once said, it stays said.
    assert.equal(await actions(mentor).count(), 0);
    await student.page.getByText(`${ben.username} did not attend`).waitFor();
    await open(student, "/notifications");
    await student.page.getByRole("link", { name: /^No-show: Analysis/ }).waitFor();
    await screenshot(student.page, "web-notifications-some");
    await assertAccessible(student.page);
  });

  await t.test("can be marked by the student too, when it is the mentor who stays away", async () => {
    // Two others: the hour of the first two is taken.
    const [cleo, dan] = [await register(server), await register(server)];
    const browser = await openBrowser(server, { timezoneId: "UTC" });
    t.after(browser.close);
    await open(browser, "/login");
    await logInAs(browser.page, dan);
    await beginning(cleo, dan, browser);
    await actions(browser).click({ timeout: 20_000 });
    assert.equal(await browser.page.getByRole("menuitem", { name: "Mark as completed" }).count(), 0);
    await browser.page.getByRole("menuitem", { name: `Mark ${cleo.username} as a no-show` }).click();
    await browser.page.getByText("No-show", { exact: true }).first().waitFor();
  });
});

test("a topic", async (t) => {
  const topicId = await createTopic(server, ada, "Latin, spoken");
  const weeklyHours = [{ weekday: "MONDAY", from: "08:00", to: "20:00" }];
  const offer = await createOffer(server, ada, { topicId, weeklyHours });
  const path = `/mentoring/topics/${topicId}`;
  const menu = () => mentor.page.getByRole("button", { name: "Topic actions" });
  const act = async (action) => {
    await menu().click();
    await mentor.page.getByRole("menuitem", { name: action }).click();
  };
  const listed = async (name) => {
    await open(student, `/mentoring?search=${encodeURIComponent(name)}`);
    const found = student.page.getByRole("link", { name: new RegExp(name) });
    await found.or(student.page.getByText("No topics found")).first().waitFor();
    return (await found.count()) > 0;
  };

  await t.test("is archived, and then neither found nor booked nor taught", async () => {
    await open(mentor, path);
    await act("Archive");
    await said(mentor, "Saved.");
    await mentor.page.getByText("Archived", { exact: true }).waitFor();
    assert.equal(await listed("Latin, spoken"), false);
    await open(student, path);
    await student.page.getByText("Archived", { exact: true }).waitFor();
    assert.equal(await student.page.getByRole("link", { name: "Teach this" }).count(), 0);
    await open(student, `/mentoring/offers/${offer}`);
    await student.page.getByText("No available times in the next 30 days.").waitFor();
    await screenshot(student.page, "web-offer-archived");
  });

  await t.test("is brought back", async () => {
    await act("Unarchive");
    await mentor.page.getByText("Archived", { exact: true }).waitFor({ state: "detached" });
    assert.equal(await listed("Latin, spoken"), true);
  });

  await t.test("is archived instead of deleted while somebody teaches it", async () => {
    await open(mentor, path);
    await act("Delete");
    await dialog(mentor).getByRole("button", { name: "Delete" }).click();
    await said(mentor, "This topic is in use, so it was archived instead.");
    await mentor.page.getByText("Archived", { exact: true }).waitFor();
  });

  await t.test("is deleted when nobody does", async () => {
    await open(mentor, `/mentoring/topics/${await createTopic(server, ada, "Sanskrit")}`);
    await act("Delete");
    await dialog(mentor).getByRole("button", { name: "Delete" }).click();
    await said(mentor, "Topic deleted.");
    await mentor.page.waitForURL("**/mentoring");
    assert.equal(await listed("Sanskrit"), false);
  });

  await t.test("nothing was asked of anybody else, and nothing was refused", () => assertNoErrors(mentor, student));
});
