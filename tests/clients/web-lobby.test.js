// Tests the lobby in the web client: guests enter with two clicks and can become members.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { newAccount } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertNoErrors, signUp, waitUntilSignedIn } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const member = await openBrowser(server);
after(member.close);
const guest = await openBrowser(server, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
after(guest.close);

const box = (page) => page.getByRole("textbox", { name: "Message the lobby" });
const log = (page) => page.getByRole("log", { name: "Messages" });
const onlineUsers = (page) => page.getByRole("region", { name: "Here now" });

test("the lobby connects members and guests", async (t) => {
  let name;

  await t.test("a member enters the lobby", async () => {
    await signUp(member.page, server, { firstName: "Ada" });
    await member.page.getByRole("link", { name: "Lobby" }).click();
    await member.page.getByRole("button", { name: "Enter the lobby" }).click();
    await box(member.page).waitFor();
  });

  await t.test("a guest enters the lobby with two clicks", async () => {
    await guest.page.goto(server.origin);
    await guest.page.getByRole("button", { name: "Visit the lobby" }).click();
    name = await guest.page.getByLabel("Your name in the lobby").inputValue();
    await guest.page.getByRole("button", { name: "Enter the lobby" }).click();
    await box(guest.page).waitFor();
    await onlineUsers(member.page).getByText(name).waitFor();
    await log(member.page).getByText(`${name} joined`).waitFor();
  });

  await t.test("a message appears for the other users at once", async () => {
    await box(guest.page).fill("Good evening");
    // On touch devices, Enter starts a new line.
    await guest.page.getByRole("button", { name: "Send" }).click();
    await log(member.page).getByText("Good evening").waitFor();
    await box(member.page).fill("Welcome");
    await member.page.keyboard.press("Enter");
    await log(guest.page).getByText("Welcome").waitFor();
    await screenshot(member.page, "web-lobby");
    await screenshot(guest.page, "web-lobby-phone");
  });

  await t.test("a guest who signs up keeps their messages", async () => {
    const account = newAccount();
    await guest.page.getByRole("main").getByRole("link", { name: "Sign up" }).click();
    assert.equal(await guest.page.getByLabel("Username").inputValue(), name);
    await guest.page.getByLabel("Email").fill(account.email);
    await guest.page.getByLabel("Password").fill(account.password);
    await guest.page.getByRole("button", { name: "Create account" }).click();
    await waitUntilSignedIn(guest.page);
    await guest.page.goto(`${server.origin}/lobby`);
    const own = log(guest.page).getByRole("article", { name: "You" }).filter({ hasText: "Good evening" });
    await own
      .or(guest.page.getByRole("button", { name: "Enter the lobby" }))
      .first()
      .waitFor();
    if ((await own.count()) === 0) await guest.page.getByRole("button", { name: "Enter the lobby" }).click();
    await own.waitFor();
  });

  await t.test("a user who leaves is announced to the others", async () => {
    await guest.page.getByRole("button", { name: "Leave" }).click();
    await guest.page.getByRole("button", { name: "Enter the lobby" }).waitFor();
    await log(member.page).getByText(`${name} left`).waitFor();
  });

  await t.test("the pages send no foreign requests and report no errors", () => assertNoErrors(member, guest));

  await t.test("a device that slept is back in the lobby, with those who are there", async (t) => {
    const visitor = await openBrowser(server);
    t.after(visitor.close);
    await visitor.page.goto(`${server.origin}/lobby`);
    const visitorName = await visitor.page.getByLabel("Your name in the lobby").inputValue();
    await visitor.page.getByRole("button", { name: "Enter the lobby" }).click();
    await guest.page.getByRole("button", { name: "Enter the lobby" }).click();
    await onlineUsers(member.page).getByText(visitorName).waitFor();
    await onlineUsers(guest.page).getByText("Ada").waitFor();

    await member.context.setOffline(true);
    await log(guest.page).getByText("Ada left").waitFor({ timeout: 30_000 });
    await visitor.page.getByRole("button", { name: "Leave" }).click();
    await log(guest.page).getByText(`${visitorName} left`).waitFor();
    await member.context.setOffline(false);

    await onlineUsers(guest.page).getByText("Ada").waitFor();
    await onlineUsers(member.page).getByText("Ada").waitFor();
    await onlineUsers(member.page).getByText(visitorName).waitFor({ state: "detached" });
    await box(member.page).fill("I am back");
    await member.page.keyboard.press("Enter");
    await log(guest.page).getByText("I am back").waitFor();
  });
});
