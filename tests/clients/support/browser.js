// A real browser that may speak to one server and to nobody else.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";

const launch = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
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
 * Opens a browser; `options` are those of Playwright's contexts: a phone, a language, a time zone. `strays` fills with every request that goes elsewhere, each of which is stopped, and `complaints`
 * with what the page reports: broken policy, script errors, failed loads.
 */
export async function openBrowser(server, options = {}) {
  const browser = await chromium.launch(launch);
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, locale: "en-GB", ...options });
  const strays = [];
  const complaints = [];

  const elsewhere = (url) => !["data:", "about:"].includes(url.protocol) && url.host !== new URL(server.origin).host;
  await context.route(elsewhere, (route) => {
    strays.push(route.request().url());
    return route.abort();
  });
  await context.exposeBinding("reportViolation", (_, what) => complaints.push(what));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.reportViolation(`${event.effectiveDirective} refused ${event.blockedURI}`),
    );
  });

  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("websocket", (socket) => {
    if (elsewhere(new URL(socket.url()))) strays.push(socket.url());
  });
  page.on("pageerror", (cause) => complaints.push(String(cause)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} ${message.location().url}`);
  });
  return { page, context, strays, complaints, close: () => browser.close() };
}

/** Keeps a picture of the page where SCREENSHOTS says, for whoever wants to look. */
export async function picture(page, name) {
  const directory = process.env.SCREENSHOTS;
  if (!directory) return;
  await mkdir(directory, { recursive: true });
  // What is still fading in or loading would look unfinished.
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(directory, `${name}.png`) });
}
