// Comments and reactions in the web client: two browsers side by side, by pointer and by keyboard.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());

test("two members comment and react side by side", async (t) => {
  const ada = await openBrowser(server);
  const ben = await openBrowser(server);
  t.after(() => Promise.all([ada.close(), ben.close()]));
  await signUp(ada.page, server, { firstName: "Ada", lastName: "Okafor" });
  await signUp(ben.page, server, { firstName: "Ben", lastName: "Ito" });
  await ada.page.getByLabel("New post").fill("The library has a new lamp.");
  await ada.page.getByRole("button", { name: "Post", exact: true }).click();
  const post = ada.page.getByRole("article", { name: "Post by Ada Okafor" });
  await post.getByRole("link", { name: "0 comments" }).click();
  await ada.page.getByRole("heading", { name: "Comments" }).waitFor();
  await ben.page.goto(ada.page.url());
  await ben.page.getByRole("heading", { name: "Comments" }).waitFor();

  const comment = (page, text) =>
    page.getByRole("region", { name: "Comments" }).getByRole("article").filter({ hasText: text });

  await t.test("a comment appears for both, once", async () => {
    await ben.page.getByLabel("New comment").fill("It is too bright.");
    await ben.page.getByRole("button", { name: "Comment", exact: true }).click();
    await comment(ada.page, "It is too bright.").waitFor();
    await comment(ben.page, "It is too bright.").waitFor();
    assert.equal(await comment(ben.page, "It is too bright.").count(), 1);
    for (const { page } of [ada, ben]) await page.getByRole("link", { name: "1 comment", exact: true }).waitFor();
  });

  await t.test("the keyboard replies and reacts", async () => {
    await comment(ada.page, "It is too bright.").getByRole("button", { name: "Reply" }).focus();
    await ada.page.keyboard.press("Enter");
    await ada.page.getByText("Reply to Ben Ito").waitFor();
    await ada.page.keyboard.type("It can be dimmed.");
    await ada.page.keyboard.press("Control+Enter");
    await comment(ben.page, "It can be dimmed.").getByText("Ben Ito").waitFor();

    await comment(ada.page, "It can be dimmed.").getByRole("button", { name: "Add a reaction" }).focus();
    await ada.page.keyboard.press("Enter");
    await ada.page.keyboard.press("Enter");
    const reaction = (page) => comment(page, "It can be dimmed.").getByRole("button", { name: "👍, 1 person" });
    await reaction(ada.page).waitFor();
    await reaction(ben.page).click();
    await comment(ada.page, "It can be dimmed.").getByRole("button", { name: "👍, 2 people" }).waitFor();
  });

  await t.test("the page is accessible and fits", async () => {
    await assertAccessible(ada.page);
    await assertFits(ada.page);
  });

  await t.test("edits and deletions reach the other browser", async () => {
    const first = (page) => page.getByRole("article", { name: "Comment by Ben Ito" });
    await first(ben.page).getByRole("button", { name: "Comment actions" }).click();
    await ben.page.getByRole("menuitem", { name: "Edit" }).click();
    await ben.page.getByLabel("Comment", { exact: true }).fill("It is very bright.");
    await ben.page.getByRole("button", { name: "Save" }).click();
    await first(ada.page).getByText("It is very bright.").waitFor();
    await first(ada.page).getByRole("button", { name: "Comment actions" }).click();
    await ada.page.getByRole("menuitem", { name: "Delete" }).click();
    await ada.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await first(ben.page).waitFor({ state: "detached" });
    await comment(ben.page, "It can be dimmed.").waitFor();
    for (const { page } of [ada, ben]) await page.getByRole("link", { name: "1 comment", exact: true }).waitFor();
  });
  assertNoErrors(ada, ben);
});
