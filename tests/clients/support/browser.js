// A real browser that can reach one server and no other host.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

// Chromium hangs under the library with which `tests/at.sh` moves the clock. It runs without the library, and
// `moveClock` moves the date of its pages.
const { LD_PRELOAD, FAKETIME, ...env } = process.env;
const offset = Number.parseInt(FAKETIME ?? "0", 10) * 1000;

const launch = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
  env,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
};

/**
 * Opens a browser. `options` are those of Playwright's contexts, such as a phone, a language or a time zone. Requests
 * to other hosts, except `otherOrigins`, are aborted and collected in `foreignRequests`; policy violations, script errors and failed loads are
 * collected in `pageErrors`.
 */
export async function openBrowser(server, { otherOrigins = [], ...options } = {}) {
  const browser = await chromium.launch(launch);
  const context = await browser.newContext({
    viewport: { width: 1440, height: 1000 },
    locale: "en-GB",
    // Tests intercept requests, which they cannot behind a service worker.
    serviceWorkers: "block",
    ...options,
  });
  const foreignRequests = [];
  const pageErrors = [];

  const hosts = [server.origin, ...otherOrigins].map((origin) => new URL(origin).host);
  const isForeign = (url) => !["data:", "about:"].includes(url.protocol) && !hosts.includes(url.host);
  await context.route(isForeign, (route) => {
    foreignRequests.push(route.request().url());
    return route.abort();
  });
  await context.exposeBinding("reportViolation", (_, violation) => pageErrors.push(violation));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.reportViolation(`${event.effectiveDirective} refused ${event.blockedURI}`),
    );
  });

  if (offset !== 0) await context.addInitScript(moveClock, offset);

  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("websocket", (socket) => {
    if (isForeign(new URL(socket.url()))) foreignRequests.push(socket.url());
  });
  page.on("pageerror", (cause) => pageErrors.push(String(cause)));
  page.on("console", (message) => {
    if (message.type() === "error") pageErrors.push(`${message.text()} ${message.location().url}`);
  });
  return { page, context, foreignRequests, pageErrors, close: () => browser.close() };
}

/** Moves the date of a page. Unlike Playwright's clock it leaves timers and animations to the browser. */
function moveClock(offset) {
  const { now } = Date;
  const moved = () => now() + offset;
  globalThis.Date = new Proxy(Date, {
    apply: () => String(new Date(moved())),
    construct: (date, values, target) => Reflect.construct(date, values.length > 0 ? values : [moved()], target),
    get: (date, name) => (name === "now" ? moved : date[name]),
  });
}

/** Saves a screenshot of the page in the directory `SCREENSHOTS`, if it is set. */
export async function screenshot(page, name) {
  const directory = process.env.SCREENSHOTS;
  if (!directory) return;
  await mkdir(directory, { recursive: true });
  // Wait for images and transitions.
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(directory, `${name}.png`) });
}
