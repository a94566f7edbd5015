// Tests the editor of hours in the web client: ranges over midnight, suggestions and labels.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { createOffer, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const { page, close } = await openBrowser(server, { timezoneId: "UTC" });
after(close);
const ada = await register(server);
await page.goto(`${server.origin}/login`);
await logInAs(page, ada);

const press = (name) => page.getByRole("button", { name, exact: true }).click();
const value = (label) => page.getByLabel(label, { exact: true }).inputValue();

async function hoursOf(id) {
  const query = `{ appointment(id: "${id}") { weeklyHours { weekday from to } exceptions { on hours { from to } } windows { startsAt endsAt } } }`;
  const { data } = await sendRequest(server, query, {}, ada.token);
  const short = ({ from, to, ...rest }) => ({ ...rest, from: from.slice(0, 5), to: to.slice(0, 5) });
  const { weeklyHours, exceptions, windows } = data.appointment;
  return { weeklyHours: weeklyHours.map(short), exceptions: exceptions.map(({ on, hours }) => ({ on, hours: hours.map(short) })), windows };
}

async function save() {
  await press("Save");
  await page.getByRole("status").getByText("Offer saved.").waitFor();
}

test("hours over midnight are entered and shown as one range", async () => {
  const offer = await createOffer(server, ada, { weeklyHours: [] });
  const edit = `${server.origin}/mentoring/offers/${offer}/edit`;
  await page.goto(edit);
  await press("Add hours on Sunday");
  await page.getByLabel("Sunday: from", { exact: true }).fill("22:30");
  await page.getByLabel("Sunday: to", { exact: true }).fill("02:00");
  await page.getByText("the next day").waitFor();
  await screenshot(page, "web-hours-overnight");
  await save();
  assert.deepEqual((await hoursOf(offer)).weeklyHours, [
    { weekday: "MONDAY", from: "00:00", to: "02:00" },
    { weekday: "SUNDAY", from: "22:30", to: "24:00" },
  ]);
  await page.goto(edit);
  await page.getByLabel("Sunday: to", { exact: true }).waitFor();
  assert.equal(await value("Sunday: to"), "02:00");
  assert.equal(await page.getByLabel("Monday: from", { exact: true }).count(), 0);
});

test("an exception over midnight keeps the weekly hours of the next day", async () => {
  const [day, next] = [daysFromNow(3), daysFromNow(4)];
  const offer = await createOffer(server, ada, { weeklyHours: [], exceptions: [{ on: day, hours: [{ from: "21:00", to: "22:00" }] }] });
  const edit = `${server.origin}/mentoring/offers/${offer}/edit`;
  const label = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));
  await page.goto(edit);
  // The label is a date as in a sentence.
  await page.getByLabel(`${label}: to`).fill("01:00");
  await save();
  const { exceptions, windows } = await hoursOf(offer);
  assert.deepEqual(exceptions, [{ on: day, hours: [{ from: "21:00", to: "24:00" }] }]);
  assert.deepEqual(windows.map(({ startsAt, endsAt }) => [Date.parse(startsAt), Date.parse(endsAt)]), [
    [Date.parse(`${next}T00:00Z`), Date.parse(`${next}T01:00Z`)],
  ]);
  await page.goto(edit);
  await page.getByLabel(`${label}: to`).waitFor();
  assert.equal(await value(`${label}: to`), "01:00");
  assert.equal(await page.getByLabel("Date", { exact: true }).count(), 1);
});

test("the suggestion after hours until midnight lies before them", async () => {
  const offer = await createOffer(server, ada, { weeklyHours: [{ weekday: "TUESDAY", from: "20:00", to: "24:00" }] });
  await page.goto(`${server.origin}/mentoring/offers/${offer}/edit`);
  await press("Add hours on Tuesday");
  assert.equal(await page.getByLabel("Tuesday: from", { exact: true }).last().inputValue(), "16:00");
  assert.equal(await page.getByLabel("Tuesday: to", { exact: true }).last().inputValue(), "19:00");
});
