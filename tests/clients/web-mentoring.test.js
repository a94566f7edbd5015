// Offering an hour in one time zone and booking it in another, through the web client.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertNoErrors, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const mentor = await openBrowser(server, { timezoneId: "Europe/Paris" });
after(mentor.close);
const student = await openBrowser(server, { timezoneId: "America/New_York" });
after(student.close);

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const slots = (page) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");
const dialog = (page) => page.getByRole("dialog");

/** The instant that a slot's button stands for: its name has the day and the time of the viewer's zone. */
const clockOf = async (slot) =>
  (await slot.getAttribute("aria-label"))
    .match(/(\d+):(\d+)/)
    .slice(1)
    .map(Number);

test("mentoring", async (t) => {
  let offer;

  await t.test("a topic is created and offered with weekly hours, in the mentor's zone", async () => {
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

  await t.test("a student sees the same hours by another clock", async () => {
    const { page } = student;
    await signUp(page, server, { firstName: "Ben" });
    await page.goto(offer);
    await slots(page).first().waitFor();
    await page.getByText("The mentor’s time zone: Paris.").waitFor();
    const [[there], [here]] = await Promise.all([mentor.page, page].map((one) => clockOf(slots(one).first())));
    // Paris is 5 or 6 hours ahead of New York, whichever of the two keeps summer time.
    assert.ok([5, 6].includes((there - here + 24) % 12 || 12), `${there} and ${here}`);
    await screenshot(page, "web-slots");
  });

  await t.test("a booked hour is gone for others at once, and the mentor is told", async () => {
    const { page } = student;
    // Next week, so that there is time left to move and to cancel.
    for (const one of [mentor.page, page]) {
      await one.getByRole("button", { name: "Next week" }).click();
      await one.waitForFunction(() => document.querySelectorAll(".week button").length >= 14);
    }
    const before = await slots(mentor.page).count();
    await slots(page).first().click();
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

  await t.test("it is moved", async () => {
    const { page } = student;
    const at = () => page.getByRole("main").locator("time").first().getAttribute("datetime");
    const before = await at();
    await page.getByRole("button", { name: "Reschedule" }).click();
    await slots(page).nth(2).click();
    await dialog(page)
      .getByRole("button", { name: /^Reschedule to/ })
      .click();
    await page.getByRole("status").getByText("Booking rescheduled.").waitFor();
    await page.waitForFunction((old) => document.querySelector("main time").dateTime !== old, before);
  });

  await t.test("it is cancelled with a reason, which the mentor reads", async () => {
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

  await t.test("hours that were offered are changed, and closed on a date", async () => {
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

  await t.test("nothing was asked of anybody else, and nothing was refused", () => assertNoErrors(mentor, student));
});
