// Every page of the web client: no fault that keeps people out, in light and in dark, and nothing beside a phone's screen.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, imageFile, scriptBytes, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());

const outside = [
  "/",
  "/login",
  "/signup",
  "/forgot-password",
  "/reset-password",
  "/confirm-email",
  "/undo-email-change",
  "/lobby",
  "/nowhere",
];
const settings = ["contact", "privacy", "appearance", "account", "sessions", "blocked", "calendar"];
const looks = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true },
};

for (const [look, options] of Object.entries(looks)) {
  test(`all pages, ${look}`, async (t) => {
    const { page, close } = await openBrowser(server, options);
    t.after(close);

    const visit = async (path, name = path.slice(1).replaceAll("/", "-") || "home") => {
      await page.goto(server.origin + path);
      await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
      await screenshot(page, `web-${name}-${look}`);
      await assertAccessible(page);
      await assertFits(page);
    };

    await t.test("for visitors", async () => {
      for (const path of outside) await visit(path, path === "/" ? "welcome" : undefined);
    });

    await t.test("for members", async () => {
      const account = await signUp(page, server, { firstName: "Ada", lastName: "Okafor" });
      t.diagnostic(`scripts of the feed: ${await scriptBytes(page)} bytes`);
      await page.getByLabel("New post").fill("The library has a new lamp.");
      await page.getByLabel("Add images").last().setInputFiles(imageFile());
      await page.getByRole("list", { name: "Attached images" }).getByRole("img").waitFor();
      await page.getByRole("button", { name: "Post", exact: true }).click();
      await page.getByRole("list", { name: "Attached images" }).waitFor({ state: "detached" });
      await visit("/");
      await visit(`/people/${account.username}`, "profile");
      for (const path of ["/people", "/messages", "/notifications", "/settings"]) await visit(path);
      for (const section of settings) await visit(`/settings/${section}`);
      await page.goto(`${server.origin}/lobby`);
      await page.getByRole("button", { name: "Enter the lobby" }).click();
      await page.getByRole("textbox").fill("Good evening");
      await page.keyboard.press("Enter");
      await page.getByRole("log").getByText("Good evening").last().waitFor();
      await visit("/lobby", "lobby-inside");
    });

    await t.test("for mentors", async () => {
      await visit("/mentoring");
      await page.getByRole("button", { name: "New topic" }).first().click();
      await assertAccessible(page);
      await page.getByLabel("Title").fill("Linear algebra");
      await page.getByRole("button", { name: "Create topic" }).click();
      await page.getByRole("link", { name: "Teach this" }).waitFor();
      await visit(new URL(page.url()).pathname, "topic");
      await page.getByRole("link", { name: "Teach this" }).click();
      for (const day of ["Monday", "Thursday"]) await page.getByRole("button", { name: `Add hours on ${day}` }).click();
      await screenshot(page, `web-availability-${look}`);
      await assertAccessible(page);
      await assertFits(page);
      await page.getByRole("button", { name: "Create offer" }).click();
      await page.getByRole("list", { name: /^Available times/ }).waitFor();
      await visit(new URL(page.url()).pathname, "offer");
      await visit("/mentoring/teaching");
      await visit("/mentoring/bookings");
    });
  });
}
