// Tests the page of the notification settings: channels, summaries, quiet hours, muted conversations.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const [ada, ben] = [await register(server), await register(server)];
const desktop = await openBrowser(server);
after(desktop.close);
const phone = await openBrowser(server, {
  viewport: { width: 360, height: 800 },
  isMobile: true,
  hasTouch: true,
  colorScheme: "dark",
  locale: "fr-FR",
});
after(phone.close);
const { page } = desktop;
const address = `${server.origin}/settings/notifications`;
await page.goto(`${server.origin}/login`);
await logInAs(page, ada);

async function mutate(account, name, type, input, selection = "") {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, account.token);
  assert.equal(errors, undefined);
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}

/** Returns the settings as the server has them. */
async function settings() {
  const query = "{ viewer { settings { digestFrequency quietHours { from to } notificationPreferences { kind channels } } } }";
  const { data } = await sendRequest(server, query, {}, ada.token);
  const { notificationPreferences, ...others } = data.viewer.settings;
  return { ...others, channels: Object.fromEntries(notificationPreferences.map((one) => [one.kind, one.channels])) };
}

const box = (name) => page.getByRole("checkbox", { name, exact: true });
const saved = page.getByRole("status").getByText("Saved.");

async function save() {
  await page.getByRole("button", { name: "Save" }).click();
  await saved.waitFor();
  await page.getByRole("status").getByRole("button", { name: "Close" }).click();
  await saved.waitFor({ state: "detached" });
}

test("a member chooses the channels of each kind, with the keyboard too", async () => {
  await page.getByRole("link", { name: "Settings" }).first().click();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Notifications" }).click();
  await box("Comments on your posts: Email").uncheck();
  await box("Reactions: Push").focus();
  await page.keyboard.press("Space");
  assert.equal(await box("Security of your account: Email").isDisabled(), true);
  await screenshot(page, "web-preferences");
  await assertAccessible(page);
  const before = await settings();
  await save();
  const { channels } = await settings();
  assert.deepEqual(channels, { ...before.channels, COMMENT: ["PUSH"], REACTION: ["PUSH"] });
  await page.reload();
  assert.equal(await box("Comments on your posts: Email").isChecked(), false);
  assert.equal(await box("Reactions: Push").isChecked(), true);
});

test("summaries and quiet hours are set, and equal hours are refused beside their field", async () => {
  await page.getByLabel("How often").selectOption("DAILY");
  await page.getByRole("switch", { name: "Keep quiet every day" }).check();
  await page.getByText("In the time of UTC.").waitFor();
  await page.getByLabel("From", { exact: true }).fill("23:00");
  await page.getByLabel("Until", { exact: true }).fill("23:00");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByLabel("Until", { exact: true }).and(page.locator("[aria-invalid=true]")).waitFor();
  await screenshot(page, "web-preferences-quiet");
  await assertAccessible(page);
  await page.getByLabel("Until", { exact: true }).fill("06:30");
  await save();
  const { digestFrequency, quietHours } = await settings();
  assert.deepEqual({ digestFrequency, quietHours }, { digestFrequency: "DAILY", quietHours: { from: "23:00", to: "06:30" } });
  await page.getByRole("switch", { name: "Keep quiet every day" }).uncheck();
  await save();
  assert.equal((await settings()).quietHours, null);
});

test("the defaults can be restored", async () => {
  await page.getByRole("button", { name: "Restore defaults" }).click();
  await saved.waitFor();
  const { digestFrequency, channels } = await settings();
  assert.equal(digestFrequency, "HOURLY");
  assert.deepEqual([channels.COMMENT, channels.REACTION], [["MAIL", "PUSH"], []]);
  assert.equal(await box("Comments on your posts: Email").isChecked(), true);
  assert.equal(await page.getByLabel("How often").inputValue(), "HOURLY");
});

test("muted conversations are listed with their end, and unmuted there", async () => {
  await page.getByText("No conversation is muted.").waitFor();
  const input = { userId: ada.id, text: "Hello" };
  const { conversation } = await mutate(ben, "sendMessage", "SendMessageInput", input, "conversation { id }");
  const endsAt = new Date(Date.now() + 8 * 3_600_000).toISOString();
  await mutate(ada, "muteConversation", "MuteConversationInput", { conversationId: conversation.id, endsAt });
  await phone.page.goto(`${server.origin}/login`);
  await phone.page.getByLabel("Nom d’utilisateur ou e-mail").fill(ada.username);
  await phone.page.getByLabel("Mot de passe").fill(ada.password);
  await phone.page.getByRole("main").getByRole("button", { name: "Se connecter", exact: true }).click();
  // The language of the account, not that of the phone.
  await phone.page.getByRole("navigation", { name: "Main" }).waitFor();
  await phone.page.goto(address);
  await phone.page.getByRole("list", { name: "Muted conversations" }).getByText("Until").waitFor();
  await screenshot(phone.page, "web-preferences-phone-dark");
  await phone.page.getByRole("button", { name: /^Unmute/ }).scrollIntoViewIfNeeded();
  await screenshot(phone.page, "web-preferences-muted-phone-dark");
  await assertFits(phone.page);
  await assertAccessible(phone.page);

  await page.goto(address);
  await page.getByRole("link", { name: ben.username }).waitFor();
  await page.getByRole("button", { name: `Unmute ${ben.username}` }).click();
  await page.getByText("No conversation is muted.").waitFor();
  const { data } = await sendRequest(server, "{ conversations { nodes { isMuted } } }", {}, ada.token);
  assert.deepEqual(data.conversations.nodes, [{ isMuted: false }]);
  assertNoErrors(desktop, phone);
});
