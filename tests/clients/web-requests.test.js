// Tests requests in the web client: questions of the mentor, approval, the place of a session, filters of bookings.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const mentor = await openBrowser(server, { timezoneId: "UTC" });
after(mentor.close);
const phone = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const student = await openBrowser(server, { timezoneId: "UTC", ...phone });
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
const press = (part, name) => part.getByRole("button", { name, exact: true }).click();
const waitForStatus = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();
const slots = ({ page }) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");

const day = daysFromNow(4);
const hours = [9, 10, 11, 12, 13].map((hour) => ({
  startsAt: `${day}T${String(hour).padStart(2, "0")}:00:00Z`,
  endsAt: `${day}T${hour + 1}:00:00Z`,
}));
const topicId = await createTopic(server, ada, "Linear algebra");
let offer;
let booking;

test("a mentor asks questions and approves bookings", async (t) => {
  await t.test("a mentor adds, orders and requires questions by keyboard", async () => {
    offer = `/mentoring/offers/${await createOffer(server, ada, { topicId, windows: hours })}`;
    const { page } = mentor;
    await open(mentor, `${offer}/edit`);
    await press(page, "Add a question");
    // A new question has the focus.
    await page.keyboard.type("Which chapter?");
    await press(page, "Add a question");
    await page.keyboard.type("What is your level?");
    const level = page.getByRole("group", { name: "Question 2" });
    await level.getByLabel("Answer", { exact: true }).selectOption({ label: "One choice" });
    await level.getByLabel("Choices").fill("Beginner\nAdvanced");
    await level.getByLabel("An answer is required").check();
    await press(page, "Move question 2 up");
    assert.equal(await page.getByRole("group", { name: "Question 1" }).getByLabel("Question", { exact: true }).inputValue(), "What is your level?");
    await page.getByLabel("Approve each booking").check();
    await page.getByLabel("Location").fill("Room 2.14");
    await page.getByLabel("Online meeting").fill("https://meet.campus.example/algebra");
    await screenshot(page, "web-offer-questions");
    await assertAccessible(page);
    await press(page, "Save");
    await waitForStatus(mentor, "Offer saved.");
    await page.getByText("By approval").waitFor();
  });

  await t.test("an offer whose question has no text is refused beside the question", async () => {
    const { page } = mentor;
    await open(mentor, `${offer}/edit`);
    await press(page, "Add a question");
    await press(page, "Save");
    await page.getByRole("group", { name: "Question 3" }).locator("input[aria-invalid=true]").waitFor();
    await press(page, "Remove question 3");
    await press(page, "Save");
    await waitForStatus(mentor, "Offer saved.");
  });

  await t.test("a required question without an answer is marked, and keeps what was written", async () => {
    const { page } = student;
    await open(student, offer);
    await slots(student).first().click();
    await dialog(student).getByLabel("Which chapter?").fill("Eigenvectors");
    await press(dialog(student), "Send request");
    await dialog(student).getByRole("radiogroup", { name: "What is your level?" }).locator(".fault").waitFor();
    assert.equal(await dialog(student).getByLabel("Which chapter?").inputValue(), "Eigenvectors");
    await screenshot(page, "web-request-phone");
    await assertAccessible(page);
    await assertFits(page);
  });

  await t.test("a request waits for approval and shows until when", async () => {
    const { page } = student;
    await dialog(student).getByLabel("Advanced").check();
    await press(dialog(student), "Send request");
    await waitForStatus(student, "Request sent.");
    await page.getByText(/^Waiting for the mentor’s approval until/).waitFor();
    booking = new URL(page.url()).pathname;
    assert.match(booking, /\/mentoring\/bookings\//);
    await page.getByText("Eigenvectors").waitFor();
    assert.equal(await page.getByRole("link", { name: "Join online meeting" }).count(), 0);
    await screenshot(page, "web-request-waiting-phone");
    await assertAccessible(page);
    await assertFits(page);
  });

  await t.test("a mentor approves a request in the list, and the student sees it live", async () => {
    const { page } = mentor;
    await open(mentor, "/mentoring/bookings");
    await page.getByRole("link", { name: "1 request waits for your approval" }).click();
    await page.getByText(/^Waits until/).waitFor();
    await screenshot(page, "web-requests");
    await assertAccessible(page);
    await page.getByRole("button", { name: /^Approve: Linear algebra with/ }).click();
    await waitForStatus(mentor, "Booking approved.");
    await page.getByText("No bookings").waitFor();
    const join = student.page.getByRole("link", { name: "Join online meeting" });
    await join.waitFor();
    assert.equal(await join.getAttribute("href"), "https://meet.campus.example/algebra");
  });

  await t.test("a mentor changes the place of the session, which the student sees live", async () => {
    const { page } = mentor;
    await open(mentor, booking);
    await page.getByText("Advanced").waitFor();
    await press(page, "Change place");
    await dialog(mentor).getByLabel("Location").fill("Room 3.01");
    await press(dialog(mentor), "Save");
    await waitForStatus(mentor, "Place changed.");
    await student.page.getByText("Room 3.01").waitFor();
    await student.page.getByRole("link", { name: "Join online meeting" }).waitFor();
  });

  await t.test("a move by the student needs approval again", async () => {
    const { page } = student;
    await press(page, "Reschedule");
    await dialog(student).getByText(/^The mentor approves each booking/).waitFor();
    await slots(student).last().click();
    await dialog(student).getByRole("button", { name: /^Reschedule to/ }).click();
    await waitForStatus(student, "Request sent.");
    await page.getByText(/^Waiting for the mentor’s approval until/).waitFor();
  });

  await t.test("a mentor declines a request with a reason that the student reads", async () => {
    const { page } = mentor;
    await page.getByRole("button", { name: "Decline" }).waitFor();
    await press(page, "Decline");
    await dialog(mentor).getByLabel("Reason").fill("I am at a conference");
    await press(dialog(mentor), "Decline");
    await waitForStatus(mentor, "Request declined.");
    await student.page.getByText("I am at a conference").waitFor();
  });
});

test("bookings are filtered by status, role, dates, person and topic", async () => {
  const { page } = student;
  await page.getByRole("link", { name: "All bookings of Linear algebra" }).click();
  const row = page.getByRole("link", { name: /^Linear algebra/ });
  await row.waitFor();
  await page.getByLabel("From").fill(daysFromNow(20));
  await page.getByText("No bookings").waitFor();
  await page.getByLabel("From").fill(day);
  await page.getByLabel("Until").fill(day);
  await row.waitFor();
  await page.getByText("As mentor").click();
  await page.getByText("No bookings").waitFor();
  await page.getByText("As student").click();
  await row.waitFor();
  await screenshot(page, "web-bookings-filter-phone");
  await assertAccessible(page);
  await assertFits(page);
  await page.getByRole("button", { name: "Remove Linear algebra" }).click();
  await row.waitFor();
  await page.getByText("Upcoming", { exact: true }).click();
  await page.getByText("No bookings").waitFor();
});

test("the pages send no foreign requests and report no errors", () => assertNoErrors(mentor, student));
