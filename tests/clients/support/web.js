// The web client as a person uses it: by names that are read aloud, not by the structure of the page.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import axe from "axe-core";
import { newcomer } from "./accounts.js";

/** Signs somebody up through the page, and waits until they are inside. */
export async function signUp(page, server, names = {}) {
  const person = { ...newcomer(), ...names };
  await page.goto(`${server.origin}/signup`);
  if (person.firstName) await page.getByLabel("First name").fill(person.firstName);
  if (person.lastName) await page.getByLabel("Last name").fill(person.lastName);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await inside(page);
  return person;
}

export async function logInAs(page, person) {
  await page.getByLabel("Username or email").fill(person.username);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
  await inside(page);
}

/** Whoever is signed in sees the places to go to. */
export const inside = (page) => page.getByRole("navigation", { name: "Main" }).waitFor();

/** A picture that is made up on the spot, of one colour. */
export function pictureFile(name = "field.png", [red, green, blue] = [70, 140, 90]) {
  const size = 64;
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(size * 3, Buffer.from([red, green, blue]))]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const frame = Buffer.alloc(4);
    frame.writeUInt32BE(data.length);
    const check = Buffer.alloc(4);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([frame, body, check]);
  };
  const buffer = Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(Array(size).fill(row)))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return { name, mimeType: "image/png", buffer };
}

/** The link in the newest mail to `address` that leads to `path`. Mail is written before the answer, or soon after. */
export async function mailedLink(server, address, path) {
  const outbox = join(server.directory, "outbox");
  const until = Date.now() + 10_000;
  while (Date.now() < until) {
    for (const name of (await readdir(outbox).catch(() => [])).sort().reverse()) {
      if (!name.endsWith(".eml")) continue;
      const mail = readable(await readFile(join(outbox, name), "utf8"));
      const link = mail.match(new RegExp(`https?://[^\\s"<]*${path}#token=[\\w.-]+`));
      if (link && mail.includes(address)) return link[0];
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no mail to ${address} with a link to ${path}`);
}

/** Undoes quoted-printable, in which long lines and `=` are written. */
const readable = (mail) =>
  mail.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));

/** Fails with the faults that keep people out. Run from outside, so that the page's policy stays as it is. */
export async function assertAccessible(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`,
    );
  assert.deepEqual(serious, [], page.url());
}

/** Nothing lies beside the screen. A phone's browser would widen the page to what is in it, so its own width is no help. */
export async function assertFits(page) {
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  const { width } = page.viewportSize();
  assert.ok(content <= width, `${page.url()} is ${content} wide on a screen of ${width}`);
}

/**
 * Nothing was asked of anybody else, and the pages complained of nothing. A session that ended is a 401, which a
 * browser always writes to its console; so are sockets cut by leaving a page.
 */
export function assertQuiet(...browsers) {
  for (const { strays, complaints } of browsers) {
    assert.deepEqual(strays, []);
    const unexpected = complaints.filter((text) => !/\b401\b|WebSocket/.test(text));
    assert.deepEqual(unexpected, []);
  }
}

/** The bytes of scripts, as they travelled, that the page needed so far. */
export async function scriptBytes(page) {
  await page.waitForLoadState("networkidle");
  return page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter(({ name }) => new URL(name).pathname.endsWith(".js"))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  );
}
