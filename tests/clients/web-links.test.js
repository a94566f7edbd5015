// Where mailed links lead, on a campus that lets nobody in before their address is confirmed.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newAccount } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertNoErrors, logInAs, mailedLink } from "./support/web.js";

const server = await startServer({ settings: { STUDYHALL_REGISTRATION: "confirmed" } });
after(() => server.stop());
const browser = await openBrowser(server, { timezoneId: "Europe/Lisbon" });
after(browser.close);
const { page } = browser;

const press = (name) => page.getByRole("button", { name, exact: true }).click();
const home = () => page.getByRole("heading", { name: "Home", exact: true }).waitFor();
const welcome = () => page.getByRole("heading", { name: "Your campus, in one place." }).waitFor();

async function fillIn(account) {
  await page.getByLabel("Username").fill(account.username);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await press("Create account");
}

test("registration by mail", async (t) => {
  const ada = newAccount();

  await t.test("says where to look, and signs nobody in", async () => {
    await page.goto(`${server.origin}/signup`);
    await fillIn(ada);
    await page.getByText(`We sent a link to ${ada.email}.`).waitFor();
    await screenshot(page, "web-signup-mailed");
    await assertAccessible(page);
    await page.goto(server.origin);
    await welcome();
  });

  await t.test("lets nobody log in before the link was used", async () => {
    await page.goto(`${server.origin}/login`);
    await page.getByLabel("Username or email").fill(ada.username);
    await page.getByLabel("Password").fill(ada.password);
    await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  });

  await t.test("is finished by the button on the mailed page, which leads to the login", async () => {
    const link = await mailedLink(server, ada.email, "/confirm-email");
    await page.goto(link);
    await press("Confirm email");
    await page.getByRole("heading", { name: "Email confirmed" }).first().waitFor();
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logInAs(page, ada);
    await home();
    // There is nothing left to confirm.
    assert.equal(await page.getByText("Please confirm").count(), 0);
  });

  await t.test("offers the zone of this device to an account that could not be given it", async () => {
    await page.getByText("Times are shown in the UTC time zone. This device is in Lisbon.").waitFor();
    await screenshot(page, "web-zone-offer");
    await press("Use Lisbon");
    await page.getByText("Times are shown in the UTC time zone.").waitFor({ state: "detached" });
    await page.goto(`${server.origin}/settings/privacy`);
    assert.equal(await page.getByLabel("Time zone").inputValue(), "Europe/Lisbon");
  });

  await t.test("a link that was used is said to be used, beside nothing that could be pressed in vain", async () => {
    await page.goto(await mailedLink(server, ada.email, "/confirm-email"));
    await press("Confirm email");
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  });

  await t.test("answers a taken address like a free one, and tells its owner", async () => {
    await page.goto(`${server.origin}/settings`);
    await press("Log out");
    await welcome();
    await page.goto(`${server.origin}/signup`);
    await fillIn({ ...newAccount(), email: ada.email });
    await page.getByText(`We sent a link to ${ada.email}.`).waitFor();
  });
});

test("a guest who becomes a member by mail", async (t) => {
  const cleo = newAccount();
  const own = page.getByRole("log").getByRole("article", { name: "You" }).filter({ hasText: "Good evening" });

  await t.test("goes on as a guest until the link was used", async () => {
    await page.goto(`${server.origin}/lobby`);
    await press("Enter the lobby");
    await page.getByRole("textbox", { name: "Message the lobby" }).fill("Good evening");
    await page.keyboard.press("Enter");
    await own.waitFor();
    await page.getByRole("main").getByRole("link", { name: "Sign up" }).click();
    await fillIn(cleo);
    await page.getByText(`We sent a link to ${cleo.email}.`).waitFor();
    await page.goto(`${server.origin}/lobby`);
    await own.waitFor();
  });

  await t.test("and keeps what was said", async () => {
    await page.goto(await mailedLink(server, cleo.email, "/confirm-email"));
    await press("Confirm email");
    await page.getByRole("heading", { name: "Email confirmed" }).first().waitFor();
    // The visit is over: from now on there is a member, who logs in.
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logInAs(page, cleo);
    await home();
    await page.goto(`${server.origin}/lobby`);
    // Whoever was quick has not left the room yet.
    const door = page.getByRole("button", { name: "Enter the lobby" });
    await own.or(door).first().waitFor();
    if (await door.isVisible()) await door.click();
    await own.waitFor();
    await page.goto(`${server.origin}/settings`);
    await press("Log out");
    await welcome();
  });
});

test("an address that somebody else changed", async (t) => {
  const ben = newAccount();
  const theirs = `new-${ben.email}`;

  await t.test("is changed once the link in the mail to the new one was used", async () => {
    await page.goto(`${server.origin}/signup`);
    await fillIn(ben);
    await page.getByText(`We sent a link to ${ben.email}.`).waitFor();
    await page.goto(await mailedLink(server, ben.email, "/confirm-email"));
    await press("Confirm email");
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logInAs(page, ben);
    await page.goto(`${server.origin}/settings/account`);
    await page.getByLabel("New email").fill(theirs);
    await page.getByLabel("Current password").first().fill(ben.password);
    await press("Change email");
    await page.getByText(`We sent a confirmation link to ${theirs}.`).waitFor();
    await page.getByText(ben.email, { exact: true }).waitFor();
    await page.goto(await mailedLink(server, theirs, "/confirm-email"));
    await press("Confirm email");
    await page.getByRole("link", { name: "Continue" }).click();
    await page.goto(`${server.origin}/settings/account`);
    await page.getByText(theirs, { exact: true }).waitFor();
  });

  await t.test("comes back by the link in the mail to the old one", async () => {
    await page.goto(await mailedLink(server, ben.email, "/undo-email-change"));
    // The token has left the address, and opening the page has changed nothing.
    await page.getByRole("button", { name: "Restore previous email" }).waitFor();
    assert.equal(new URL(page.url()).hash, "");
    await screenshot(page, "web-undo");
    await assertAccessible(page);
    await press("Restore previous email");
    await page.getByRole("heading", { name: "Previous email restored" }).first().waitFor();
    // The end of the session is the server's doing: nobody is told of a lost connection.
    assert.equal(await page.getByText("No connection.").count(), 0);
    await screenshot(page, "web-undone");
  });

  await t.test("ends every session and leads to a new password, by the address that is back", async () => {
    await page.getByRole("link", { name: "Choose a new password" }).click();
    await page.getByLabel("Email").fill(ben.email);
    await press("Send link");
    await page.getByRole("heading", { name: "Check your email" }).first().waitFor();
    await page.goto(await mailedLink(server, ben.email, "/reset-password"));
    ben.password = "another walk along the river";
    await page.getByLabel("New password").fill(ben.password);
    await press("Set password");
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logInAs(page, ben);
    await page.goto(`${server.origin}/settings/account`);
    await page.getByText(ben.email, { exact: true }).waitFor();
  });

  await t.test("nothing was asked of anybody else, and nothing was refused", () => assertNoErrors(browser));
});
