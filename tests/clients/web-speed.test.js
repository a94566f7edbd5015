// Measures the loading of pages on a slow phone: bytes, files, layout shifts.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertNoErrors, scriptBytes, signUp } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const phone = { viewport: { width: 375, height: 800 }, isMobile: true, hasTouch: true };
const browser = await openBrowser(server, phone);
after(browser.close);
const { page, context } = browser;

/** Emulates a slow mobile network and a processor a quarter as fast as this one. */
async function slowDown() {
  const devtools = await context.newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  const kilobits = 1024 / 8;
  const throughput = { downloadThroughput: 1638 * kilobits, uploadThroughput: 750 * kilobits };
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", { ...throughput, latency: 150, offline: false });
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  return () => devtools.detach();
}

/** Returns the browser's measurements of the page load. */
const measure = () =>
  page.evaluate(async () => {
    const entries = (type) =>
      new Promise((resolve) => {
        const found = [];
        const observer = new PerformanceObserver((list) => found.push(...list.getEntries()));
        observer.observe({ type, buffered: true });
        // Buffered entries are delivered before the next frame.
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(found)));
      });
    const [paints, shifts, tasks] = await Promise.all(
      ["largest-contentful-paint", "layout-shift", "longtask"].map(entries),
    );
    const resources = performance.getEntriesByType("resource");
    return {
      largestPaint: Math.round(paints.at(-1)?.startTime ?? 0),
      shift: shifts.filter(({ hadRecentInput }) => !hadRecentInput).reduce((sum, { value }) => sum + value, 0),
      blocked: Math.round(tasks.reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0)),
      bytes: resources.reduce((sum, { transferSize }) => sum + transferSize, 0),
      files: resources.filter(({ name }) => name.includes("/assets/")).length,
    };
  });

async function audit(t, path) {
  await page.goto(server.origin + path);
  await page.getByRole("heading", { level: 1 }).first().waitFor({ state: "attached", timeout: 60_000 });
  await page.waitForLoadState("networkidle");
  const { largestPaint, shift, blocked, bytes, files } = await measure();
  const scripts = await scriptBytes(page);
  t.diagnostic(
    `largest paint after ${largestPaint} ms, ${blocked} ms blocked, ${Math.round(bytes / 1024)} KiB in all, ` +
      `${files} files, ${Math.round(scripts / 1024)} KiB of scripts`,
  );
  assert.ok(scripts < 150_000, `${scripts} bytes of scripts`);
  assert.ok(files <= 22, `${files} files of the client`);
  assert.ok(shift < 0.1, `layout shift of ${shift}`);
  // The limit is generous, because the time depends on the machine and its load.
  assert.ok(largestPaint < 8000, `largest paint after ${largestPaint} ms`);
  assert.match(await page.title(), /Studyhall/);
  for (const name of ["description", "viewport", "color-scheme"]) {
    assert.ok(await page.locator(`meta[name=${name}]`).first().getAttribute("content"), name);
  }
  assert.ok(await page.locator("html").getAttribute("lang"));
}

test("the web client loads fast enough on a slow phone", async (t) => {
  const restoreSpeed = await slowDown();
  for (const path of ["/", "/login"]) await t.test(`${path} is small for visitors`, (t) => audit(t, path));
  await restoreSpeed();
  const { username } = await signUp(page, server, { firstName: "Ada" });
  await slowDown();
  const pages = ["/", "/people", `/people/${username}`, "/messages", "/mentoring", "/mentoring/bookings", "/settings"];
  for (const path of [...pages, "/lobby"]) {
    await t.test(`${path.replace(username, "…")} is small for members`, (t) => audit(t, path));
  }
  await screenshot(page, "web-speed-lobby-phone");

  await t.test("every file is compressed and cached as immutable", async () => {
    const html = await (await fetch(server.origin)).text();
    const files = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    assert.ok(files.length >= 3, html);
    for (const path of files) {
      const { headers } = await fetch(server.origin + path, { headers: { "accept-encoding": "gzip" } });
      assert.equal(headers.get("content-encoding"), "gzip", path);
      assert.match(headers.get("cache-control"), /immutable/, path);
    }
  });

  await t.test("the page sends no foreign requests and reports no errors", () => assertNoErrors(browser));
});
