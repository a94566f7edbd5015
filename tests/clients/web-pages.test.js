// Audits every page of the web client for accessibility and overflow: in light, in dark and on a phone.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, imageFile, scriptBytes, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());

const publicPaths = [
  "/",
  "/login",
  "/signup",
  "/forgot-password",
  "/reset-password",
  "/confirm-email",
  "/undo-email-change",
  "/unsubscribe",
  "/lobby",
  "/nowhere",
];
const settings = [
  "contact",
  "privacy",
  "notifications",
  "appearance",
  "account",
  "sessions",
  "blocked",
  "calendar",
  "data",
];
const themes = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 375, height: 812 }, isMobile: true, hasTouch: true },
};

for (const [theme, options] of Object.entries(themes)) {
  test(`every page is accessible and fits the screen (${theme})`, async (t) => {
    const { page, close } = await openBrowser(server, options);
    t.after(close);

    const visit = async (path, name = path.slice(1).replaceAll("/", "-") || "home") => {
      await page.goto(server.origin + path);
      await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached" });
      await page.waitForLoadState("networkidle");
      await screenshot(page, `web-${name}-${theme}`);
      await assertAccessible(page);
      await assertFits(page);
    };

    await t.test("the pages for visitors pass the audit", async () => {
      for (const path of publicPaths) await visit(path, path === "/" ? "welcome" : undefined);
    });

    await t.test("the pages for members pass the audit", async () => {
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
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("log").getByText("Good evening").last().waitFor();
      await visit("/lobby", "lobby-inside");
    });

    await t.test("the pages for mentors pass the audit", async () => {
      await visit("/mentoring");
      await page.getByRole("button", { name: "New topic" }).first().click();
      await assertAccessible(page);
      await page.getByLabel("Title").fill("Linear algebra");
      await page.getByRole("button", { name: "Create topic" }).click();
      await page.getByRole("link", { name: "Teach this" }).waitFor();
      await visit(new URL(page.url()).pathname, "topic");
      await page.getByRole("link", { name: "Teach this" }).click();
      for (const day of ["Monday", "Thursday"]) await page.getByRole("button", { name: `Add hours on ${day}` }).click();
      await screenshot(page, `web-availability-${theme}`);
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
