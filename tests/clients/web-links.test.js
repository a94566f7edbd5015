// Tests mailed links, on a server with confirmed registration.
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

async function submitSignUp(account) {
  await page.getByLabel("Username").fill(account.username);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await press("Create account");
}

/** Presses the button on the page of a registration's link, and enters the password that the server requires. */
async function confirmRegistration({ password }) {
  await press("Confirm email");
  await page.getByLabel("Password").fill(password);
  await press("Confirm email");
}

test("registration is confirmed by mail", async (t) => {
  const ada = newAccount();

  await t.test("the sign-up page shows where the link was sent and does not sign in", async () => {
    await page.goto(`${server.origin}/signup`);
    await submitSignUp(ada);
    await page.getByText(`We sent a link to ${ada.email}.`).waitFor();
    await screenshot(page, "web-signup-mailed");
    await assertAccessible(page);
    await page.goto(server.origin);
    await welcome();
  });

  await t.test("a login fails before the link is used", async () => {
    await page.goto(`${server.origin}/login`);
    await page.getByLabel("Username or email").fill(ada.username);
    await page.getByLabel("Password").fill(ada.password);
    await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
  });

  await t.test("the button on the linked page confirms the address and leads to the login", async () => {
    const link = await mailedLink(server, ada.email, "/confirm-email");
    await page.goto(link);
    await press("Confirm email");
    await page.getByLabel("Password").fill("not the password at all");
    await press("Confirm email");
    await page.getByLabel("Password").and(page.locator("[aria-invalid=true]")).waitFor();
    await page.getByLabel("Password").fill(ada.password);
    await press("Confirm email");
    await page.getByRole("heading", { name: "Email confirmed" }).first().waitFor();
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logInAs(page, ada);
    await home();
    assert.equal(await page.getByText("Please confirm").count(), 0);
  });

  await t.test("the page offers the device's time zone to an account in UTC", async () => {
    await page.getByText("Times are shown in the UTC time zone. This device is in Lisbon.").waitFor();
    await screenshot(page, "web-zone-offer");
    await press("Use Lisbon");
    await page.getByText("Times are shown in the UTC time zone.").waitFor({ state: "detached" });
    await page.goto(`${server.origin}/settings/privacy`);
    assert.equal(await page.getByLabel("Time zone").inputValue(), "Europe/Lisbon");
  });

  await t.test("a used link says that the address is confirmed", async () => {
    await page.goto(await mailedLink(server, ada.email, "/confirm-email"));
    await press("Confirm email");
    await page.getByRole("heading", { name: "Email confirmed" }).first().waitFor();
  });

  await t.test("the sign-up page shows the same result for a taken address", async () => {
    await page.goto(`${server.origin}/settings`);
    await press("Log out");
    await welcome();
    await page.goto(`${server.origin}/signup`);
    await submitSignUp({ ...newAccount(), email: ada.email });
    await page.getByText(`We sent a link to ${ada.email}.`).waitFor();
  });
});

test("a guest becomes a member by mail", async (t) => {
  const cleo = newAccount();
  const own = page.getByRole("log").getByRole("article", { name: "You" }).filter({ hasText: "Good evening" });

  await t.test("the guest remains a guest until the link is used", async () => {
    await page.goto(`${server.origin}/lobby`);
    await press("Enter the lobby");
    await page.getByRole("textbox", { name: "Message the lobby" }).fill("Good evening");
    await page.keyboard.press("Enter");
    await own.waitFor();
    await page.getByRole("main").getByRole("link", { name: "Sign up" }).click();
    await submitSignUp(cleo);
    await page.getByText(`We sent a link to ${cleo.email}.`).waitFor();
    await page.goto(`${server.origin}/lobby`);
    await own.waitFor();
  });

  await t.test("the new member keeps the guest's messages", async () => {
    await page.goto(await mailedLink(server, cleo.email, "/confirm-email"));
    await confirmRegistration(cleo);
    await page.getByRole("heading", { name: "Email confirmed" }).first().waitFor();
    // The guest's session has ended, and the member logs in.
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logInAs(page, cleo);
    await home();
    await page.goto(`${server.origin}/lobby`);
    // The user may still be in the lobby.
    const enter = page.getByRole("button", { name: "Enter the lobby" });
    await own.or(enter).first().waitFor();
    if (await enter.isVisible()) await enter.click();
    await own.waitFor();
    await page.goto(`${server.origin}/settings`);
    await press("Log out");
    await welcome();
  });
});

test("an address change can be undone", async (t) => {
  const ben = newAccount();
  const newEmail = `new-${ben.email}`;

  await t.test("the address changes when the link in the mail to the new address is used", async () => {
    await page.goto(`${server.origin}/signup`);
    await submitSignUp(ben);
    await page.getByText(`We sent a link to ${ben.email}.`).waitFor();
    await page.goto(await mailedLink(server, ben.email, "/confirm-email"));
    await confirmRegistration(ben);
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logInAs(page, ben);
    await page.goto(`${server.origin}/settings/account`);
    await page.getByLabel("New email").fill(newEmail);
    await page.getByLabel("Current password").first().fill(ben.password);
    await press("Change email");
    await page.getByText(`We sent a confirmation link to ${newEmail}.`).waitFor();
    await page.getByText(ben.email, { exact: true }).waitFor();
    await page.goto(await mailedLink(server, newEmail, "/confirm-email"));
    await press("Confirm email");
    await page.getByRole("link", { name: "Continue" }).click();
    await page.goto(`${server.origin}/settings/account`);
    await page.getByText(newEmail, { exact: true }).waitFor();
  });

  await t.test("the link in the mail to the previous address restores it", async () => {
    await page.goto(await mailedLink(server, ben.email, "/undo-email-change"));
    // The page has removed the token from its URL, and loading it has no effect.
    await page.getByRole("button", { name: "Restore previous email" }).waitFor();
    assert.equal(new URL(page.url()).hash, "");
    await screenshot(page, "web-undo");
    await assertAccessible(page);
    await press("Restore previous email");
    await page.getByRole("heading", { name: "Previous email restored" }).first().waitFor();
    // The server ended the session: the page shows no connection error.
    assert.equal(await page.getByText("No connection.").count(), 0);
    await screenshot(page, "web-undone");
  });

  await t.test("the restored address receives a link to set a new password", async () => {
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

  await t.test("the page sends no foreign requests and reports no errors", () => assertNoErrors(browser));
});
