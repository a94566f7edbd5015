// Tests the translations of the web client: the English and French texts of a page differ, and no message is missing.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { book, createOffer, createTopic, daysFromNow } from "./support/mentoring.js";
import { languageNames, setLanguage, visibleTexts } from "./support/languages.js";
import { startServer } from "./support/server.js";
import { assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const browser = await openBrowser(server, { timezoneId: "Europe/Paris", locale: "fr-FR" });
after(browser.close);
const { page } = browser;

/** Words and names that are the same in both languages. */
const sameInBoth = new Set([
  ...["Studyhall", "GraphiQL"],
  ...languageNames,
  ...["Facebook", "GitHub", "Instagram", "LinkedIn", "Twitter", "YouTube"],
  ...["Messages", "Notifications", "Conversations", "Sessions", "Mentor", "Mentors", "Description", "Question", "Code"],
  ...["Date", "UTC", "mentor", "min", "minutes", "Chrome, Linux", "node", "https://"],
]);

/** Compares the texts of a page in both languages, before and after `open` has opened a menu or dialog on it. */
async function compare(path, data, open = {}) {
  await page.goto(server.origin + path);
  const [english, french] = [new Set(), new Set()];
  for (const [language, words] of [
    ["en", english],
    ["fr", french],
  ]) {
    await setLanguage(page, language);
    for (const text of await visibleTexts(page)) words.add(text);
    if (!open[language]) continue;
    await open[language]();
    for (const text of await visibleTexts(page)) words.add(text);
  }
  const isSame = (text) => sameInBoth.has(text.replace(/^(\(\d+\)|\d+) | · Studyhall$/g, ""));
  const isInterface = (text) => !isSame(text) && !data.some((value) => text.includes(value));
  const untranslated = [...french].filter((text) => english.has(text) && isInterface(text));
  assert.deepEqual(untranslated, [], `${path} has texts that are not translated`);
  // A name in braces is a placeholder without a value; words joined by dots are the key of a missing message.
  const broken = [...english, ...french].filter((text) => /\{\$?\w+\}|^[a-z]+(\.[A-Za-z_]+)+$/.test(text));
  assert.deepEqual(broken, [], `${path} has missing messages`);
  const name = path.split("/").filter((part) => part && !/_|^t\w{16}$/.test(part));
  await screenshot(page, `web-french-${name.join("-") || "home"}-${data.length > 0 ? "member" : "visitor"}`);
  await assertFits(page);
}

const click = (role, name) => page.getByRole(role, { name, exact: true }).first().click();

test("every page for visitors is translated", async (t) => {
  const links = ["/forgot-password", "/reset-password", "/confirm-email", "/undo-email-change", "/unsubscribe"];
  for (const path of ["/", "/login", "/signup", ...links, "/lobby", "/nowhere"]) {
    await t.test(path, () => compare(path, []));
  }

  await t.test("the page shows errors of the server in its language", async () => {
    await page.goto(`${server.origin}/signup`);
    await setLanguage(page, "fr");
    await page.getByLabel("Nom d’utilisateur").fill("a");
    await page.getByLabel("E-mail").fill("nulle part");
    await page.getByLabel("Mot de passe").fill("court");
    await click("button", "Créer un compte");
    await page.getByText("Utilisez au moins 12 caractères. Plusieurs mots à la suite sont faciles à retenir.").waitFor();
    await page.getByText("Utilisez au moins 3 caractères.").waitFor();
    await page.getByText("Cette adresse e-mail n’est pas valide.").waitFor();
    assert.ok((await page.locator(".fault").allInnerTexts()).every((text) => !/\b(the|is|must|not)\b/i.test(text)));
    await screenshot(page, "web-french-refused");
  });
});

test("every page for members is translated", async (t) => {
  const ada = await register(server);
  const ben = await register(server);
  const data = [ada.username, ben.username, "Vecteurs", "Bonjour", "Eigenvectors"];
  const topicId = await createTopic(server, ada, "Vecteurs");
  const weeklyHours = ["MONDAY", "WEDNESDAY"].map((weekday) => ({ weekday, from: "09:00", to: "12:00" }));
  const day = [2, 3, 4, 5, 6, 7, 8].map(daysFromNow).find((one) => new Date(`${one}T00:00Z`).getUTCDay() === 1);
  const exceptions = [{ on: daysFromNow(9), hours: [] }];
  const offer = await createOffer(server, ada, { topicId, weeklyHours, exceptions });
  const booking = await book(server, ben, offer, `${day}T09:00:00Z`);
  const mutate = async (account, name, type, input, selection = "") => {
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
    return (await sendRequest(server, query, { input }, account.token)).data[name];
  };
  const message = { userId: ada.id, text: "Bonjour" };
  const { conversation } = await mutate(ben, "sendMessage", "SendMessageInput", message, "conversation { id }");
  await mutate(ben, "createPost", "CreatePostInput", { text: "Bonjour" });
  await mutate(ada, "createPost", "CreatePostInput", { text: "Bonjour" });

  await t.test("a member logs in and receives a notification", async () => {
    await page.goto(`${server.origin}/login`);
    await setLanguage(page, "en");
    await logInAs(page, ada);
    // Cancel a booking while the page is open, so that it has a notification.
    await page.getByRole("heading", { name: "Home" }).waitFor();
    await mutate(ben, "cancelBooking", "CancelBookingInput", { bookingId: booking, reason: "Bonjour" });
    await page.getByRole("navigation").getByText(/^\d new$/).first().waitFor({ state: "attached" });
  });

  const settings = ["contact", "privacy", "notifications", "appearance", "account", "sessions", "blocked", "calendar"];
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

  await t.test("the page sends no foreign requests and reports no errors", () => assertNoErrors(browser));
});
