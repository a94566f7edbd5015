// Tests signing in at an identity provider in the web client, against a real OpenID Connect provider.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startIdentityProvider } from "./support/identityProvider.js";
import { startServer } from "./support/server.js";
import { assertNoErrors as assertNoErrorsOf, logInAs } from "./support/web.js";

const provider = await startIdentityProvider();
after(provider.stop);
const server = await startServer({ settings: provider.settings });
after(() => server.stop());
provider.admit(server.origin);

const withProvider = { name: "Log in with University account" };

/** The provider's own pages ask for a font of another host, which the tests do not reach. */
const isFont = (text) => text.includes("https://fonts.");
const assertNoErrors = ({ foreignRequests, pageErrors }) =>
  assertNoErrorsOf({
    foreignRequests: foreignRequests.filter((url) => !isFont(url)),
    pageErrors: pageErrors.filter((text) => !isFont(text)),
  });

/** Signs in on the pages of the provider. */
async function signInThere(page, name) {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any");
  await page.locator("button[type=submit]").click();
  await page.locator("button[type=submit]", { hasText: "Continue" }).click();
}

test("a member signs in with the account of the university", async (t) => {
  const browser = await openBrowser(server, { otherOrigins: [provider.issuer] });
  const { page } = browser;
  t.after(browser.close);
  await page.goto(`${server.origin}/people`);
  await page.getByRole("button", withProvider).waitFor();
  await screenshot(page, "identity-login");
  await page.getByRole("button", withProvider).click();
  await signInThere(page, "grace");
  // A new member completes the profile first.
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  assert.equal(new URL(page.url()).hash, "", "the code does not stay in the address");
  assert.equal(await page.getByLabel("First name").inputValue(), "Grace");

  await page.getByRole("link", { name: "Account", exact: true }).click();
  await page.getByText("grace@uni.example").first().waitFor();
  // This member has no password to enter.
  await page.getByLabel("Current password").first().waitFor({ state: "detached" });

  // Logging out here leads to the page of the provider that logs out there.
  await page.getByRole("button", { name: "Log out" }).click();
  await page.getByRole("button", { name: /yes/i }).click();
  await page.waitForURL(`${server.origin}/`);

  // The next sign-in returns to the page that was asked for.
  await page.goto(`${server.origin}/people`);
  await page.getByRole("button", withProvider).click();
  await signInThere(page, "grace");
  await page.getByRole("heading", { name: "People" }).waitFor();
  assertNoErrors(browser);
});

test("a new member's account has the language of the page", async (t) => {
  const browser = await openBrowser(server, { otherOrigins: [provider.issuer], locale: "ro-RO" });
  const { page } = browser;
  t.after(browser.close);
  await page.goto(`${server.origin}/login`);
  await page.getByRole("button", { name: "Conectare cu University account" }).click();
  await signInThere(page, "hopper");
  await page.getByRole("heading", { name: "Setări" }).waitFor();
  // Another device shows it as well.
  const other = await openBrowser(server, { otherOrigins: [provider.issuer] });
  t.after(other.close);
  await other.page.goto(`${server.origin}/people`);
  await other.page.getByRole("button", withProvider).click();
  await signInThere(other.page, "hopper");
  await other.page.getByRole("heading", { name: "Persoane" }).waitFor();
  assertNoErrors(browser);
});

test("a sign-in that was declined says so", async (t) => {
  const browser = await openBrowser(server, { otherOrigins: [provider.issuer] });
  const { page } = browser;
  t.after(browser.close);
  await page.goto(`${server.origin}/login`);
  await page.getByRole("button", withProvider).click();
  await page.getByRole("link", { name: /cancel/i }).click();
  await page.getByText("You declined the sign-in.").waitFor();
  await page.getByRole("link", { name: "Go back" }).click();
  await page.getByRole("button", withProvider).waitFor();
  // The page alone, without a sign-in that began in this tab.
  await page.goto(`${server.origin}/signed-in#code=unknown`);
  await page.getByText("This sign-in was finished or has expired.").waitFor();
  assertNoErrors(browser);
});

test("a member links and unlinks an account of the university", async (t) => {
  const browser = await openBrowser(server, { otherOrigins: [provider.issuer] });
  const { page } = browser;
  t.after(browser.close);
  await page.goto(`${server.origin}/settings/account`);
  await logInAs(page, await register(server));
  await page.getByRole("button", { name: "Link University account" }).click();
  await signInThere(page, "lovelace");
  await page.getByRole("status").getByText("The account is linked.").waitFor();
  await page.getByText("lovelace@uni.example").waitFor();
  await page.getByRole("button", { name: "Unlink lovelace@uni.example" }).click();
  await page.getByRole("status").getByText("The account is no longer linked.").waitFor();
  await page.getByText("lovelace@uni.example").waitFor({ state: "detached" });
  assertNoErrors(browser);
});
