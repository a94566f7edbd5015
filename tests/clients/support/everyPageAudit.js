// Audits every page of the web client on one screen: in light and in dark, from left to right and from right to left. Each
// screen has a test file, since a file's tests run one after another.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, screenshot } from "./browser.js";
import { createCampus, routes } from "./everyPage.js";
import { setLanguage, visibleTexts } from "./languages.js";
import { startServer } from "./server.js";
import { assertAccessible, assertFits, assertNoErrors, logInAs, scriptBytes } from "./web.js";

/** A key of a message, or a value that is missing in one. */
const broken = /\{\$?\w+\}|^[a-z]\w*(\.[A-Za-z_]\w*)+$/;

async function audit(t, server, browser, path, name) {
  const { page } = browser;
  browser.pageErrors.length = 0;
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(server.origin + path);
  const heading = page.getByRole("heading", { level: 1 }).first();
  await heading.waitFor({ state: "attached" });
  const scripts = await scriptBytes(page);
  t.diagnostic(`${Math.round(scripts / 100) / 10} kB of scripts`);
  await screenshot(page, `${name}-light`);
  await assertFits(page);
  await assertAccessible(page);
  assert.notEqual((await heading.textContent()).trim(), "");
  assert.match(await page.title(), /Studyhall$/);
  assert.deepEqual((await visibleTexts(page)).filter((text) => broken.test(text)), []);
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
  await page.evaluate(async () => {
    // The next frame begins the transitions. One that is replaced is rejected.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
  await screenshot(page, `${name}-dark`);
  await assertAccessible(page, ["color-contrast"]);
  assertNoErrors(browser);
  assert.ok(scripts < 150_000, `${scripts} bytes of scripts`);
}

async function auditAll(t, server, { ada, visitors, members }, screen, language) {
  const browser = await openBrowser(server, screen);
  t.after(browser.close);
  const { page } = browser;
  const visitAll = async (pages, role) => {
    for (const [route, path] of Object.entries(pages)) {
      const name = `page-${role}-${route.replaceAll(/[/: ]+/g, "-")}-${screen.viewport.width}-${language}`;
      await t.test(`${path} for ${role}`, (t) => audit(t, server, browser, path, name));
    }
  };
  await page.goto(`${server.origin}/login`);
  await setLanguage(page, language);
  await visitAll(visitors, "visitors");
  await page.goto(`${server.origin}/login`);
  await setLanguage(page, "en");
  await logInAs(page, ada);
  await setLanguage(page, language);
  await visitAll(members, "members");
}

/** Defines the tests of all pages on a screen. */
export async function testEveryPage(screen) {
  const server = await startServer();
  after(() => server.stop());
  const campus = await createCampus(server);

  test("every route has an example", () => {
    const examples = Object.keys({ ...campus.visitors, ...campus.members }).map((route) => route.split(" ")[0]);
    assert.deepEqual(routes.filter((route) => !examples.includes(route)), []);
  });

  for (const language of ["en", "ar"]) {
    test(`every page is whole, accessible, small and fits the screen: ${screen.viewport.width} px, ${language}`, (t) =>
      auditAll(t, server, campus, screen, language));
  }
}
