// The web client in French: whatever a page says in English, it says otherwise in French, and no message is missing.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sendRequest, register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const browser = await openBrowser(server, { timezoneId: "Europe/Paris", locale: "fr-FR" });
after(browser.close);
const { page } = browser;

/** Words that are the same in both languages, and names. What people wrote is known beforehand too. */
const alike = new Set([
  ...["Studyhall", "GraphiQL", "Français", "English"],
  ...["Facebook", "GitHub", "Instagram", "LinkedIn", "Twitter", "YouTube"],
  ...["Messages", "Notifications", "Conversations", "Sessions", "Mentor", "Mentors", "Description", "Question", "Code"],
  ...["Date", "UTC", "mentor", "min", "minutes", "Chrome, Linux", "node", "https://"],
]);

/** Everything that a page says, to those who look and those who listen. */
const said = () =>
  page.evaluate(() => {
    const found = new Set([document.title]);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const within = walk.currentNode.parentElement;
      // The names of time zones are the browser's; a style or a script says nothing.
      if (!within.closest("script, style, noscript, select[name=timeZone]")) found.add(walk.currentNode.data);
    }
    for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
      for (const name of ["aria-label", "placeholder", "title", "alt"]) {
        if (element.hasAttribute(name)) found.add(element.getAttribute(name));
      }
    }
    return [...found].map((text) => text.trim()).filter((text) => /\p{L}{3}/u.test(text));
  });

async function speak(language) {
  await page.evaluate((chosen) => localStorage.setItem("language", chosen), language);
  await page.reload();
  await page.locator(`html[lang=${language}]`).waitFor({ state: "attached" });
  await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
  await page.waitForLoadState("networkidle");
}

/** Compares what a page says in the two languages, as it is opened and after `open` did something to it. */
async function compare(path, data, open = {}) {
  await page.goto(server.origin + path);
  const [english, french] = [new Set(), new Set()];
  for (const [language, words] of [
    ["en", english],
    ["fr", french],
  ]) {
    await speak(language);
    for (const text of await said()) words.add(text);
    if (!open[language]) continue;
    await open[language]();
    for (const text of await said()) words.add(text);
  }
  const isAlike = (text) => alike.has(text.replace(/^\d+ | · Studyhall$/g, ""));
  const isOurs = (text) => !isAlike(text) && !data.some((one) => text.includes(one));
  const left = [...french].filter((text) => english.has(text) && isOurs(text));
  assert.deepEqual(left, [], `${path} says the same in both languages`);
  // A name in braces was not filled in; words with dots between are the name of a message, not the message.
  const broken = [...english, ...french].filter((text) => /\{\w+\}|^[a-z]+(\.[A-Za-z_]+)+$/.test(text));
  assert.deepEqual(broken, [], `${path} has a message that is missing`);
  const name = path.split("/").filter((part) => part && !/_|^t\w{16}$/.test(part));
  await screenshot(page, `web-french-${name.join("-") || "home"}-${data.length > 0 ? "member" : "visitor"}`);
  await assertFits(page);
}

const click = (role, name) => page.getByRole(role, { name, exact: true }).first().click();

test("pages for visitors", async (t) => {
  const links = ["/forgot-password", "/reset-password", "/confirm-email", "/undo-email-change"];
  for (const path of ["/", "/login", "/signup", ...links, "/lobby", "/nowhere"]) {
    await t.test(path, () => compare(path, []));
  }

  await t.test("what the server refuses is said in the page's language", async () => {
    await page.goto(`${server.origin}/signup`);
    await speak("fr");
    await page.getByLabel("Nom d’utilisateur").fill("a");
    await page.getByLabel("E-mail").fill("nulle part");
    await page.getByLabel("Mot de passe").fill("court");
    await click("button", "Créer un compte");
    await page.getByText("Choisissez un mot de passe plus long ou moins courant.").waitFor();
    assert.ok((await page.locator(".fault").allInnerTexts()).every((text) => !/\b(the|is|must|not)\b/i.test(text)));
    await screenshot(page, "web-french-refused");
  });
});

test("pages for members", async (t) => {
  const ada = await register(server);
  const ben = await register(server);
  const data = [ada.username, ben.username, "Vecteurs", "Bonjour", "Eigenvectors"];
  const topicId = await createTopic(server, ada, "Vecteurs");
  const weeklyHours = ["MONDAY", "WEDNESDAY"].map((weekday) => ({ weekday, from: "09:00", to: "12:00" }));
  const day = [2, 3, 4, 5, 6, 7, 8].map(daysFromNow).find((one) => new Date(`${one}T00:00Z`).getUTCDay() === 1);
  const exceptions = [{ on: daysFromNow(9), hours: [] }];
  const offer = await createOffer(server, ada, { topicId, weeklyHours, exceptions });
  const booking = await book(server, ben, offer, `${day}T09:00:00Z`);
  const act = async (account, name, type, input, selection = "") => {
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
    return (await sendRequest(server, query, { input }, account.token)).data[name];
  };
  const message = { userId: ada.id, text: "Bonjour" };
  const { conversation } = await act(ben, "sendMessage", "SendMessageInput", message, "conversation { id }");
  await act(ben, "createPost", "CreatePostInput", { text: "Bonjour" });
  await act(ada, "createPost", "CreatePostInput", { text: "Bonjour" });

  await t.test("the first login is in the browser's language", async () => {
    await page.goto(`${server.origin}/login`);
    await speak("en");
    await logInAs(page, ada);
    // Something to tell: a booking is called off while the page listens.
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await act(ben, "cancelBooking", "CancelBookingInput", { bookingId: booking, reason: "Bonjour" });
    await page.getByRole("navigation").getByText("1 new").first().waitFor({ state: "attached" });
  });

  const settings = ["contact", "privacy", "appearance", "account", "sessions", "blocked", "calendar"];
  const dialogs = (english, french) => ({ en: english, fr: french });
  const pages = {
    "/": dialogs(
      () => click("button", "Post actions"),
      () => click("button", "Actions sur la publication"),
    ),
    "/people": dialogs(
      () => click("button", "Filters"),
      () => click("button", "Filtres"),
    ),
    [`/people/${ben.username}`]: dialogs(
      async () => {
        await click("button", "More actions");
        await click("menuitem", "Report");
      },
      async () => {
        await click("button", "Autres actions");
        await click("menuitem", "Signaler");
      },
    ),
    "/messages": dialogs(
      () => click("button", "New conversation"),
      () => click("button", "Nouvelle conversation"),
    ),
    [`/messages/${conversation.id}`]: {},
    "/notifications": {},
    "/lobby": {},
    "/mentoring": dialogs(
      () => click("button", "New topic"),
      () => click("button", "Nouveau sujet"),
    ),
    [`/mentoring/topics/${topicId}`]: dialogs(
      () => click("button", "Topic actions"),
      () => click("button", "Actions sur le sujet"),
    ),
    [`/mentoring/offers/${offer}`]: {},
    [`/mentoring/offers/${offer}/edit`]: dialogs(
      () => click("button", "Delete offer"),
      () => click("button", "Supprimer l’offre"),
    ),
    "/mentoring/teaching": {},
    "/mentoring/bookings": {},
    [`/mentoring/bookings/${booking}`]: {},
    "/settings": {},
    ...Object.fromEntries(settings.map((name) => [`/settings/${name}`, {}])),
  };
  for (const [path, open] of Object.entries(pages)) {
    await t.test(path.replace(/\/\w+_\w+/, "/…"), () => compare(path, data, open));
  }

  await t.test("nothing was asked of anybody else, and nothing was refused", () => assertNoErrors(browser));
});
