// Tests how the web client shows what users write: long words, addresses, right-to-left scripts, lengths and labels.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertFits, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const ada = await register(server);
const ben = await register(server);

const longWord = "Rindfleischetikettierungs".repeat(12);
const longAddress = `https://campus.example/${"a-very-long-path/".repeat(30)}`;
const arabic = "مرحبا بكم في المكتبة، الساعة 10:30!";
const arabicName = "ليلى الحداد";

async function mutate(account, name, type, input, selection = "") {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code path } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, account.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}
const say = (account, to, text) =>
  mutate(account, "sendMessage", "SendMessageInput", { userId: to.id, text }, "conversation { id }");

const profile = { firstName: "ليلى", lastName: "الحداد", fieldOfStudy: longWord.slice(0, 100), about: `${longWord} ${longAddress}`.slice(0, 1000) };
await mutate(ben, "updateProfile", "UpdateProfileInput", { ...profile, skills: ["x".repeat(40)] });
const { conversation } = await say(ben, ada, longWord);
for (const text of [longAddress, arabic, "first\n    indented"]) await say(ben, ada, text);
await say(ben, ada, "See (https://campus.example/a_(b)), www.campus.example or ada@campus.example. Not javascript:alert(1).");
await say(ada, ben, "My own message");
await mutate(ben, "createPost", "CreatePostInput", { text: `${longWord} ${longAddress} ${arabic}` });
const topicId = await createTopic(server, ben, longWord.slice(0, 120));
const day = daysFromNow(3);
const windows = [{ startsAt: `${day}T09:00:00Z`, endsAt: `${day}T12:00:00Z` }];
const offer = await createOffer(server, ben, { topicId, windows, description: longAddress, location: longAddress.slice(0, 300) });
const booking = await book(server, ada, offer, `${day}T09:00:00Z`);

const paths = {
  feed: "/",
  people: "/people",
  profile: `/people/${ben.username}`,
  messages: "/messages",
  thread: `/messages/${conversation.id}`,
  mentoring: "/mentoring",
  topic: `/mentoring/topics/${topicId}`,
  offer: `/mentoring/offers/${offer}`,
  booking: `/mentoring/bookings/${booking}`,
  bookings: "/mentoring/bookings",
};
const screens = {
  wide: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true },
  dark: { viewport: { width: 375, height: 812 }, colorScheme: "dark", isMobile: true, hasTouch: true },
};

const message = (page, text) => page.getByRole("log").getByRole("article").filter({ hasText: text });

for (const [screen, options] of Object.entries(screens)) {
  test(`long words and menus stay inside the screen (${screen})`, async (t) => {
    const { page, close } = await openBrowser(server, options);
    t.after(close);
    await page.goto(`${server.origin}/login`);
    await logInAs(page, ada);
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(server.origin + path);
      await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
      await screenshot(page, `web-texts-${name}-${screen}`);
      await assertFits(page);
    }

    await page.goto(server.origin + paths.thread);
    for (const text of ["My own message", arabic]) {
      await message(page, text).hover();
      await message(page, text).getByRole("button", { name: "Message actions" }).click();
      const menu = page.getByRole("menu");
      await menu.waitFor();
      const { x, y, width, height } = await menu.boundingBox();
      const viewport = page.viewportSize();
      assert.ok(x >= 0 && y >= 0 && x + width <= viewport.width && y + height <= viewport.height);
      // Nothing covers its items.
      for (const item of await menu.getByRole("menuitem").all()) await item.click({ trial: true });
      await screenshot(page, `web-texts-menu-${screen}`);
      await page.keyboard.press("Escape");
    }
    const send = page.getByRole("button", { name: "Send" });
    const { x, width } = await send.boundingBox();
    assert.ok(x + width <= page.viewportSize().width);
  });
}

test("texts of users keep their direction, their spaces and their addresses", async (t) => {
  const { page, close } = await openBrowser(server);
  t.after(close);
  await page.goto(`${server.origin}/login`);
  await logInAs(page, ada);
  await page.goto(server.origin + paths.thread);
  const textOf = (text) => message(page, text).locator(".long");

  await t.test("a text has the direction of its letters", async () => {
    const style = (element) => [getComputedStyle(element).direction, getComputedStyle(element).whiteSpace];
    assert.deepEqual(await textOf(arabic).evaluate(style), ["rtl", "pre-wrap"]);
    assert.deepEqual(await textOf("My own message").evaluate(style), ["ltr", "pre-wrap"]);
    assert.match(await textOf("indented").innerText(), /^first\n {4}indented$/);
  });

  await t.test("a name does not reorder the words around it", async () => {
    const box = page.getByRole("textbox", { name: "Write a message" });
    assert.equal(await box.getAttribute("dir"), "auto");
    await page.goto(server.origin + paths.profile);
    const heading = page.getByRole("heading", { name: arabicName });
    await heading.locator("bdi").waitFor();
    await page.goto(server.origin + paths.offer);
    await page.getByRole("heading", { level: 1, name: /with \u2068/ }).waitFor();
    await page.goto(server.origin + paths.thread);
  });

  await t.test("addresses are links, but only safe ones", async () => {
    await textOf("Not javascript").waitFor();
    const links = await textOf("Not javascript").getByRole("link").all();
    const targets = await Promise.all(links.map((link) => link.getAttribute("href")));
    assert.deepEqual(targets, [
      "https://campus.example/a_(b)",
      "https://www.campus.example",
      "mailto:ada@campus.example",
    ]);
    for (const link of links) {
      assert.match(await link.getAttribute("rel"), /noopener/);
      assert.equal(await link.getAttribute("target"), "_blank");
    }
    await page.goto(server.origin + paths.booking);
    await page.getByRole("link", { name: /^https:\/\/campus\.example/ }).first().waitFor();
  });
});

test("the message box says how much is left, and cuts nothing", async (t) => {
  const { page, close } = await openBrowser(server);
  t.after(close);
  await page.goto(`${server.origin}/login`);
  await logInAs(page, ada);
  await page.goto(server.origin + paths.thread);
  const box = page.getByRole("textbox", { name: "Write a message" });
  const send = page.getByRole("button", { name: "Send" });
  await box.fill("a".repeat(3000));
  assert.equal(await page.getByText(/characters? left/).count(), 0);
  // Each of them has a length of 2 in JavaScript, and is one character for the server.
  await box.fill("🌿".repeat(3990));
  await page.getByText("10 characters left").waitFor();
  assert.equal(await send.isDisabled(), false);
  await box.fill("a".repeat(4012));
  await page.getByText("12 characters too many").waitFor();
  assert.equal(await send.isDisabled(), true);
  assert.equal((await box.inputValue()).length, 4012);
  await box.fill("");
  for (const [path, label, limit] of [
    ["/settings", "About", 1000],
    ["/settings", "First name", 50],
    ["/", "New post", 5000],
  ]) {
    await page.goto(server.origin + path);
    const field = page.getByLabel(label, { exact: true });
    await field.fill("a".repeat(limit + 3));
    await page.getByText("3 characters too many").waitFor();
    assert.equal((await field.inputValue()).length, limit + 3);
    await field.fill("");
  }
});

test("French has spaces that do not break before its signs", async (t) => {
  const { page, close } = await openBrowser(server, { locale: "fr-FR" });
  t.after(close);
  await page.goto(`${server.origin}/login`);
  await page.getByRole("link", { name: "Mot de passe oublié ?" }).waitFor();
  const text = await page.evaluate(() => document.body.innerText);
  assert.match(text, /oublié\u202f\?/);
  assert.doesNotMatch(text, / [:;!?]/);
});
