// Tests the web client with the keyboard alone: signing up, posts, messages, settings, logging out. The focus is always
// visible, and dialogs and menus return it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newAccount, register } from "./support/accounts.js";
import { openBrowser } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertNoErrors } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const browser = await openBrowser(server);
after(browser.close);
const { page } = browser;
const keys = page.keyboard;

/** Returns the accessible name of the focused element. */
const focused = () =>
  page.evaluate(() => {
    const element = document.activeElement;
    const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
    return label.replace(/\(optional\)/, "").trim();
  });

/** Presses Tab until the named element has the focus, and asserts that its focus is visible. */
async function moveTo(name, key = "Tab") {
  const isIt = (text) => (typeof name === "string" ? text === name : name.test(text));
  for (let presses = 0; presses < 60; presses += 1) {
    if (isIt(await focused())) {
      const isMarked = await page.evaluate(() => {
        // The outline may be on a parent: the card of a field, the label of a hidden radio button.
        for (let element = document.activeElement; element; element = element.parentElement) {
          if (element.matches("[role=menuitem]") || getComputedStyle(element).outlineStyle !== "none") return true;
        }
        return false;
      });
      assert.ok(isMarked, `the focus of ${name} is not visible`);
      return;
    }
    await keys.press(key);
  }
  throw new Error(`${name} cannot be reached with ${key}`);
}

async function press(name) {
  await moveTo(name);
  await keys.press("Enter");
}

async function write(name, text) {
  await moveTo(name);
  await keys.type(text);
}

/** Opens a menu and selects an item with the arrow keys. */
async function choose(menu, choice) {
  await press(menu);
  await page.getByRole("menu").waitFor();
  for (let presses = 0; (await focused()) !== choice; presses += 1) {
    assert.ok(presses < 6, `${choice} is not in ${menu}`);
    await keys.press("ArrowDown");
  }
  await keys.press("Enter");
}

/** Waits until the heading of a new page has the focus. */
const arrivedAt = (heading) =>
  page.waitForFunction((text) => {
    const { tagName, textContent } = document.activeElement;
    return tagName === "H1" && textContent === text;
  }, heading);

test("the web client works with the keyboard alone", async (t) => {
  const account = { ...newAccount(), name: "Ada" };
  const ben = await register(server);

  await t.test("a visitor signs up", async () => {
    await page.goto(server.origin);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await keys.press("Tab");
    assert.equal(await focused(), "Skip to content");
    await press("Create your account");
    await arrivedAt("Join the campus");
    await write("First name", account.name);
    await write("Username", account.username);
    await write("Email", account.email);
    await write("Password", account.password);
    await keys.press("Enter");
    await arrivedAt("Home");
  });

  await t.test("a member publishes, edits and deletes a post", async () => {
    await write("New post", "The library has a new lamp.");
    await press("Post");
    const post = page.getByRole("article", { name: "Post by Ada" });
    await post.waitFor();
    await choose("Post actions", "Edit");
    await page.getByLabel("Text").waitFor();
    assert.equal(await focused(), "Text");
    await keys.press("End");
    await keys.type(" Two, in fact.");
    await press("Save");
    await post.getByText("Two, in fact.").waitFor();
    await choose("Post actions", "Delete");
    await page.getByRole("dialog").waitFor();
    // A dialog traps the focus, closes on Escape and returns the focus.
    for (let presses = 0; presses < 6; presses += 1) {
      await keys.press("Tab");
      assert.ok(await page.evaluate(() => document.activeElement.matches("body, dialog, dialog *")));
    }
    await keys.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(), "Post actions");
    await choose("Post actions", "Delete");
    await page.getByRole("dialog").waitFor();
    await press("Delete");
    await post.waitFor({ state: "detached" });
  });

  await t.test("a member reports a user, and the dialog focuses its first field", async () => {
    await page.goto(`${server.origin}/people/${ben.username}`);
    await page.getByRole("heading", { name: ben.username }).waitFor();
    await choose("More actions", "Report");
    await page.getByRole("dialog").waitFor();
    assert.equal(await focused(), "What’s wrong?");
    await keys.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(), "More actions");
  });

  await t.test("a member finds a user and sends a message", async () => {
    await press("People");
    await arrivedAt("People");
    await write("Search by name, field of study or skill", ben.username);
    await page.waitForURL(/text=/);
    await page.getByRole("link", { name: ben.username, exact: true }).waitFor();
    await press(ben.username);
    await arrivedAt(ben.username);
    await press("Message");
    await page.getByRole("textbox", { name: "Write a message" }).waitFor();
    await write("Write a message", "Hello Ben");
    await keys.press("Enter");
    await page.getByRole("log").getByText("Sent", { exact: true }).waitFor();
  });

  await t.test("a member changes theme and language and logs out", async () => {
    await press("Settings");
    await arrivedAt("Settings");
    await press("Appearance");
    await page.getByRole("heading", { name: "Appearance" }).waitFor();
    await moveTo("System");
    await keys.press("ArrowRight");
    await keys.press("ArrowRight");
    assert.equal(await page.locator("html").evaluate((html) => getComputedStyle(html).colorScheme), "dark");
    await moveTo("English");
    await keys.press("ArrowRight");
    await page.getByRole("heading", { name: "Réglages" }).waitFor();
    await moveTo("Se déconnecter", "Shift+Tab");
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Tout votre campus au même endroit." }).waitFor();
  });

  await t.test("the page sends no foreign requests and reports no errors", () => assertNoErrors(browser));
});
