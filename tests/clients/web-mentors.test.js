// Tests the pages of mentors in the web client: time off, figures, a page to share, and free times by week and by month.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newAccount, register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs, mailedLink, waitUntilSignedIn } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const mentor = await openBrowser(server, { timezoneId: "UTC" });
after(mentor.close);
const phone = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const visitor = await openBrowser(server, { timezoneId: "UTC", ...phone });
after(visitor.close);

const ada = await register(server);
const ben = await register(server);
await mentor.page.goto(`${server.origin}/login`);
await logInAs(mentor.page, ada);

const open = ({ page }, path) => page.goto(server.origin + path);
const press = (part, name) => part.getByRole("button", { name, exact: true }).click();
const waitForStatus = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();
const dialog = ({ page }) => page.getByRole("dialog");
const slots = ({ page }) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");
/** The name of a day as in the labels of the picker. */
const dayName = (day) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(
    new Date(`${day}T00:00Z`),
  );

const everyDay = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const topicId = await createTopic(server, ada, "Linear algebra");
const weeklyHours = everyDay.map((weekday) => ({ weekday, from: "09:00", to: "12:00" }));
const offer = await createOffer(server, ada, { topicId, weeklyHours });
const away = daysFromNow(5);
await book(server, ben, offer, `${away}T10:00:00Z`);

test("a mentor takes time off", async (t) => {
  const { page } = mentor;

  await t.test("bookings within it prevent it at first, and are listed", async () => {
    await open(mentor, "/mentoring/time-off");
    await page.getByText("No time off planned").waitFor();
    await page.getByLabel("First day").fill(away);
    await page.getByLabel("Last day").fill(away);
    await page.getByLabel("Note").fill("Family");
    await press(page, "Add time off");
    await page.getByText(/^1 booking or request is within this time/).waitFor();
    await page.getByRole("alert").getByRole("link", { name: /^Linear algebra/ }).waitFor();
    await screenshot(page, "web-time-off-conflict");
    await assertAccessible(page);
  });

  await t.test("another press cancels them and adds it", async () => {
    await press(page, "Add time off and cancel 1 booking");
    await waitForStatus(mentor, "Time off added. 1 booking was cancelled.");
    const item = page.getByRole("list", { name: "Time off" }).getByRole("listitem");
    await item.getByText("Family").waitFor();
    await screenshot(page, "web-time-off");
    await open(mentor, `/mentoring/offers/${offer}`);
    await slots(mentor).first().waitFor();
  });

  await t.test("a time off of some hours has times, and can be removed", async () => {
    await open(mentor, "/mentoring/time-off");
    await page.getByLabel("Whole days").uncheck();
    await page.getByLabel("Start").fill(`${daysFromNow(8)}T09:00`);
    await page.getByLabel("End").fill(`${daysFromNow(8)}T10:00`);
    await press(page, "Add time off");
    await waitForStatus(mentor, "Time off added.");
    const items = page.getByRole("list", { name: "Time off" }).getByRole("listitem");
    await items.nth(1).getByText(/9:00/).waitFor();
    await items.nth(1).getByRole("button", { name: /^Remove time off/ }).click();
    await waitForStatus(mentor, "Time off removed.");
    await items.nth(1).waitFor({ state: "detached" });
  });
});

test("a mentor sees figures of the sessions and the next one", async () => {
  const { page } = mentor;
  await book(server, ben, offer, `${daysFromNow(6)}T10:00:00Z`);
  await open(mentor, "/mentoring/teaching");
  const summary = page.getByRole("region", { name: "Your sessions as a mentor" });
  await summary.getByRole("link", { name: /^Linear algebra/ }).waitFor();
  assert.match(await summary.innerText(), /1\s+cancelled/);
  await summary.getByText("30 days").click();
  await summary.getByText(/^0$/).first().waitFor();
  await screenshot(page, "web-mentor-summary");
  await assertAccessible(page);
});

test("free times are shown by week and by month, and chosen by keyboard", async (t) => {
  const student = await openBrowser(server, { timezoneId: "UTC" });
  t.after(student.close);
  await open(student, `/login?next=/mentoring/offers/${offer}`);
  await logInAs(student.page, ben);
  const focused = () => student.page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent);
  const waitForFocus = (name) =>
    student.page.waitForFunction((start) => document.activeElement.textContent.startsWith(start), name);

  await t.test("arrow keys move between the slots of a week, Page Down goes to the next one", async () => {
    await press(student.page, "Next week");
    await student.page.waitForFunction(() => document.querySelectorAll(".week button").length >= 10);
    await slots(student).first().focus();
    const [first, second] = [await slots(student).first(), await slots(student).nth(1)];
    await student.page.keyboard.press("ArrowDown");
    assert.equal(await focused(), await second.getAttribute("aria-label"));
    await student.page.keyboard.press("Home");
    assert.equal(await focused(), await first.getAttribute("aria-label"));
    const before = await focused();
    await student.page.keyboard.press("ArrowRight");
    assert.notEqual((await focused()).split(",")[0], before.split(",")[0]);
    await student.page.keyboard.press("PageDown");
    await student.page.waitForFunction((label) => {
      const name = document.activeElement.getAttribute("aria-label");
      return document.activeElement.closest(".week") && name !== label;
    }, before);
  });

  await t.test("a month shows how many times each day has, and its days are selected by keyboard", async () => {
    const picker = student.page.getByRole("group", { name: "View" });
    await picker.getByText("Month").click();
    const selected = student.page.locator("[role=gridcell][aria-selected=true]");
    await selected.waitFor();
    await selected.focus();
    const target = daysFromNow(7);
    // From the first free day, at most two days from now.
    for (let day = 0; day < 8; day += 1) {
      if ((await focused()).startsWith(`${dayName(target)},`)) break;
      const before = await focused();
      await student.page.keyboard.press("ArrowRight");
      await student.page.waitForFunction(
        (name) => document.activeElement.textContent.split(",")[0] !== name,
        before.split(",")[0],
      );
    }
    await waitForFocus(`${dayName(target)}, 3 available times`);
    await student.page.getByRole("list", { name: /^Available times on/ }).getByRole("button").nth(2).waitFor();
    await screenshot(student.page, "web-slots-month");
    await assertAccessible(student.page);
    await student.page.keyboard.press("Tab");
    await student.page.keyboard.press("Enter");
    await dialog(student).getByText(/9:00/).waitFor();
    await student.page.keyboard.press("Escape");
  });

  await t.test("a day off has no times in the month", async () => {
    await open(student, `/mentoring/offers/${offer}`);
    await student.page.getByRole("group", { name: "View" }).getByText("Month").click();
    const cell = student.page.getByRole("gridcell", { name: new RegExp(`^${dayName(away)},`) });
    if ((await cell.count()) === 0) await press(student.page, "Next month");
    await student.page.getByRole("gridcell", { name: `${dayName(away)}, No available times` }).waitFor();
  });

  await t.test("the pages report no errors", () => assertNoErrors(student));
});

test("topics are ordered by title, and archived ones are listed apart", async () => {
  const { page } = mentor;
  const [old] = [await createTopic(server, ada, "Zoology"), await createTopic(server, ada, "Anatomy")];
  const names = () => page.locator(".topics .strong").allInnerTexts();
  const query = "mutation ($input: UpdateTopicInput!) { updateTopic(input: $input) { userErrors { code } } }";
  await sendRequest(server, query, { input: { topicId: old, isArchived: true } }, ada.token);
  await open(mentor, "/mentoring");
  await page.getByText("Anatomy").waitFor();
  assert.deepEqual(await names(), ["Anatomy", "Linear algebra"]);
  await page.getByText("A to Z").click();
  await page.getByText("Linear algebra").waitFor();
  assert.deepEqual(await names(), ["Anatomy", "Linear algebra"]);
  await screenshot(page, "web-topics-filter");
  await assertAccessible(page);
  await page.getByLabel("Archived").check();
  await page.getByText("Zoology").waitFor();
  assert.deepEqual(await names(), ["Zoology"]);
});

test("a mentor shares a page", async (t) => {
  const path = `/mentors/${ada.username}`;

  await t.test("members see topics and free times", async () => {
    await open(mentor, path);
    await mentor.page.getByRole("heading", { level: 3, name: "Linear algebra" }).waitFor();
    await slots(mentor).first().waitFor();
    await screenshot(mentor.page, "web-mentor-page");
    await assertAccessible(mentor.page);
  });

  await t.test("a visitor signs up on a shared page and books there", async () => {
    const { page } = visitor;
    await open(visitor, path);
    await page.getByRole("heading", { name: `Book a session with @${ada.username}` }).waitFor();
    await screenshot(page, "web-mentor-visitor-phone");
    await assertAccessible(page);
    await assertFits(page);
    await page.getByRole("link", { name: "Sign up to book" }).click();
    const account = newAccount();
    await page.getByLabel("Username").fill(account.username);
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await press(page, "Create account");
    await waitUntilSignedIn(page);
    await slots(visitor).first().waitFor();
    await screenshot(page, "web-mentor-page-phone");
    await assertAccessible(page);
    await assertFits(page);
    await page.getByText("Month", { exact: true }).click();
    // On its last day, a month has no other day with times.
    await press(page, "Next month");
    await page.getByRole("gridcell", { name: /3 available times/ }).first().waitFor();
    await screenshot(page, "web-slots-month-phone");
    await assertAccessible(page);
    await assertFits(page);
    await page.getByText("Week", { exact: true }).click();
    await slots(visitor).first().click();
    await press(dialog(visitor), "Book");
    await waitForStatus(visitor, "Booking confirmed.");
  });

  await t.test("a link to a slot opens it after logging in", async () => {
    const other = await openBrowser(server, { timezoneId: "UTC" });
    t.after(other.close);
    const startsAt = `${daysFromNow(9)}T11:00:00.000Z`;
    await open(other, `/mentoring/offers/${offer}?at=${encodeURIComponent(startsAt)}`);
    await logInAs(other.page, ben);
    await dialog(other).getByText(/11:00/).waitFor();
    await press(dialog(other), "Book");
    await waitForStatus(other, "Booking confirmed.");
    assert.equal(await other.page.getByRole("main").locator("time").first().getAttribute("datetime"), startsAt);
  });

  await t.test("the page is kept while an address is confirmed", async (t) => {
    const strict = await startServer({ settings: { STUDYHALL_REGISTRATION: "confirmed" } });
    t.after(() => strict.stop());
    const other = await openBrowser(strict);
    t.after(other.close);
    const { page } = other;
    const account = newAccount();
    await page.goto(`${strict.origin}/mentors/ada`);
    await page.getByRole("link", { name: "Sign up to book" }).click();
    await page.getByLabel("Username").fill(account.username);
    await page.getByLabel("Email").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await press(page, "Create account");
    await page.getByText("Check your email").first().waitFor();
    await page.goto(await mailedLink(strict, account.email, "/confirm-email"));
    await press(page, "Confirm email");
    await page.getByLabel("Password").fill(account.password);
    await press(page, "Confirm email");
    const login = page.getByRole("main").getByRole("link", { name: "Log in" });
    await login.waitFor();
    assert.match(await login.getAttribute("href"), /next=%2Fmentors%2Fada/);
  });
});

test("the pages send no foreign requests and report no errors", () => assertNoErrors(mentor, visitor));
