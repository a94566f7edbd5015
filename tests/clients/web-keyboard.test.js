// A whole path without a mouse: from the first page to a post, a message and the way out. Whatever has the focus can be
// seen to have it, and dialogs and menus give it back.
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

/** What has the focus, as it is read aloud: its label, or what it says. */
const focused = () =>
  page.evaluate(() => {
    const element = document.activeElement;
    const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
    return label.replace(/\(optional\)/, "").trim();
  });

/** Goes on by Tab until something has the focus, and insists that it is drawn around. */
async function reach(name, key = "Tab") {
  const isIt = (text) => (typeof name === "string" ? text === name : name.test(text));
  for (let presses = 0; presses < 60; presses += 1) {
    if (isIt(await focused())) {
      const isMarked = await page.evaluate(() => {
        // A field may be drawn around as a part of its card, a hidden button of a choice by its words.
        for (let element = document.activeElement; element; element = element.parentElement) {
          if (element.matches("[role=menuitem]") || getComputedStyle(element).outlineStyle !== "none") return true;
        }
        return false;
      });
      assert.ok(isMarked, `${name} shows no focus`);
      return;
    }
    await keys.press(key);
  }
  throw new Error(`no way to ${name}`);
}

async function press(name) {
  await reach(name);
  await keys.press("Enter");
}

async function write(name, text) {
  await reach(name);
  await keys.type(text);
}

/** Opens a menu and takes the choice that so many presses of the arrow lead to. */
async function choose(menu, choice) {
  await press(menu);
  await page.getByRole("menu").waitFor();
  for (let presses = 0; (await focused()) !== choice; presses += 1) {
    assert.ok(presses < 6, `${choice} is not in ${menu}`);
    await keys.press("ArrowDown");
  }
  await keys.press("Enter");
}

/** A new page begins at its heading. */
const arrived = (heading) =>
  page.waitForFunction((text) => {
    const { tagName, textContent } = document.activeElement;
    return tagName === "H1" && textContent === text;
  }, heading);

test("the keyboard alone is enough", async (t) => {
  const account = { ...newAccount(), name: "Ada" };
  const ben = await register(server);

  await t.test("to sign up", async () => {
    await page.goto(server.origin);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await keys.press("Tab");
    assert.equal(await focused(), "Skip to content");
    await press("Create your account");
    await arrived("Join the campus");
    await write("First name", account.name);
    await write("Username", account.username);
    await write("Email", account.email);
    await write("Password", account.password);
    await keys.press("Enter");
    await arrived("Home");
  });

  await t.test("to publish, mend and delete a post", async () => {
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
    // A dialog lets the focus go nowhere else on the page, Escape closes it, and the focus is back where it was.
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

  await t.test("to report somebody, beginning in the field that is to be filled in", async () => {
    await page.goto(`${server.origin}/people/${ben.username}`);
    await page.getByRole("heading", { name: ben.username }).waitFor();
    await choose("More actions", "Report");
    await page.getByRole("dialog").waitFor();
    assert.equal(await focused(), "What’s wrong?");
    await keys.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await focused(), "More actions");
  });

  await t.test("to find somebody and write to them", async () => {
    await press("People");
    await arrived("People");
    await write("Search by name, field of study or skill", ben.username);
    await page.waitForURL(/text=/);
    await page.getByRole("link", { name: ben.username, exact: true }).waitFor();
    await press(ben.username);
    await arrived(ben.username);
    await press("Message");
    await page.getByRole("textbox", { name: "Write a message" }).waitFor();
    await write("Write a message", "Hello Ben");
    await keys.press("Enter");
    await page.getByRole("log").getByText("Sent", { exact: true }).waitFor();
  });

  await t.test("to change the look and the language, and to go", async () => {
    await press("Settings");
    await arrived("Settings");
    await press("Appearance");
    await page.getByRole("heading", { name: "Appearance" }).waitFor();
    await reach("System");
    await keys.press("ArrowRight");
    await keys.press("ArrowRight");
    assert.equal(await page.locator("html").evaluate((html) => getComputedStyle(html).colorScheme), "dark");
    await reach("English");
    await keys.press("ArrowRight");
    await page.getByRole("heading", { name: "Réglages" }).waitFor();
    await reach("Se déconnecter", "Shift+Tab");
    await keys.press("Enter");
    await page.getByRole("heading", { name: "Tout votre campus au même endroit." }).waitFor();
  });

  await t.test("nothing was asked of anybody else, and nothing was refused", () => assertNoErrors(browser));
});
