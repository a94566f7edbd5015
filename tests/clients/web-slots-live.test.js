// Tests that free times in the web client are never older than what the subscription has said, however late the response
// of a query arrives.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser } from "./support/browser.js";
import { book, createOffer } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const [ada, ben, joan] = [await register(server), await register(server), await register(server)];
const student = await openBrowser(server, { timezoneId: "UTC" });
after(student.close);
const { page } = student;

const everyDay = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
const weeklyHours = everyDay.map((weekday) => ({ weekday, from: "09:00", to: "12:00" }));
const slots = page.getByRole("list", { name: /^Available times from/ }).getByRole("button");

function signal() {
  let send;
  const sent = new Promise((resolve) => (send = resolve));
  return { send, sent };
}

/** Holds the responses of queries back that read the slots of a week, until `release` is called. */
async function holdWeeks() {
  const held = [];
  const [received, released] = [signal(), signal()];
  const handle = async (route) => {
    const { operationName, variables } = JSON.parse(route.request().postData() ?? "{}");
    const days = operationName === "Slots" ? (Date.parse(variables.to) - Date.parse(variables.from)) / 86_400_000 : 0;
    if (days !== 7) return route.continue();
    const response = await route.fetch();
    held.push(await response.json());
    received.send();
    await released.sent;
    await route.fulfill({ response });
  };
  await page.route("**/graphql", handle);
  const release = async () => {
    const finished = page.waitForResponse((response) => response.request().postData()?.includes("query Slots"));
    released.send();
    await finished;
    await page.unroute("**/graphql", handle);
  };
  return { held, received: received.sent, release };
}

test("a response that was read before an event does not hide the event", async (t) => {
  const offer = await createOffer(server, ada, { weeklyHours });
  await page.goto(`${server.origin}/login?next=/mentoring/offers/${offer}`);
  await logInAs(page, ben);
  await slots.first().waitFor();
  const weeks = await holdWeeks();
  await page.getByRole("button", { name: "Next week", exact: true }).click();
  await weeks.received;
  const [read] = weeks.held;
  const [first] = read.data.appointment.slots;
  const label = new RegExp(`, ${first.startsAt.slice(11, 16)}`);
  // The subscription shows the week before the response does, and then that a seat is taken: the slot is full.
  const button = slots.first();
  await button.waitFor();
  assert.match(await button.getAttribute("aria-label"), label);
  assert.doesNotMatch(await button.getAttribute("aria-label"), /waitlist/i);
  await book(server, joan, offer, first.startsAt);
  const full = slots.and(page.locator(".full"));
  await full.waitFor();
  await t.test("also not when the response arrives afterwards", async () => {
    await page.evaluate(() => {
      window.wasLost = false;
      const look = () => (window.wasLost ||= !document.querySelector(".slot.full"));
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await weeks.release();
    // The next event is shown, so the page has handled the response before it.
    const second = read.data.appointment.slots.find(({ startsAt }) => startsAt.slice(0, 10) > first.startsAt.slice(0, 10));
    await book(server, joan, offer, second.startsAt);
    await full.nth(1).waitFor();
    assert.equal(await full.count(), 2);
    assert.equal(await page.evaluate(() => window.wasLost), false);
  });
  assertNoErrors(student);
});
