// Tests the pages of moderators in the web client: the queue of reports, decisions, locks, roles and the log.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { setLanguage } from "./support/languages.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, imageFile, logInAs, waitUntilSent } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const staff = await openBrowser(server, { timezoneId: "UTC" });
after(staff.close);
const phone = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const author = await openBrowser(server, { timezoneId: "UTC", ...phone });
after(author.close);

const [ada, ben, cleo] = [await register(server), await register(server), await register(server)];
const open = ({ page }, path) => page.goto(server.origin + path);
const press = (part, name) => part.getByRole("button", { name, exact: true }).click();
const dialog = ({ page }) => page.getByRole("dialog");
const waitForStatus = ({ page }, text) => page.getByRole("status").getByText(text).waitFor();
const queue = () => staff.page.getByRole("list", { name: "Reports" });
const log = () => staff.page.getByRole("list", { name: "Log" });

async function mutate(account, name, type, input, selection = "") {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code path } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, account.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}
const publish = async (account, text) =>
  (await mutate(account, "createPost", "CreatePostInput", { text }, "postEdge { node { id } }")).postEdge.node.id;
const report = (account, id, reason) => mutate(account, "reportContent", "ReportContentInput", { id, reason });

await server.command("admin", "role", ada.username, "admin");
for (const [browser, account] of [
  [staff, ada],
  [author, ben],
]) {
  await open(browser, "/login");
  await logInAs(browser.page, account);
}

test("only moderators have the pages of moderators", async () => {
  await staff.page.getByRole("link", { name: "Moderation" }).first().waitFor();
  await open(author, "/moderation");
  await author.page.getByRole("heading", { name: "Page not found" }).first().waitFor();
  assert.equal(await author.page.getByRole("link", { name: "Moderation" }).count(), 0);
});

test("a moderator decides on a report", async (t) => {
  const { page } = staff;
  let post;

  await t.test("a report appears in the queue and in the navigation without a reload", async () => {
    await open(staff, "/moderation");
    await page.getByText("No reports here").waitFor();
    await open(author, "/");
    await author.page.getByLabel("New post").fill("Exams for sale");
    await author.page.getByLabel("Add images").last().setInputFiles(imageFile());
    await author.page.getByRole("list", { name: "Attached images" }).getByRole("img").waitFor();
    await press(author.page, "Post");
    await author.page.getByRole("article").getByText("Exams for sale").waitFor();
    await waitUntilSent(author.page.getByRole("main"));
    const { data } = await sendRequest(server, "{ posts(first: 1) { edges { node { id } } } }", {}, cleo.token);
    post = data.posts.edges[0].node.id;
    await report(cleo, post, "Sells exams");
    await queue().getByText("Exams for sale").waitFor();
    await page.getByText("1 open report").first().waitFor({ state: "attached" });
    await screenshot(page, "web-moderation-queue");
    await assertAccessible(page);
  });

  await t.test("another complaint about the same post is counted live", async () => {
    await report(ada, post, "Against the rules");
    await queue().getByText(/2 complaints/).waitFor();
  });

  await t.test("a report shows the copy with its images, also once the author has changed the post", async () => {
    await queue().getByRole("link").click();
    await page.getByRole("heading", { name: "Report: Post" }).waitFor();
    await mutate(ben, "updatePost", "UpdatePostInput", { postId: post, text: "Notes for sale" });
    await page.reload();
    await page.getByText("Exams for sale").waitFor();
    await page.getByRole("heading", { name: "Content now" }).waitFor();
    await page.getByText("Notes for sale").waitFor();
    await page.getByRole("button", { name: /^Open: Image 1/ }).waitFor();
    await page.getByText("Sells exams").waitFor();
  });

  await t.test("a moderator takes a report", async () => {
    await press(page, "Assign to me");
    await waitForStatus(staff, "The report is yours.");
    await page.getByText("Assigned", { exact: true }).waitFor();
    await open(staff, "/moderation?show=unassigned");
    await page.getByText("No reports here").waitFor();
    await page.getByText("Mine", { exact: true }).click();
    await queue().getByRole("link").click();
  });

  await t.test("a warning needs a message, and the problem is beside its field", async () => {
    await page.getByLabel("Delete the content").check();
    await page.getByLabel("Warn the author").check();
    await press(page, "Take these actions");
    await page.locator("textarea[name=message][aria-invalid=true]").waitFor();
    await screenshot(page, "web-moderation-report");
    await assertAccessible(page);
  });

  await t.test("the decision removes the post and warns the author", async () => {
    await page.getByLabel("Message to the author").fill("Selling exams is not allowed.");
    await page.getByLabel("Note for moderators").fill("First time");
    await press(page, "Take these actions");
    await waitForStatus(staff, "Decision saved.");
    await page.getByText("Content deleted, Author warned").waitFor();
    await page.getByText("The content has been deleted since.").waitFor();
    await screenshot(page, "web-moderation-decided");
    await assertAccessible(page);
    await open(author, "/notifications");
    await author.page.getByText("Selling exams is not allowed.").first().waitFor();
  });

  await t.test("every action is in the log, with filters", async () => {
    await open(staff, "/moderation/log");
    await log().getByText("First time").first().waitFor();
    const entries = log().getByRole("listitem");
    const all = await entries.count();
    assert.ok(all >= 3, `${all} entries`);
    await screenshot(page, "web-moderation-log");
    await assertAccessible(page);
    await page.getByLabel("Action", { exact: true }).selectOption({ label: "Member warned" });
    await page.waitForFunction(() => document.querySelectorAll("ul[aria-label=Log] > li").length === 1);
    await page.getByLabel("Only my actions").check();
    await entries.first().getByRole("link", { name: "Report" }).click();
    await page.getByRole("heading", { name: "Report: Deleted content" }).waitFor();
  });
});

test("a moderator dismisses a report without an action", async () => {
  const { page } = staff;
  await report(cleo, ben.id, "I do not like him");
  await open(staff, "/moderation");
  await queue().getByRole("link").click();
  await page.getByRole("heading", { name: "Report: Profile" }).waitFor();
  assert.equal(await page.getByLabel("Delete the content").count(), 0);
  await press(page, "Dismiss report");
  await waitForStatus(staff, "Decision saved.");
  await page.getByText("No action", { exact: true }).waitFor();
});

test("a moderator misses nothing while the connection is lost", async () => {
  const { page, context } = staff;
  await open(staff, "/moderation");
  await page.getByText("No reports here").waitFor();
  await context.setOffline(true);
  await page.getByText("No connection.").waitFor();
  await report(cleo, await publish(ben, "Written while you were away"), "Spam");
  await context.setOffline(false);
  await queue().getByText("Written while you were away").waitFor({ timeout: 30_000 });
});

test("an admin locks a member and changes roles", async (t) => {
  const { page } = staff;

  await t.test("a profile leads to the account", async () => {
    await open(staff, `/people/${cleo.username}`);
    await press(page, "More actions");
    await page.getByRole("menuitem", { name: "Moderate account" }).click();
    await page.getByRole("heading", { level: 1, name: cleo.username }).waitFor();
  });

  await t.test("a lock has a reason and an end, and can be undone", async () => {
    await press(page, "Lock account");
    await press(dialog(staff), "Lock account");
    await dialog(staff).locator("textarea[aria-invalid=true]").waitFor();
    await dialog(staff).getByLabel("Reason of the lock").fill("Many false reports");
    await dialog(staff).getByLabel("Duration of the lock").selectOption({ label: "30 days" });
    await assertAccessible(page);
    await press(dialog(staff), "Lock account");
    await waitForStatus(staff, `${cleo.username} is locked.`);
    await page.getByText(/^Locked until/).waitFor();
    await page.getByText("Many false reports").first().waitFor();
    await screenshot(page, "web-moderation-member");
    await assertAccessible(page);
    await press(page, "Unlock account");
    await dialog(staff).getByLabel("Note for moderators").fill("Apologised");
    await press(dialog(staff), "Unlock account");
    await waitForStatus(staff, `${cleo.username} is unlocked.`);
    await page.getByText("Apologised").waitFor();
    assert.equal(await page.getByText(/^Locked until/).count(), 0);
  });

  await t.test("a new moderator has the pages at once", async () => {
    await open(staff, `/moderation/members/${ben.username}`);
    await press(page, "Change role");
    await dialog(staff).getByLabel("Role").selectOption({ label: "Moderator" });
    await press(dialog(staff), "Save");
    await waitForStatus(staff, "Saved.");
    await author.page.getByRole("link", { name: "Moderation" }).first().waitFor();
    await author.page.getByRole("banner").getByRole("link", { name: "Moderation" }).click();
    // The open report is about the new moderator.
    await author.page.getByRole("list", { name: "Reports" }).getByRole("link").click();
    await author.page.getByText("This report is about you. Another moderator decides.").waitFor();
    await screenshot(author.page, "web-moderation-phone");
    await assertAccessible(author.page);
    await assertFits(author.page);
  });

  await t.test("the pages fit a phone", async () => {
    for (const path of ["/moderation?show=all", "/moderation/log", `/moderation/members/${cleo.username}`]) {
      await open(author, path);
      await author.page.getByRole("listitem").first().waitFor();
      await author.page.waitForLoadState("networkidle");
      await screenshot(author.page, `web-moderation-phone-${path.split(/[/?]/)[2] ?? "queue"}`);
      await assertAccessible(author.page);
      await assertFits(author.page);
    }
  });
});

test("the log is in the language of the page", async () => {
  await setLanguage(staff.page, "fr");
  await open(staff, "/moderation/log");
  const sentence = /a verrouillé un compte jusqu’au .* \(UTC\)/;
  await staff.page.getByRole("list", { name: "Journal" }).getByText(sentence).first().waitFor();
  await screenshot(staff.page, "web-french-moderation-log");
  await setLanguage(staff.page, "en");
});

test("what the operator changes from the command line reaches an open page", async (t) => {
  const browser = await openBrowser(server);
  t.after(browser.close);
  const { page } = browser;
  const account = await register(server);
  await open(browser, "/login");
  await logInAs(page, account);
  const moderation = page.getByRole("link", { name: "Moderation" }).first();
  const sees = async (what, shown) => {
    const started = Date.now();
    await shown.waitFor({ timeout: 5000 });
    t.diagnostic(`${what} after ${Date.now() - started} ms`);
  };
  await server.command("admin", "role", account.username, "moderator");
  await sees("a new role is shown", moderation);
  await moderation.click();
  await page.getByRole("heading", { level: 1, name: "Moderation" }).waitFor();
  await server.command("admin", "role", account.username, "member");
  await sees("the loss of the role is shown", page.getByRole("heading", { name: "Page not found" }).first());
  assert.equal(await moderation.count(), 0);

  // A page without a connection learns of it when it is back.
  await browser.context.setOffline(true);
  await page.getByText("No connection.").waitFor();
  await server.command("admin", "role", account.username, "moderator");
  await browser.context.setOffline(false);
  await moderation.waitFor({ timeout: 30_000 });

  await server.command("admin", "lock", account.username);
  await sees("the end of the session is shown", page.getByRole("link", { name: "Log in" }).first());
});

test("the pages send no foreign requests and report no errors", () => {
  const lostConnection = /ERR_INTERNET_DISCONNECTED/;
  assertNoErrors({ ...staff, pageErrors: staff.pageErrors.filter((text) => !lostConnection.test(text)) }, author);
});
