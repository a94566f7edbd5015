// Tests the web client from the first visit on: account, profile, posts with images, search, settings, sessions.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import {
  assertNoErrors,
  imageFile,
  logInAs,
  mailedLink,
  scriptBytes,
  signUp,
  waitUntilSignedIn,
} from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const browser = await openBrowser(server);
after(browser.close);
const { page, context } = browser;

const goTo = (name) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
const waitForStatus = (text) => page.getByRole("status").getByText(text).waitFor();

test("the web client manages an account", async (t) => {
  let ada;

  await t.test("the first page is small and has a strict content security policy", async () => {
    const answer = await page.goto(server.origin);
    const policy = answer.headers()["content-security-policy"];
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"]) {
      assert.ok(
        policy?.split(";").some((directive) => directive.trim() === part),
        `${part} is missing in ${policy}`,
      );
    }
    await page.getByRole("heading", { name: "Your campus, in one place." }).waitFor();
    const bytes = await scriptBytes(page);
    t.diagnostic(`scripts of the first page: ${bytes} bytes`);
    assert.ok(bytes > 0 && bytes < 200_000, `${bytes} bytes`);
  });

  await t.test("registration errors appear beside their fields", async () => {
    await page.getByRole("link", { name: "Create your account" }).click();
    await page.getByLabel("Username").fill("a");
    await page.getByLabel("Email").fill("nowhere");
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Create account" }).click();
    for (const name of ["Username", "Email", "Password"]) {
      const field = page.getByLabel(name);
      await page
        .locator(`[aria-invalid=true]`, { has: field })
        .or(field.and(page.locator("[aria-invalid=true]")))
        .waitFor();
      const [, errorId] = (await field.getAttribute("aria-describedby")).split(" ");
      assert.notEqual(await page.locator(`[id="${errorId}"]`).innerText(), "", name);
    }
    // The first invalid field has the focus.
    assert.equal(await page.locator(":focus").getAttribute("name"), "username");
  });

  await t.test("the sign-up form signs in", async () => {
    ada = await signUp(page, server, { firstName: "Ada", lastName: "Okafor" });
    await page.getByRole("link", { name: /Ada Okafor/ }).waitFor();
    await screenshot(page, "web-feed-empty");
  });

  await t.test("the mailed link confirms the address only when its button is pressed", async () => {
    const link = await mailedLink(server, ada.email, "/confirm-email");
    await page.goto(link);
    // The page has removed the token from its URL.
    await page.getByRole("button", { name: "Confirm email" }).waitFor();
    assert.equal(new URL(page.url()).hash, "");
    await page.getByRole("button", { name: "Confirm email" }).click();
    await page.getByText("Email confirmed").last().waitFor();
    await page.getByRole("link", { name: "Continue" }).click();
    assert.equal(await page.getByText("Please confirm").count(), 0);
  });

  await t.test("a profile shows its picture and skills", async () => {
    await goTo("Settings");
    await page.getByLabel("Profile picture", { exact: true }).setInputFiles(imageFile("me.png", [200, 120, 60]));
    await page.getByRole("button", { name: "Change picture" }).waitFor();
    await page.getByLabel("Field of study").fill("Physics");
    await page.getByLabel("Year").fill("3");
    await page.getByLabel("Skills").fill("optics");
    await page.keyboard.press("Enter");
    await page.getByLabel("Skills").fill("patience,");
    await page.getByLabel("About", { exact: true }).fill("I measure light.");
    await page.getByRole("button", { name: "Save" }).click();
    await waitForStatus("Saved.");
    await screenshot(page, "web-settings");
    await page.getByRole("link", { name: /Ada Okafor/ }).click();
    await page.getByRole("heading", { name: "Ada Okafor" }).waitFor();
    for (const text of ["I measure light.", "optics", "patience", "Physics · year 3"]) {
      await page.getByText(text, { exact: true }).waitFor();
    }
  });

  await t.test("contact details and links are saved", async () => {
    await goTo("Settings");
    await page.getByRole("link", { name: "Contact" }).click();
    await page.getByLabel("Country").fill("Portugal");
    await page.getByRole("button", { name: "Save" }).first().click();
    await waitForStatus("Saved.");
    await page.getByLabel("GitHub").fill("github.com/ada");
    const saved = page.waitForResponse((response) =>
      response.request().postData()?.includes("mutation UpdateSocialLinks") ?? false,
    );
    await page.getByRole("button", { name: "Save" }).last().click();
    await saved;
    await page.reload();
    assert.equal(await page.getByLabel("GitHub").inputValue(), "https://github.com/ada");
    assert.equal(await page.getByLabel("Country").inputValue(), "Portugal");
  });

  await t.test("a post with an image can be published, edited and deleted", async () => {
    await goTo("Home");
    await page.getByLabel("New post").fill("The library has a new lamp.");
    await page.getByLabel("Add images").last().setInputFiles(imageFile());
    await page.getByRole("list", { name: "Attached images" }).getByRole("img").waitFor();
    await page.getByRole("button", { name: "Post", exact: true }).click();
    const post = page.getByRole("article", { name: "Post by Ada Okafor" });
    await post.getByRole("img", { name: "Image 1 by Ada Okafor" }).waitFor();
    await screenshot(page, "web-feed");
    await post.getByRole("button", { name: "Post actions" }).click();
    await page.getByRole("menuitem", { name: "Edit" }).click();
    await post.getByLabel("Text").fill("The library has two new lamps.");
    await post.getByRole("button", { name: "Save" }).click();
    await post.getByText("two new lamps").waitFor();
    await post.getByText("edited").waitFor();
    await page.reload();
    await post.getByRole("img", { name: "Image 1 by Ada Okafor" }).waitFor();
    await post.getByRole("button", { name: "Post actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await post.waitFor({ state: "detached" });
  });

  await t.test("a draft of a post survives a reload", async () => {
    await page.getByLabel("New post").fill("Half a thought");
    await page.reload();
    assert.equal(await page.getByLabel("New post").inputValue(), "Half a thought");
  });

  await t.test("the search finds users and keeps its text in the URL", async () => {
    const grace = await register(server);
    await goTo("People");
    await page.getByRole("searchbox").fill(grace.username);
    await page.waitForURL(/text=/);
    await page.getByRole("link", { name: grace.username, exact: true }).click();
    await page.getByRole("heading", { name: grace.username }).waitFor();
    await page.goBack();
    assert.equal(await page.getByRole("searchbox").inputValue(), grace.username);
    await page.getByRole("searchbox").fill("no-user-of-that-name");
    await page.getByText("No people found").waitFor();
  });

  await t.test("settings are saved", async () => {
    await page.goto(`${server.origin}/settings/privacy`);
    await page.getByLabel("Who can message you").selectOption("NOBODY");
    await page.getByLabel("Time zone").selectOption("Europe/Lisbon");
    await page.getByRole("switch", { name: "Show when I’m online" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await waitForStatus("Saved.");
    await page.reload();
    assert.equal(await page.getByLabel("Who can message you").inputValue(), "NOBODY");
    assert.equal(await page.getByLabel("Time zone").inputValue(), "Europe/Lisbon");
    assert.equal(await page.getByRole("switch", { name: "Show when I’m online" }).isChecked(), false);
  });

  await t.test("a session on another device can be ended", async () => {
    const other = await openBrowser(server);
    t.after(other.close);
    await other.page.goto(`${server.origin}/login`);
    await logInAs(other.page, ada);
    await page.goto(`${server.origin}/settings/sessions`);
    await page.getByText("This device").waitFor();
    await page.getByRole("button", { name: "End all others" }).click();
    await waitForStatus("1 session ended.");
    // The server closes the socket of the other browser.
    await other.page.getByRole("link", { name: "Log in" }).first().waitFor();
  });

  await t.test("the page switches to French and stores the choice", async () => {
    await page.getByRole("link", { name: "Appearance" }).click();
    await page.getByRole("radio", { name: "Français" }).check({ force: true });
    await page.getByRole("heading", { name: "Réglages" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Réglages" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "fr");
    await page.getByRole("radio", { name: "English" }).check({ force: true });
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.getByRole("radio", { name: "Dark" }).check({ force: true });
    assert.equal(await page.locator("html").evaluate((html) => getComputedStyle(html).colorScheme), "dark");
    await page.getByRole("radio", { name: "System" }).check({ force: true });
  });

  await t.test("a forgotten password can be reset", async () => {
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Your campus, in one place." }).waitFor();
    assert.deepEqual(
      (await context.cookies()).filter(({ name }) => name === "studyhall"),
      [],
    );
    await page.goto(`${server.origin}/login`);
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await page.getByLabel("Email").fill(ada.email);
    await page.getByRole("button", { name: "Send link" }).click();
    await page.getByText("Check your email").last().waitFor();
    await page.goto(await mailedLink(server, ada.email, "/reset-password"));
    ada.password = "a longer walk along the river";
    await page.getByLabel("New password").fill(ada.password);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByRole("main").getByRole("link", { name: "Log in" }).click();
    await logInAs(page, ada);
  });

  await t.test("a page that requires a session shows the login first", async () => {
    await page.goto(`${server.origin}/settings/account`);
    await waitUntilSignedIn(page);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Your campus, in one place." }).waitFor();
    await page.goto(`${server.origin}/settings/account`);
    await logInAs(page, ada);
    await page.getByRole("heading", { name: "Delete account" }).waitFor();
  });

  await t.test("an account can be deleted", async () => {
    await page.getByRole("button", { name: "Delete account" }).click();
    await page.getByRole("dialog").getByLabel("Current password").fill("not the password");
    await page.getByRole("button", { name: "Delete permanently" }).click();
    await page.getByRole("dialog").locator("[aria-invalid=true]").waitFor();
    await page.getByRole("dialog").getByLabel("Current password").fill(ada.password);
    await page.getByRole("button", { name: "Delete permanently" }).click();
    await page.getByRole("heading", { name: "Your account has been deleted." }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "Back to home" }).click();
    await page.getByRole("heading", { name: "Your campus, in one place." }).waitFor();
  });

  await t.test("an unknown path shows a not-found page", async () => {
    await page.goto(`${server.origin}/no/such/place`);
    await page.getByRole("heading", { name: "Page not found" }).first().waitFor();
  });

  await t.test("the page sends no foreign requests and reports no errors", () => assertNoErrors(browser));
});
