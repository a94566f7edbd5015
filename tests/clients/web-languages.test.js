// Tests the web client in each of its languages, and from right to left.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { logIn, newAccount, register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { languageNames, setLanguage, visibleTexts, waitForLanguage } from "./support/languages.js";
import { book, createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const ada = await register(server);
const ben = await register(server);

async function mutate(account, name, type, input, selection = "") {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { data } = await sendRequest(server, query, { input }, account.token);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}

const profile = { firstName: "ليلى", lastName: "الحداد", fieldOfStudy: "Μαθηματικά", about: "Γεια σας" };
await mutate(ben, "updateProfile", "UpdateProfileInput", { ...profile, skills: ["Ανάλυση"] });
const greeting = { userId: ada.id, text: "Καλημέρα" };
const { conversation } = await mutate(ben, "sendMessage", "SendMessageInput", greeting, "conversation { id }");
await mutate(ada, "sendMessage", "SendMessageInput", { userId: ben.id, text: "مرحبا، الساعة 10:30!" });
const { postEdge } = await mutate(ben, "createPost", "CreatePostInput", { text: "Καλησπέρα 12 (3)" }, "postEdge { node { id } }");
await mutate(ada, "createPost", "CreatePostInput", { text: "مرحبا بكم في المكتبة" });
const topicId = await createTopic(server, ben, "Γεωμετρία");
const day = daysFromNow(3);
const windows = [{ startsAt: `${day}T09:00:00Z`, endsAt: `${day}T12:00:00Z` }];
const offer = await createOffer(server, ben, { topicId, windows, description: "Γωνίες", location: "B12" });
const booking = await book(server, ada, offer, `${day}T09:00:00Z`);

const visitorPaths = ["/", "/login", "/signup", "/forgot-password", "/lobby", "/nowhere"];
const memberPaths = {
  feed: "/",
  post: `/posts/${postEdge.node.id}`,
  messages: "/messages",
  thread: `/messages/${conversation.id}`,
  people: "/people",
  profile: `/people/${ben.username}`,
  notifications: "/notifications",
  lobby: "/lobby",
  mentoring: "/mentoring",
  topic: `/mentoring/topics/${topicId}`,
  offer: `/mentoring/offers/${offer}`,
  booking: `/mentoring/bookings/${booking}`,
  bookings: "/mentoring/bookings",
  teaching: "/mentoring/teaching",
  settings: "/settings",
  privacy: "/settings/privacy",
  appearance: "/settings/appearance",
  account: "/settings/account",
  sessions: "/settings/sessions",
};

const ownNames = new Set([
  ...["Studyhall", "GraphiQL", "Chrome, Linux", "node", "https://", "UTC", "B12", "Eigenvectors"],
  ...["Facebook", "GitHub", "Instagram", "LinkedIn", "Twitter", "YouTube"],
  ...languageNames,
]);
/** What Romanian has from English or from the same source. */
const sameInRomanian = new Set(["Online", "Offline", "Mentor", "mentor", "Student", "Text", "Contact", "Calendar", "60 min"]);

async function open(page, path) {
  await page.goto(server.origin + path);
  await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
  await page.waitForLoadState("networkidle");
}

/** The accounts of the tests, which have no other name. */
const username = /\bt[0-9a-f]{16}\b/;

async function assertNoEnglish(page, english, language) {
  const isName = (text) => {
    const bare = text.replace(/^(\(\d+\)|\d+) | · Studyhall$/g, "");
    return ownNames.has(bare) || (language === "ro" && (sameInRomanian.has(bare) || sameInRomanian.has(text))) || text.includes("@") || username.test(text);
  };
  const texts = await visibleTexts(page);
  const isEnglish = (text) => english.has(text) && !isName(text) && !/[\u0370-\u03ff\u0600-\u06ff]/.test(text);
  assert.deepEqual(texts.filter(isEnglish), [], `${page.url()} in ${language}`);
  const broken = texts.filter((text) => /\{\$?\w+\}|^[a-z]+(\.[A-Za-z_]+)+$/.test(text));
  assert.deepEqual(broken, [], `${page.url()} in ${language}`);
}

test("the page has the first language of the browser that it knows", async (t) => {
  for (const [locale, language, direction] of [
    ["ro-MD", "ro", "ltr"],
    ["th-TH", "th", "ltr"],
    ["ar-EG", "ar", "rtl"],
    ["de-AT", "en", "ltr"],
  ]) {
    await t.test(`${locale} is shown in ${language}`, async (t) => {
      const { page, close } = await openBrowser(server, { locale });
      t.after(close);
      await page.goto(server.origin);
      await waitForLanguage(page, language);
      assert.equal(await page.locator("html").getAttribute("dir"), direction);
      const files = await page.evaluate(() =>
        performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/messages-")),
      );
      assert.notEqual(files.length, 0);
      for (const file of files) assert.match(file, new RegExp(`/messages-${language}-`), "a page loads one language");
    });
  }

  await t.test("the first language is shown from the first paint", async (t) => {
    const { page, close } = await openBrowser(server, { locale: "ar-EG" });
    t.after(close);
    await page.addInitScript(() => {
      window.seen = [];
      new MutationObserver(() => {
        const title = document.querySelector("h1")?.textContent;
        if (title) window.seen.push(document.documentElement.lang + document.documentElement.dir + title);
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(`${server.origin}/login`);
    await waitForLanguage(page, "ar");
    assert.deepEqual([...new Set(await page.evaluate(() => window.seen))], ["arrtlمرحبًا بعودتك"]);
  });
});

test("a visitor chooses the language in the header of every page", async (t) => {
  const browser = await openBrowser(server);
  t.after(browser.close);
  const { page } = browser;
  await open(page, "/login");
  await page.getByRole("combobox", { name: "Language" }).selectOption({ label: "ไทย" });
  await page.getByRole("heading", { name: "ยินดีต้อนรับกลับ" }).waitFor();
  await page.getByRole("combobox", { name: "ภาษา" }).selectOption({ label: "العربية" });
  await page.getByRole("heading", { name: "مرحبًا بعودتك" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
  await page.reload();
  await waitForLanguage(page, "ar");
  await page.getByRole("combobox", { name: "اللغة" }).selectOption({ label: "English" });
  await page.getByRole("heading", { name: "Welcome back" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("dir"), "ltr");
  assertNoErrors(browser);
});

test("a member chooses the language in the settings", async (t) => {
  const { page, close } = await openBrowser(server);
  t.after(close);
  await open(page, "/login");
  await logInAs(page, ada);
  await open(page, "/settings/appearance");
  for (const [name, title] of [["Română", "Setări"], ["ไทย", "การตั้งค่า"], ["العربية", "الإعدادات"], ["English", "Settings"]]) {
    await page.getByRole("radio", { name }).check({ force: true });
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
  }
});

/** Returns the language of an account, in which its mails are. */
async function savedLocale({ token }) {
  const { data } = await sendRequest(server, "{ viewer { settings { locale } } }", {}, token);
  return data.viewer.settings.locale;
}

/** Logs in on a page in any language. */
async function logInOn(page, { username, password }) {
  await page.locator("[name=identifier]").fill(username);
  await page.locator("[name=password]").fill(password);
  await page.locator("button[type=submit]").click();
  await page.locator(".main-nav").waitFor();
}

test("a visitor reads the messages of the server in the chosen language", async (t) => {
  const browser = await openBrowser(server);
  t.after(browser.close);
  const { page } = browser;
  /** Tries to log in, and returns the server's message. */
  const refusal = async () => {
    const response = page.waitForResponse((one) => one.request().postData()?.includes("mutation LogIn") ?? false);
    await page.locator("button[type=submit]").click();
    return (await (await response).json()).data.login.userErrors[0].message;
  };
  await open(page, "/login");
  await page.locator("[name=identifier]").fill(ada.username);
  await page.locator("[name=password]").fill("not the password");
  const messages = [await refusal()];
  for (const [from, name, language] of [["Language", "Français", "fr"], ["Langue", "العربية", "ar"]]) {
    await page.getByRole("combobox", { name: from }).selectOption({ label: name });
    await waitForLanguage(page, language);
    messages.push(await refusal());
  }
  assert.equal(messages[0], "The username, email address or password is wrong. Check them and try again.");
  assert.equal(messages[1], "Le nom d’utilisateur, l’adresse e-mail ou le mot de passe est incorrect. Vérifiez-les et réessayez.");
  assert.match(messages[2], /[\u0600-\u06ff]/);
  await page.getByText(messages[2]).waitFor();
  assertNoErrors(browser);
});

test("the pages of a member are in the language of the account, like the mails", async (t) => {
  const [phone, desktop] = [await openBrowser(server, { locale: "ro-RO" }), await openBrowser(server)];
  t.after(() => Promise.all([phone.close(), desktop.close()]));
  const [account, { page }] = [newAccount(), desktop];

  await t.test("a registration sends the language of the page", async () => {
    await open(phone.page, "/signup");
    for (const name of ["username", "email", "password"]) await phone.page.locator(`[name=${name}]`).fill(account[name]);
    await phone.page.locator("button[type=submit]").click();
    await phone.page.locator(".main-nav").waitFor();
    account.token = await logIn(server, account);
    assert.equal(await savedLocale(account), "ro");
    await waitForLanguage(phone.page, "ro");
  });

  await t.test("another device shows it after the login, and from then on from the first paint", async () => {
    await open(page, "/login");
    await waitForLanguage(page, "en");
    await logInOn(page, account);
    await waitForLanguage(page, "ro");
    await page.reload();
    assert.equal(await page.evaluate(() => localStorage.getItem("language")), "ro");
    await waitForLanguage(page, "ro");
    assert.equal(await savedLocale(account), "ro");
  });

  await t.test("a choice in the settings is saved, and shown on the other device when it loads the page", async () => {
    await open(page, "/settings/appearance");
    const saved = page.waitForResponse((one) => one.request().postData()?.includes("mutation SaveLocale") ?? false);
    await page.getByRole("radio", { name: "Français" }).check({ force: true });
    await saved;
    await waitForLanguage(page, "fr");
    assert.equal(await savedLocale(account), "fr");
    await phone.page.reload();
    await waitForLanguage(phone.page, "fr");
  });
  assertNoErrors(phone, desktop);
});

test("what a visitor chose is offered when the account has another language", async (t) => {
  const browser = await openBrowser(server);
  t.after(browser.close);
  const { page } = browser;
  const account = await register(server);
  const choose = async (name, language) => {
    await open(page, "/login");
    await page.locator(".language-menu select").selectOption({ label: name });
    await waitForLanguage(page, language);
  };
  const prompt = page.locator(".language-prompt");

  await t.test("the account keeps its language", async () => {
    await choose("ไทย", "th");
    await logInOn(page, account);
    await waitForLanguage(page, "en");
    await prompt.getByText("The language of your account is English. On this device, ไทย was chosen.").waitFor();
    await screenshot(page, "web-language-prompt");
    await assertAccessible(page);
    await prompt.getByRole("button", { name: "Keep English" }).click();
    await prompt.waitFor({ state: "detached" });
    await page.reload();
    await waitForLanguage(page, "en");
    assert.equal(await prompt.count(), 0);
    assert.equal(await savedLocale(account), "en");
  });

  await t.test("the account takes the language of the device", async () => {
    await open(page, "/settings");
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("link", { name: "Log in" }).first().waitFor();
    await choose("العربية", "ar");
    await logInOn(page, account);
    await waitForLanguage(page, "en");
    const saved = page.waitForResponse((one) => one.request().postData()?.includes("mutation SaveLocale") ?? false);
    await prompt.getByRole("button", { name: /^Use/ }).click();
    await saved;
    await waitForLanguage(page, "ar");
    await prompt.waitFor({ state: "detached" });
    assert.equal(await savedLocale(account), "ar");
  });

  await t.test("nothing is offered where both are the same", async () => {
    await open(page, "/settings");
    await page.locator("main .heading button").click();
    await page.locator(".language-menu").waitFor();
    await choose("English", "en");
    await choose("العربية", "ar");
    await logInOn(page, account);
    await waitForLanguage(page, "ar");
    assert.equal(await prompt.count(), 0);
    assert.equal(await page.evaluate(() => localStorage.getItem("visitorLanguage")), null);
  });
  assertNoErrors(browser);
});

test("a choice that cannot be saved says so", async (t) => {
  const { page, close } = await openBrowser(server);
  t.after(close);
  const account = await register(server);
  await open(page, "/login");
  await logInAs(page, account);
  await open(page, "/settings/appearance");
  const isSaving = (request) => request.postData()?.includes("mutation SaveLocale") ?? false;
  await page.route("**/graphql", (route, request) => (isSaving(request) ? route.abort() : route.fallback()));
  await page.getByRole("radio", { name: "Română" }).check({ force: true });
  await page.getByText("Something went wrong. Try again in a moment.").waitFor();
  await page.reload();
  await waitForLanguage(page, "en");
  assert.equal(await savedLocale(account), "en");
});

test("a language that cannot be loaded leaves the page as it is", async (t) => {
  const { page, close } = await openBrowser(server);
  t.after(close);
  await open(page, "/login");
  await page.route(/messages-ro-/, (route) => route.abort());
  await page.getByRole("combobox", { name: "Language" }).selectOption({ label: "Română" });
  await page.getByText("Something went wrong. Try again in a moment.").waitFor();
  await page.getByRole("heading", { name: "Welcome back" }).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
});

const wide = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true };

test("no page has English texts in another language", async (t) => {
  const { page, close } = await openBrowser(server, phone);
  t.after(close);
  const english = new Set();
  const collect = async (paths) => {
    for (const path of paths) {
      await open(page, path);
      for (const text of await visibleTexts(page)) english.add(text);
    }
  };
  const compare = async (language, paths) => {
    await setLanguage(page, language);
    for (const [name, path] of paths) {
      await open(page, path);
      await screenshot(page, `web-${language}-${name}-phone`);
      await assertNoEnglish(page, english, language);
      await assertFits(page);
    }
  };
  const visitors = visitorPaths.map((path) => [`visitor-${path.slice(1) || "home"}`, path]);
  await collect(visitorPaths);
  for (const language of ["ro", "th", "ar"]) {
    await t.test(`pages for visitors (${language})`, () => compare(language, visitors));
  }
  await open(page, "/login");
  await setLanguage(page, "en");
  await logInAs(page, ada);
  await collect(Object.values(memberPaths));
  for (const language of ["ro", "th", "ar"]) {
    await t.test(`pages for members (${language})`, () => compare(language, Object.entries(memberPaths)));
  }
});

for (const [screen, options] of Object.entries({ wide, phone })) {
  test(`pages from right to left are mirrored, and texts are not (${screen})`, async (t) => {
    const { page, close } = await openBrowser(server, { ...options, locale: "en-GB" });
    t.after(close);
    await open(page, "/login");
    await logInAs(page, ada);
    await setLanguage(page, "ar");

    await t.test("the sides of a page are exchanged", async () => {
      await open(page, memberPaths.thread);
      const { width } = page.viewportSize();
      const middle = async (locator) => {
        const box = await locator.boundingBox();
        return box.x + box.width / 2;
      };
      const bubble = (text) => page.getByRole("log").getByRole("article").filter({ hasText: text }).locator(".bubble");
      assert.ok((await middle(bubble("Καλημέρα"))) > (await middle(bubble("مرحبا"))), "own messages are on the left");
      assert.ok((await middle(page.getByRole("button", { name: "إرسال", exact: true }))) < width / 2);
      await bubble("Καλημέρα").hover();
      await page.getByRole("log").getByRole("article").filter({ hasText: "Καλημέρα" }).getByRole("button", { name: "إجراءات الرسالة" }).click();
      const { x, width: menuWidth } = await page.getByRole("menu").boundingBox();
      assert.ok(x >= 0 && x + menuWidth <= width, "the menu is on the screen");
      await screenshot(page, `web-ar-menu-${screen}`);
    });

    await t.test("texts and names keep the direction of their letters", async () => {
      await open(page, memberPaths.thread);
      const directionOf = (text) =>
        page.getByRole("log").getByText(text).first().evaluate((element) => getComputedStyle(element).direction);
      assert.equal(await directionOf("Καλημέρα"), "ltr");
      assert.equal(await directionOf("مرحبا، الساعة"), "rtl");
      await open(page, memberPaths.profile);
      assert.equal(await page.getByText(`@${ben.username}`).first().evaluate((one) => getComputedStyle(one).direction), "ltr");
      await open(page, memberPaths.offer);
      await page.getByRole("heading", { level: 1, name: /\u2068Γεωμετρία\u2069 مع \u2068/ }).waitFor();
    });
  });
}
