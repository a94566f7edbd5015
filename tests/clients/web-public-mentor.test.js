// Tests the page that a mentor shares with everyone, in the web client: seen without a session, up to a booking.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newAccount, register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs, mailedLink, waitUntilSignedIn } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const ada = await register(server);
const ben = await register(server);
const desktop = { timezoneId: "UTC", viewport: { width: 1280, height: 900 } };
const phone = { timezoneId: "UTC", viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const mentor = await openBrowser(server, desktop);
after(mentor.close);

const everyDay = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const weeklyHours = everyDay.map((weekday) => ({ weekday, from: "09:00", to: "12:00" }));
const offers = {};
for (const title of ["Linear algebra", "Topology"]) {
  const topicId = await createTopic(server, ada, title);
  const description = `I teach ${title.toLowerCase()}.`;
  const meetingUrl = "https://meet.example/secret";
  offers[title] = await createOffer(server, ada, { topicId, weeklyHours, description, meetingUrl, location: "Room 7" });
}
const path = `/mentors/${ada.username}`;
const open = ({ page }, to) => page.goto(server.origin + to);
const press = (part, name) => part.getByRole("button", { name, exact: true }).click();
const dialog = ({ page }) => page.getByRole("dialog");
const slots = ({ page }) => page.getByRole("list", { name: /^Available times from/ }).getByRole("button");
const waitForStatus = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();
const invitation = ({ page }, name) => page.getByRole("heading", { name: `Book a session with @${name}` });
const switchOf = ({ page }) => page.getByRole("switch", { name: "Show my mentor page to everyone" });

/** Shows the week after the first one, in which almost all days have three times. */
async function showFullWeek(browser) {
  await press(browser.page, "Next week");
  await slots(browser).nth(19).waitFor();
}

async function choose(browser, number) {
  const label = await slots(browser).nth(number).getAttribute("aria-label");
  await slots(browser).nth(number).click();
  await dialog(browser).getByText("Sign up or log in to book this time.").waitFor();
  return label;
}

/** The start of the session on the page of a booking. */
const bookedAt = ({ page }) => page.getByRole("main").locator("time").first().getAttribute("datetime");

const account = newAccount();
async function signUpThere({ page }) {
  await page.getByLabel("Username").fill(account.username);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await press(page, "Create account");
}

test("a mentor shows the page to everyone", async (t) => {
  const visitor = await openBrowser(server, desktop);
  t.after(visitor.close);
  await t.test("by default, visitors see an invitation, as for names that do not exist", async () => {
    for (const name of [ada.username, "no-such-name"]) {
      await open(visitor, `/mentors/${name}`);
      await invitation(visitor, name).waitFor();
      assert.equal(await slots(visitor).count(), 0);
    }
  });

  await t.test("a switch on the own page shows it, and it is among the settings", async () => {
    const { page } = mentor;
    await open(mentor, `/login?next=${path}`);
    await logInAs(page, ada);
    await switchOf(mentor).waitFor();
    assert.equal(await switchOf(mentor).isChecked(), false);
    await switchOf(mentor).click();
    await page.getByRole("switch", { name: "Show my mentor page to everyone", checked: true }).waitFor();
    await screenshot(page, "web-mentor-own-public");
    await assertAccessible(page);
    await open(mentor, "/settings/privacy");
    await switchOf(mentor).waitFor();
    assert.equal(await switchOf(mentor).isChecked(), true);
    await assertAccessible(page);
  });

  await t.test("a visitor sees topics and free times, and nothing else", async () => {
    const { page } = visitor;
    await open(visitor, path);
    await page.getByRole("heading", { level: 3, name: "Topology" }).waitFor();
    await page.getByText("I teach topology.").waitFor();
    await slots(visitor).first().waitFor();
    const text = await page.content();
    for (const secret of ["meet.example", "Room 7"]) assert.ok(!text.includes(secret), secret);
    await screenshot(page, "web-mentor-visitor");
    await assertAccessible(page);
    await page.getByText("Month", { exact: true }).click();
    // On its last day, a month has no other day with times.
    await press(page, "Next month");
    await page.getByRole("gridcell", { name: /3 available times/ }).first().waitFor();
    await screenshot(page, "web-mentor-visitor-month");
    await assertAccessible(page);
    await page.getByText("Week", { exact: true }).click();
  });

  await t.test("a member who is signed out chooses a time, logs in, and books it", async () => {
    const { page } = visitor;
    await page.getByText("Linear algebra", { exact: true }).first().click();
    await page.getByRole("heading", { level: 3, name: "Linear algebra" }).waitFor();
    await showFullWeek(visitor);
    const label = await choose(visitor, 4);
    await screenshot(page, "web-mentor-visitor-chosen");
    await assertAccessible(page);
    // The choice is in the address: a reload keeps it, and Escape takes it back.
    await page.reload();
    await dialog(visitor).waitFor();
    await page.keyboard.press("Escape");
    await dialog(visitor).waitFor({ state: "detached" });
    assert.equal(await choose(visitor, 4), label);
    const at = new URL(page.url()).searchParams.get("at");
    await dialog(visitor).getByRole("link", { name: "Log in" }).click();
    await logInAs(page, ben);
    await dialog(visitor).getByRole("button", { name: "Book", exact: true }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/mentoring/offers/${offers["Linear algebra"]}`);
    assert.equal(new URL(page.url()).searchParams.get("at"), at);
    await press(dialog(visitor), "Book");
    await waitForStatus(visitor, "Booking confirmed.");
    assert.equal(await bookedAt(visitor), at);
  });
  await t.test("the pages report no errors", () => assertNoErrors(visitor));
});

test("a visitor with a phone chooses a time, signs up, and books it", async (t) => {
  const visitor = await openBrowser(server, phone);
  t.after(visitor.close);
  const { page } = visitor;
  await open(visitor, `${path}?offer=${encodeURIComponent(offers.Topology)}`);
  await page.getByRole("heading", { level: 3, name: "Topology" }).waitFor();
  await slots(visitor).first().waitFor();
  await screenshot(page, "web-mentor-public-phone");
  await assertAccessible(page);
  await assertFits(page);
  await showFullWeek(visitor);
  await choose(visitor, 10);
  await screenshot(page, "web-mentor-chosen-phone");
  await assertAccessible(page);
  await assertFits(page);
  const at = new URL(page.url()).searchParams.get("at");
  await dialog(visitor).getByRole("link", { name: "Sign up to book" }).click();
  await signUpThere(visitor);
  await waitUntilSignedIn(page);
  await dialog(visitor).getByRole("button", { name: "Book", exact: true }).waitFor();
  await assertFits(page);
  await press(dialog(visitor), "Book");
  await waitForStatus(visitor, "Booking confirmed.");
  assert.equal(await bookedAt(visitor), at);
  assertNoErrors(visitor);
});

test("the chosen time is kept while an address is confirmed", async (t) => {
  const strict = await startServer({ settings: { STUDYHALL_REGISTRATION: "confirmed" } });
  t.after(() => strict.stop());
  const visitor = await openBrowser(strict, phone);
  t.after(visitor.close);
  const { page } = visitor;
  const next = `/mentoring/offers/apt_0000000000001?at=${encodeURIComponent(`${daysFromNow(9)}T11:00:00.000Z`)}`;
  await page.goto(`${strict.origin}/signup?next=${encodeURIComponent(next)}`);
  await signUpThere(visitor);
  await page.getByText("Check your email").first().waitFor();
  await page.goto(await mailedLink(strict, account.email, "/confirm-email"));
  await press(page, "Confirm email");
  await page.getByLabel("Password").fill(account.password);
  await press(page, "Confirm email");
  const login = page.getByRole("main").getByRole("link", { name: "Log in" });
  await login.waitFor();
  assert.equal(new URL(await login.getAttribute("href"), strict.origin).searchParams.get("next"), next);
});

test("a mentor who hides the page again looks like a name that does not exist", async (t) => {
  const visitor = await openBrowser(server, phone);
  t.after(visitor.close);
  await open(mentor, path);
  await switchOf(mentor).click();
  await mentor.page.getByRole("switch", { name: "Show my mentor page to everyone", checked: false }).waitFor();
  await open(visitor, path);
  await invitation(visitor, ada.username).waitFor();
  await screenshot(visitor.page, "web-mentor-invitation-phone");
  await assertFits(visitor.page);
  const query = "query ($name: String!) { publicMentor(username: $name) { displayName } }";
  assert.deepEqual(await sendRequest(server, query, { name: ada.username }), { data: { publicMentor: null } });
  assertNoErrors(mentor, visitor);
});
