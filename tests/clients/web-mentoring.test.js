// Tests mentoring in the web client, with a mentor and a student in different time zones.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertNoErrors, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const mentor = await openBrowser(server, { timezoneId: "Europe/Paris" });
after(mentor.close);
const student = await openBrowser(server, { timezoneId: "America/New_York" });
after(student.close);

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const slots = (page) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");
const dialog = (page) => page.getByRole("dialog");

/** Opens the week in which every day has slots whatever the day is. A slot late in it can be rescheduled and cancelled. */
async function openNextWeek(page) {
  await page.getByRole("button", { name: "Next week" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".week button").length >= 13);
}

/** Returns the hour and minute of a slot from the name of its button, in the viewer's time zone. */
const clockOf = async (slot) =>
  (await slot.getAttribute("aria-label"))
    .match(/(\d+):(\d+)/)
    .slice(1)
    .map(Number);

test("a student books an hour that a mentor offers", async (t) => {
  let offer;

  await t.test("a mentor creates a topic and offers weekly hours in their time zone", async () => {
    const { page } = mentor;
    await signUp(page, server, { firstName: "Ada" });
    await page.getByRole("link", { name: "Mentoring" }).click();
    await page.getByRole("button", { name: "New topic" }).first().click();
    await page.getByLabel("Title").fill("Linear algebra");
    await page.getByRole("button", { name: "Create topic" }).click();
    await page.getByRole("link", { name: "Teach this" }).click();
    assert.equal(await page.getByLabel("Your time zone").inputValue(), "Europe/Paris");
    await page.getByLabel("Location").fill("Room 2.14");
    for (const day of days) await page.getByRole("button", { name: `Add hours on ${day}` }).click();
    await screenshot(page, "web-availability");
    await page.getByRole("button", { name: "Create offer" }).click();
    await slots(page).first().waitFor();
    offer = page.url();
  });

  await t.test("a second topic with the same title is possible, but the first one is shown", async () => {
    const { page } = mentor;
    await page.getByRole("link", { name: "Mentoring" }).click();
    await page.getByRole("button", { name: "New topic" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Title").fill("Linear");
    await page.keyboard.press("Tab");
    await dialog.getByLabel("Title").fill("linear ALGEBRA");
    await page.keyboard.press("Tab");
    await dialog.getByRole("status").getByRole("link", { name: "Linear algebra", exact: true }).waitFor();
    await assertAccessible(page);
    await screenshot(page, "web-topic-exists");
    await page.goto(offer);
    await slots(page).first().waitFor();
  });

  await t.test("a student sees the same hours in their own time zone", async () => {
    const { page } = student;
    await signUp(page, server, { firstName: "Ben" });
    await page.goto(offer);
    await slots(page).first().waitFor();
    await page.getByText("The mentor’s time zone: Paris.").waitFor();
    const [[inParis], [inNewYork]] = await Promise.all([mentor.page, page].map((each) => clockOf(slots(each).first())));
    // Paris is 5 or 6 hours ahead of New York, depending on which of the two observes summer time.
    assert.ok([5, 6].includes((inParis - inNewYork + 24) % 12 || 12), `${inParis} and ${inNewYork}`);
    await screenshot(page, "web-slots");
  });

  await t.test("a booked slot disappears for others at once and the mentor is notified", async () => {
    const { page } = student;
    for (const each of [mentor.page, page]) await openNextWeek(each);
    const before = await slots(mentor.page).count();
    await slots(page).nth(7).click();
    await dialog(page).getByLabel("What do you want to talk about?").fill("Eigenvectors");
    await dialog(page).getByRole("button", { name: "Book", exact: true }).click();
    await page.getByRole("link", { name: "Add to calendar" }).waitFor();
    await screenshot(page, "web-booking");
    await mentor.page.getByRole("navigation").getByText("1 new").first().waitFor({ state: "attached" });
    await mentor.page.waitForFunction((count) => document.querySelectorAll(".week button").length < count, before);
    const calendar = await page.getByRole("link", { name: "Add to calendar" }).getAttribute("href");
    const file = await (await fetch(server.origin + calendar)).text();
    assert.match(file, /BEGIN:VEVENT/);
  });

  await t.test("a student reschedules the booking", async () => {
    const { page } = student;
    const at = () => page.getByRole("main").locator("time").first().getAttribute("datetime");
    const before = await at();
    await page.getByRole("button", { name: "Reschedule" }).click();
    await openNextWeek(page);
    await slots(page).last().click();
    await dialog(page)
      .getByRole("button", { name: /^Reschedule to/ })
      .click();
    await page.getByRole("status").getByText("Booking rescheduled.").waitFor();
    await page.waitForFunction((previous) => document.querySelector("main time").dateTime !== previous, before);
  });

  await t.test("a student cancels the booking with a reason that the mentor can read", async () => {
    const { page } = student;
    await page.getByRole("button", { name: "Cancel booking" }).click();
    await dialog(page).getByLabel("Reason").fill("I am ill");
    await dialog(page).getByRole("button", { name: "Cancel booking" }).click();
    await page.getByRole("heading", { name: "Linear algebra" }).locator("..").getByText("Cancelled").waitFor();
    await mentor.page
      .getByRole("link", { name: /Notifications/ })
      .first()
      .click();
    await mentor.page.getByRole("link", { name: /^Cancelled: Linear algebra with Ben/ }).click();
    await mentor.page.getByText("I am ill").waitFor();
  });

  await t.test("a mentor removes weekly hours and closes a date", async () => {
    const { page } = mentor;
    await page.goto(`${offer}/edit`);
    await page.getByRole("button", { name: "Add a date" }).click();
    await page.getByRole("button", { name: /^Remove Sunday/ }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("status").getByText("Offer saved.").waitFor();
    await page.goto(`${offer}/edit`);
    await page.getByText("Unavailable all day").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Remove Sunday/ }).count(), 0);
  });

  await t.test("a student whose slot was taken books one of those that are available instead", async () => {
    const { page } = student;
    const [ada, cleo] = [await register(server), await register(server)];
    const day = daysFromNow(3);
    const windows = ["10", "11", "12"].map((hour) => ({
      startsAt: `${day}T${hour}:00:00Z`,
      endsAt: `${day}T${Number(hour) + 1}:00:00Z`,
    }));
    const appointment = await createOffer(server, ada, { windows });
    await page.goto(`${server.origin}/mentoring/offers/${appointment}`);
    await slots(page).nth(1).click();
    await dialog(page).getByLabel("What do you want to talk about?").fill("Knots");
    await book(server, cleo, appointment, windows[1].startsAt);
    await dialog(page).getByRole("button", { name: "Book", exact: true }).click();
    const instead = dialog(page).getByRole("region", { name: "Available instead" }).getByRole("button");
    await instead.first().waitFor();
    assert.equal(await instead.count(), 2);
    await instead.last().click();
    await instead.first().waitFor({ state: "detached" });
    await dialog(page).getByRole("button", { name: "Book", exact: true }).click();
    await page.getByRole("link", { name: "Add to calendar" }).waitFor();
    assert.equal(await page.getByRole("main").locator("time").first().getAttribute("datetime"), `${day}T12:00:00.000Z`);
    await page.getByText("Knots", { exact: true }).waitFor();
  });

  await t.test("the pages send no foreign requests and report no errors", () => assertNoErrors(mentor, student));
});
