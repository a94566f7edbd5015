// Tests who gets in: invitations, registrations that a moderator approves, and the pages of both.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import { newAccount, register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { setLanguage } from "./support/languages.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs, mailedLink } from "./support/web.js";

const server = await startServer({
  settings: { STUDYHALL_REGISTRATION: "approval", STUDYHALL_INVITATION_REQUIRED: "true" },
});
after(() => server.stop());
const phone = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const staff = await openBrowser(server, { timezoneId: "UTC", permissions: ["clipboard-read", "clipboard-write"] });
after(staff.close);
const visitor = await openBrowser(server, { timezoneId: "UTC", ...phone });
after(visitor.close);

const open = ({ page }, path) => page.goto(server.origin + path);
const press = (part, name) => part.getByRole("button", { name, exact: true }).click();
const waitForStatus = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();
const dialog = ({ page }) => page.getByRole("dialog");
const queue = () => staff.page.getByRole("list", { name: "Registrations" });
const invitations = () => staff.page.getByRole("list", { name: "Invitations" });

/** Creates an account as an operator does: no one can register without an invitation. */
async function createAccount(role) {
  const { username, email } = newAccount();
  const { stdout } = await server.command("admin", "user", "create", username, email, "--confirmed", "--role", role, "--json");
  return { username, email, password: JSON.parse(stdout).password };
}

async function fillIn({ page }, account) {
  await page.getByLabel("Username").fill(account.username);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
}

async function tryLogIn({ page }, account) {
  await page.goto(`${server.origin}/login`);
  await page.getByLabel("Username or email").fill(account.username);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("main").getByRole("button", { name: "Log in", exact: true }).click();
}

/** Confirms the address of a registration with its mailed link and its password. */
async function confirm(browser, account) {
  await browser.page.goto(await mailedLink(server, account.email, "/confirm-email"));
  await press(browser.page, "Confirm email");
  await browser.page.getByLabel("Password").fill(account.password);
  await press(browser.page, "Confirm email");
  await browser.page.getByText("a moderator now decides about your account").waitFor();
}

const mails = async () => {
  const outbox = join(server.directory, "outbox");
  return Promise.all((await readdir(outbox)).map((name) => readFile(join(outbox, name), "utf8")));
};

const moderator = await createAccount("moderator");
await open(staff, "/login");
await logInAs(staff.page, moderator);
let link;

test("a moderator creates an invitation in the settings", async (t) => {
  const { page } = staff;

  await t.test("the form is used with the keyboard, and shows what is not valid", async () => {
    await open(staff, "/settings");
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Invitations" }).click();
    await page.getByText("You haven’t invited anyone yet.").waitFor();
    await page.getByLabel("How many people can use it").focus();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("501");
    await page.keyboard.press("Enter");
    await page.locator("[name=maxUses][aria-invalid=true]:focus").waitFor();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("2");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Freshers of physics");
    await page.keyboard.press("Enter");
    await page.getByText("Copy the link now").waitFor();
  });

  await t.test("the link is shown once and can be copied", async () => {
    await press(page, "Copy link");
    await waitForStatus(staff, "Copied.");
    link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, /\/signup#token=/);
    await invitations().getByText("Freshers of physics").waitFor();
    await invitations().getByText("Accounts: 0 of 2").waitFor();
    await screenshot(page, "web-invitations");
    await assertAccessible(page);
    await page.reload();
    await invitations().getByText("Freshers of physics").waitFor();
    assert.equal(await page.getByText(link).count(), 0);
  });

  await t.test("an invitation is revoked, and the focus stays in the list", async () => {
    await page.getByLabel("Note").fill("Sent to the wrong people");
    await press(page, "Create link");
    const revoke = invitations().getByRole("button", { name: "Revoke: Sent to the wrong people" });
    await revoke.focus();
    await page.keyboard.press("Enter");
    await press(dialog(staff), "Revoke");
    await waitForStatus(staff, "Invitation revoked.");
    await invitations().getByText("Revoked").waitFor();
    await revoke.waitFor({ state: "detached" });
    await page.locator("ul:focus").waitFor();
  });
});

test("a visitor registers with an invitation, and a moderator approves", async (t) => {
  const { page } = visitor;
  const ben = newAccount();

  await t.test("without an invitation, the page explains what is missing", async () => {
    await open(visitor, "/signup");
    await page.getByRole("heading", { name: "An invitation is required" }).waitFor();
    assert.equal(await page.getByLabel("Username").count(), 0);
    await screenshot(page, "web-invitation-needed-phone");
    await assertAccessible(page);
    await assertFits(page);
  });

  await t.test("an invitation that cannot be used is named, and another one can be entered", async () => {
    await page.getByLabel("Your invitation").fill(`${server.origin}/signup#token=abc`);
    await press(page, "Continue");
    await fillIn(visitor, ben);
    await press(page, "Create account");
    await page.getByRole("alert").getByText("This invitation is used up, expired or revoked").waitFor();
    await press(page, "Continue without this invitation");
    await page.getByRole("heading", { name: "An invitation is required" }).waitFor();
  });

  await t.test("the link leads to the form, and its token leaves the address", async () => {
    await page.goto(link);
    await page.getByText("You have been invited.").waitFor();
    assert.equal(page.url(), `${server.origin}/signup`);
    await page.goto(`${server.origin}/login`);
    await page.goBack();
    await page.waitForURL(`${server.origin}/signup`);
    await page.goto(link);
    await page.getByText("You have been invited.").waitFor();
  });

  await t.test("the page says that a moderator decides, before and after the address is confirmed", async () => {
    await open(staff, "/moderation/registrations");
    await staff.page.getByText("No registrations waiting").waitFor();
    await fillIn(visitor, ben);
    await page.getByLabel("Note for the moderators").fill("I study physics.\nDr Okafor knows me.");
    await screenshot(page, "web-invited-phone");
    await assertAccessible(page);
    await assertFits(page);
    await press(page, "Create account");
    await page.getByRole("heading", { name: "Registration sent" }).last().waitFor();
    await confirm(visitor, ben);
    await assertAccessible(page);
    await screenshot(page, "web-approval-waits-phone");
  });

  await t.test("a login says that the registration waits", async () => {
    await tryLogIn(visitor, ben);
    await page.getByRole("alert").getByText(/waits for the approval of a moderator/).waitFor();
    await setLanguage(page, "fr");
    await page.getByLabel("Nom d’utilisateur ou e-mail").fill(ben.username);
    await page.getByLabel("Mot de passe").fill(ben.password);
    await page.getByRole("main").getByRole("button", { name: "Se connecter" }).click();
    await page.getByRole("alert").getByText("Votre inscription attend l’approbation d’un modérateur.").waitFor();
    await setLanguage(page, "en");
  });

  await t.test("the queue shows it without a reload, and the navigation counts it", async () => {
    await queue().getByText(ben.email).waitFor();
    await queue().getByText("Dr Okafor knows me.").waitFor();
    await staff.page.getByText("1 registration to decide").first().waitFor({ state: "attached" });
    await screenshot(staff.page, "web-registrations");
    await assertAccessible(staff.page);
  });

  await t.test("the registration is approved with the keyboard, and the member logs in", async () => {
    await staff.page.getByRole("button", { name: `Approve the registration of ${ben.username}` }).focus();
    await staff.page.keyboard.press("Enter");
    await waitForStatus(staff, `${ben.username} now has an account.`);
    await staff.page.getByText("No registrations waiting").waitFor();
    await staff.page.getByRole("group", { name: "Registrations" }).and(staff.page.locator(":focus")).waitFor();
    await staff.page.getByText("1 registration to decide").first().waitFor({ state: "detached" });
    await open(visitor, "/login");
    await logInAs(page, ben);
  });

  await t.test("a member who cannot invite has no page for it, and no link to a form that refuses", async () => {
    await open(visitor, "/settings");
    const tabs = page.getByRole("navigation", { name: "Settings" });
    await tabs.getByRole("link", { name: "Your data" }).waitFor();
    await page.waitForLoadState("networkidle");
    assert.equal(await tabs.getByRole("link", { name: "Invitations" }).count(), 0);
    await open(visitor, "/settings/invitations");
    await page.getByText("You can’t create invitations").waitFor();
    await open(visitor, "/");
    await page.getByText("No posts yet").waitFor();
    await page.waitForLoadState("networkidle");
    assert.equal(await page.getByText("Invite people").count(), 0);
  });
});

test("an invitation by email leads to the queue at once, and its registration is declined", async () => {
  const { page } = staff;
  const eve = { ...newAccount(), email: `eve${Date.now()}@elsewhere.example` };
  await open(staff, "/settings/invitations");
  await page.getByRole("radio", { name: "Email" }).check({ force: true });
  await press(page, "Send invitation");
  await page.locator("[name=email][aria-invalid=true]").waitFor();
  await page.getByLabel("Email", { exact: true }).last().fill(eve.email);
  await press(page, "Send invitation");
  await waitForStatus(staff, `Invitation sent to ${eve.email}.`);
  await invitations().getByText(eve.email).waitFor();

  const guest = await openBrowser(server, phone);
  after(guest.close);
  await guest.page.goto(await mailedLink(server, eve.email, "/signup"));
  await fillIn(guest, eve);
  await press(guest.page, "Create account");
  await guest.page.getByRole("heading", { name: "Registration sent" }).last().waitFor();

  await open(staff, "/moderation");
  await page.getByRole("navigation", { name: "Moderation" }).getByRole("link", { name: "Registrations" }).click();
  await page.getByRole("button", { name: `Decline the registration of ${eve.username}` }).click();
  await dialog(staff).getByLabel("Reason").fill("We do not know this person.");
  await assertAccessible(page);
  await screenshot(page, "web-registration-decline");
  await press(dialog(staff), "Decline");
  await waitForStatus(staff, `The registration of ${eve.username} was declined.`);
  await page.getByText("No registrations waiting").waitFor();
  assert.ok((await mails()).some((mail) => mail.includes(eve.email) && mail.includes("We do not know this person.")));
  assertNoErrors(guest);
});

test("moderators see and revoke the invitations of all members", async () => {
  const { page } = staff;
  const admin = await createAccount("admin");
  const login = "mutation ($input: LoginInput!) { login(input: $input) { session { accessToken } } }";
  const { data } = await sendRequest(server, login, { input: { identifier: admin.username, password: admin.password } });
  const create = "mutation ($input: CreateInvitationInput!) { createInvitation(input: $input) { url userErrors { code } } }";
  await sendRequest(server, create, { input: { note: "For the choir" } }, data.login.session.accessToken);
  await open(staff, "/moderation");
  await page.getByRole("navigation", { name: "Moderation" }).getByRole("link", { name: "Invitations" }).click();
  const row = invitations().getByRole("listitem").filter({ hasText: "For the choir" });
  await row.getByText(admin.username).waitFor();
  await assertAccessible(page);
  await row.getByRole("button", { name: "Revoke: For the choir" }).click();
  await press(dialog(staff), "Revoke");
  await row.getByText("Revoked").waitFor();
  await page.getByRole("navigation", { name: "Moderation" }).getByRole("link", { name: "Log" }).click();
  await page.getByRole("list", { name: "Log" }).getByText(/invitation/i).first().waitFor();
});

test("the pages fit a phone, also from right to left", async () => {
  const { page, close } = await openBrowser(server, { timezoneId: "UTC", ...phone });
  after(close);
  await page.goto(`${server.origin}/login`);
  await logInAs(page, moderator);
  await setLanguage(page, "ar");
  for (const path of ["/settings/invitations", "/moderation/registrations", "/moderation/invitations"]) {
    await page.goto(server.origin + path);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.waitForLoadState("networkidle");
    await screenshot(page, `web-ar-${path.slice(1).replace("/", "-")}-phone`);
    await assertAccessible(page);
    await assertFits(page);
  }
});

test("a server that approves registrations of the campus refuses other addresses beside the field", async (t) => {
  const settings = { STUDYHALL_REGISTRATION: "approval", STUDYHALL_EMAIL_DOMAINS: "campus.example" };
  const campus = await startServer({ settings });
  t.after(() => campus.stop());
  const browser = await openBrowser(campus);
  t.after(browser.close);
  const { page } = browser;
  await page.goto(`${campus.origin}/signup`);
  await page.getByText("A moderator approves each new account.").waitFor();
  const ada = newAccount();
  await fillIn(browser, { ...ada, email: "ada@elsewhere.example" });
  await press(page, "Create account");
  await page.getByText("This server does not accept addresses of this domain.").waitFor();
  await page.locator("[name=email][aria-invalid=true]:focus").waitFor();
  await page.getByLabel("Email").fill(ada.email);
  await press(page, "Create account");
  await page.getByText(`We sent a link to ${ada.email}.`).waitFor();
  await page.getByText("Then a moderator decides").waitFor();
  assertNoErrors(browser);
});

test("a server where everyone can register asks for no invitation, and members invite", async (t) => {
  const openServer = await startServer({ settings: { STUDYHALL_INVITERS: "member" } });
  t.after(() => openServer.stop());
  const browser = await openBrowser(openServer);
  t.after(browser.close);
  const { page } = browser;
  const ada = await register(openServer);
  const create = "mutation ($input: CreateInvitationInput!) { createInvitation(input: $input) { url } }";
  const { data } = await sendRequest(openServer, create, { input: {} }, ada.token);
  const { hash } = new URL(data.createInvitation.url);
  await page.goto(`${openServer.origin}/signup${hash}`);
  await page.getByText("You have been invited.").waitFor();
  assert.equal(await page.getByLabel("Note for the moderators").count(), 0);
  const cleo = newAccount();
  await fillIn(browser, cleo);
  await press(page, "Create account");
  await page.getByRole("navigation", { name: "Main" }).waitFor();
  await page.goto(`${openServer.origin}/settings`);
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Invitations" }).click();
  await page.getByRole("heading", { name: "Invite someone" }).waitFor();
  const used = await sendRequest(openServer, "{ viewer { invitations(first: 1) { nodes { useCount } } } }", {}, ada.token);
  assert.deepEqual(used.data.viewer.invitations.nodes, [{ useCount: 1 }]);
  // A used one is dropped, since none is required.
  const other = await openBrowser(openServer);
  t.after(other.close);
  await other.page.goto(`${openServer.origin}/signup${hash}`);
  await fillIn(other, newAccount());
  await press(other.page, "Create account");
  await press(other.page, "Continue without this invitation");
  await press(other.page, "Create account");
  await other.page.getByRole("navigation", { name: "Main" }).waitFor();
  assertNoErrors(browser, other);
});

test("the pages send no foreign requests and report no errors", () => assertNoErrors(staff, visitor));
