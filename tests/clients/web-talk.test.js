// A journey of two members side by side: replies, reactions and mentions in a conversation, in the lobby and in comments.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, screenshot } from "./support/browser.js";
import { setLanguage } from "./support/languages.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, sendMessage, signUp, waitUntilSent } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, colorScheme: "dark" };
const ada = await openBrowser(server);
const ben = await openBrowser(server, { ...phone, locale: "fr-FR" });
after(() => Promise.all([ada.close(), ben.close()]));
const english = await openBrowser(server);
const benAccount = await signUp(english.page, server, { firstName: "Ben", lastName: "Ito" });
await setLanguage(english.page, "fr");
await english.close();
const adaAccount = await signUp(ada.page, server, { firstName: "Ada", lastName: "Okafor" });
await ben.page.goto(`${server.origin}/login`);
await ben.page.getByLabel("Nom d’utilisateur ou e-mail").fill(benAccount.username);
await ben.page.getByLabel("Mot de passe").fill(benAccount.password);
await ben.page.getByRole("main").getByRole("button", { name: "Se connecter" }).click();
await ben.page.getByRole("navigation", { name: "Principale" }).waitFor();

const log = (page) => page.getByRole("log", { name: "Messages" });
const message = (page, text) => log(page).getByRole("article").filter({ hasText: text }).last();
const box = (page) => page.getByRole("textbox", { name: /^(Write a message|Écrire un message|Message the lobby)$/ });

async function write(page, text) {
  await box(page).fill(text);
  await page.getByRole("button", { name: /^(Send|Envoyer)$/ }).click();
  await waitUntilSent(log(page));
}

async function act(page, text, action) {
  await message(page, text).hover();
  await message(page, text).getByRole("button", { name: /^(Message actions|Actions sur le message)$/ }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

test("two members reply, react and mention each other in a conversation", async (t) => {
  await ada.page.goto(`${server.origin}/people/${benAccount.username}`);
  await ada.page.getByRole("button", { name: "Message" }).click();
  await write(ada.page, "Shall we meet in the library?");
  await ben.page.goto(ada.page.url());
  await message(ben.page, "Shall we meet").waitFor();

  await t.test("a reply quotes its message for both, and the quote leads to it", async () => {
    const id = ada.page.url().split("/").at(-1);
    for (let number = 1; number <= 40; number += 1) await sendMessage(ada.page, id, `Line ${number}.`);
    await message(ben.page, "Line 40.").waitFor();
    await ben.page.reload();
    await message(ben.page, "Line 40.").waitFor();
    await log(ben.page).evaluate((list) => list.scrollTo(0, 0));
    await message(ben.page, "Shall we meet").waitFor();
    await act(ben.page, "Shall we meet", "Répondre");
    await ben.page.getByText("Réponse à Ada Okafor", { exact: true }).waitFor();
    await screenshot(ben.page, "web-talk-reply-phone");
    await write(ben.page, "Yes, at noon.");
    await ben.page.getByText("Réponse à Ada Okafor", { exact: true }).waitFor({ state: "detached" });
    await message(ada.page, "Yes, at noon.").waitFor();

    // Only the latest messages are loaded: the quoted one is not among them.
    await ada.page.reload();
    await message(ada.page, "Yes, at noon.").waitFor();
    assert.equal(await log(ada.page).getByRole("article").filter({ hasText: /^Shall we meet/ }).count(), 0);
    await message(ada.page, "Yes, at noon.").getByRole("button", { name: /^In reply to Ada Okafor/ }).focus();
    await ada.page.keyboard.press("Enter");
    const quoted = log(ada.page).locator("article:focus");
    await quoted.filter({ hasText: "Shall we meet in the library?" }).waitFor();
    await screenshot(ada.page, "web-talk-quoted");
    await ada.page.getByRole("button", { name: "Jump to latest message" }).click();
    await message(ada.page, "Yes, at noon.").waitFor();
  });

  await t.test("Escape cancels a reply", async () => {
    await act(ada.page, "Yes, at noon.", "Reply");
    await ada.page.getByText("Reply to Ben Ito").waitFor();
    await ada.page.keyboard.press("Escape");
    await ada.page.getByText("Reply to Ben Ito").waitFor({ state: "detached" });
  });

  await t.test("a reaction appears for the other one at once, and goes again", async () => {
    const reaction = (page, count) =>
      message(page, "Yes, at noon.").getByRole("button", { name: new RegExp(`👍, ${count} `) });
    await message(ada.page, "Yes, at noon.").getByRole("button", { name: "Add a reaction" }).focus();
    await ada.page.keyboard.press("Enter");
    await screenshot(ada.page, "web-talk-reactions-choice");
    await ada.page.keyboard.press("ArrowRight");
    await ada.page.keyboard.press("ArrowLeft");
    await ada.page.keyboard.press("Enter");
    await reaction(ben.page, 1).click();
    await reaction(ada.page, 2).click();
    await reaction(ben.page, 1).waitFor();
  });

  await t.test("the keyboard completes a mention, which links to the profile", async () => {
    await box(ada.page).fill("");
    await box(ada.page).pressSequentially("Ask @b");
    const list = ada.page.getByRole("listbox", { name: "People to mention" });
    await list.getByRole("option", { name: /Ben Ito/, selected: true }).waitFor();
    await screenshot(ada.page, "web-talk-mention");
    await assertAccessible(ada.page);
    await ada.page.keyboard.press("Escape");
    await list.waitFor({ state: "detached" });
    await ada.page.keyboard.type("e");
    await list.waitFor();
    await ada.page.keyboard.press("Enter");
    assert.equal(await box(ada.page).inputValue(), `Ask @${benAccount.username} `);
    await ada.page.keyboard.type("about @nobody-here.");
    await ada.page.keyboard.press("Enter");
    for (const page of [ada.page, ben.page]) {
      const mention = message(page, "about @nobody-here.").getByRole("link", { name: /^@/ });
      assert.equal(await mention.getAttribute("href"), `/people/${benAccount.username}`);
      assert.equal(await mention.count(), 1);
    }
  });

  await t.test("the pages fit and are accessible, light and dark", async () => {
    await screenshot(ben.page, "web-talk-phone-dark");
    for (const { page } of [ada, ben]) {
      await assertFits(page);
      await assertAccessible(page);
    }
  });
});

test("the lobby has replies, reactions and mentions", async () => {
  for (const { page } of [ada, ben]) {
    await page.goto(`${server.origin}/lobby`);
    await page.getByRole("button", { name: /^(Enter the lobby|Entrer dans le salon)$/ }).click();
  }
  const benBox = ben.page.getByRole("textbox", { name: "Écrire dans le salon" });
  await benBox.fill("Good evening");
  await ben.page.getByRole("button", { name: "Envoyer" }).click();
  await act(ada.page, "Good evening", "Reply");
  await ada.page.keyboard.type("Hello @it");
  await ada.page.keyboard.press("Tab");
  await ada.page.keyboard.press("Enter");
  const reply = message(ben.page, `@${benAccount.username}`);
  await reply.getByRole("button", { name: "En réponse à Ben Ito Good evening" }).waitFor();
  await reply.getByRole("button", { name: "Ajouter une réaction" }).click();
  await ben.page.getByRole("group", { name: "Émojis" }).getByRole("button", { name: "🎉" }).click();
  await message(ada.page, `@${benAccount.username}`).getByRole("button", { name: "🎉, 1 person" }).waitFor();
  await screenshot(ada.page, "web-talk-lobby");
  await screenshot(ben.page, "web-talk-lobby-phone-dark");
  await assertFits(ben.page);
});

test("posts and comments complete and link mentions", async () => {
  await ada.page.goto(server.origin);
  await ada.page.getByLabel("New post").pressSequentially("Thanks to @ben");
  await ada.page.getByRole("option", { name: /Ben Ito/ }).click();
  await screenshot(ada.page, "web-talk-post");
  await ada.page.getByRole("button", { name: "Post", exact: true }).click();
  const post = ada.page.getByRole("article", { name: "Post by Ada Okafor" });
  await post.getByRole("link", { name: `@${benAccount.username}` }).waitFor();
  await ben.page.goto(server.origin);
  await ben.page.getByRole("link", { name: "0 commentaire" }).click();
  await ben.page.getByLabel("Nouveau commentaire").pressSequentially("De rien @oka");
  await ben.page.getByRole("option", { name: /Ada Okafor/ }).click();
  await ben.page.getByRole("button", { name: "Commenter", exact: true }).click();
  await ben.page.getByRole("region", { name: "Commentaires" }).getByRole("link", { name: `@${adaAccount.username}` }).waitFor();
});

test("editing a post, a comment and a message completes mentions, and Escape closes only the list", async () => {
  const { page } = ada;
  /** Adds a mention of Ben to the text that is being edited. */
  const mentionBen = async (label) => {
    const field = page.getByLabel(label, { exact: true });
    await field.press("End");
    await field.pressSequentially(" @ito");
    const option = page.getByRole("option", { name: /Ben Ito/ });
    await option.waitFor();
    await page.keyboard.press("Escape");
    await option.waitFor({ state: "detached" });
    await field.pressSequentially("x");
    await page.keyboard.press("Backspace");
    await option.waitFor();
    await page.keyboard.press("Enter");
    assert.match(await field.inputValue(), new RegExp(` @${benAccount.username} $`));
  };
  const mention = (part) => part.getByRole("link", { name: `@${benAccount.username}` });

  await page.goto(server.origin);
  await page.getByLabel("New post").fill("The reading room");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  const post = page.getByRole("article", { name: "Post by Ada Okafor" }).first();
  await post.getByRole("link", { name: "0 comments" }).click();
  await page.getByLabel("New comment").fill("Is it open?");
  await page.getByRole("button", { name: "Comment", exact: true }).click();
  const comment = page.getByRole("article", { name: "Comment by Ada Okafor" });
  await comment.getByRole("button", { name: "Comment actions" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await mentionBen("Comment");
  await comment.getByRole("button", { name: "Save" }).click();
  await mention(comment).waitFor();

  await post.getByRole("button", { name: "Post actions" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  await mentionBen("Text");
  await screenshot(page, "web-talk-edit");
  await post.getByRole("button", { name: "Save" }).click();
  await mention(post).waitFor();

  await page.goto(`${server.origin}/messages`);
  await page.getByRole("navigation", { name: "Conversations" }).getByRole("link", { name: /Ben Ito/ }).click();
  await write(page, "Shall we?");
  await act(page, "Shall we?", "Edit");
  await mentionBen("Edit message");
  await screenshot(page, "web-talk-edit-message");
  await assertAccessible(page);
  await page.keyboard.press("Enter");
  await mention(message(page, "Shall we?")).waitFor();
  assertNoErrors(ada, ben);
});
