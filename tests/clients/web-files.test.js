// Tests files for download in messages, posts and bookings.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { register, sendRequest } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { createOffer, createTopic } from "./support/mentoring.js";
import { startServer } from "./support/server.js";
import { assertAccessible, assertFits, assertNoErrors, imageFile, logInAs, waitUntilSent } from "./support/web.js";

const limit = 400_000;
const server = await startServer({ settings: { STUDYHALL_MAX_FILE_BYTES: String(limit) } });
after(() => server.stop());
const [ada, ben] = [await register(server), await register(server)];
const phoneOptions = { viewport: { width: 360, height: 800 }, isMobile: true, hasTouch: true, colorScheme: "dark" };
const one = await openBrowser(server);
const other = await openBrowser(server, phoneOptions);
for (const { close } of [one, other]) after(close);
for (const [{ page }, account] of [[one, ada], [other, ben]]) {
  await page.goto(`${server.origin}/login`);
  await logInAs(page, account);
}
const { page } = one;

const query = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id } } }";
const { data } = await sendRequest(server, query, { input: { userId: ben.id, text: "Hello" } }, ada.token);
const thread = `${server.origin}/messages/${data.sendMessage.conversation.id}`;
for (const { page } of [one, other]) {
  await page.goto(thread);
  await page.getByRole("log").getByText("Hello").waitFor();
}

const pdf = (name, size = 0) => ({
  name,
  mimeType: "application/pdf",
  buffer: Buffer.concat([Buffer.from("%PDF-1.4\n%\n"), Buffer.alloc(size, " "), Buffer.from("\n%%EOF\n")]),
});
const input = (page) => page.locator("input[type=file][aria-label='Attach files']").last();
const attached = (page) => page.getByRole("list", { name: "Attached files" });
const box = (page) => page.getByRole("textbox", { name: "Write a message" });
const message = (page, text) => page.getByRole("log").getByRole("article").filter({ hasText: text });
const link = (part, name) => part.getByRole("list", { name: "Files" }).getByRole("link", { name: new RegExp(`^${name}`) });
const isUploaded = (page, name) => attached(page).getByRole("button", { name: `Remove ${name}` }).waitFor();

/** Pastes or drops files on the message field. */
const transfer = (type, files) =>
  box(page).evaluate(
    (field, { type, files }) => {
      const data = new DataTransfer();
      for (const { name, mimeType, text } of files) data.items.add(new File([text], name, { type: mimeType }));
      const detail = { bubbles: true, cancelable: true };
      const event =
        type === "paste"
          ? new ClipboardEvent(type, { ...detail, clipboardData: data })
          : new DragEvent(type, { ...detail, dataTransfer: data });
      field.dispatchEvent(event);
    },
    { type, files },
  );

test("a file is sent with a message, and the other member downloads it", async () => {
  const file = pdf("Lecture notes.pdf", 30_000);
  await input(page).setInputFiles(file);
  await isUploaded(page, "Lecture notes.pdf");
  await attached(page).getByText("29 kB").waitFor();
  await screenshot(page, "web-files-composer");
  await assertAccessible(page);
  await box(page).fill("The notes of today");
  await page.keyboard.press("Enter");
  await attached(page).waitFor({ state: "detached" });
  await link(message(page, "The notes of today"), "Lecture notes.pdf").waitFor();
  const received = link(message(other.page, "The notes of today"), "Lecture notes.pdf");
  await screenshot(other.page, "web-files-phone-dark");
  await assertFits(other.page);
  await assertAccessible(other.page);
  const [download] = await Promise.all([other.page.waitForEvent("download"), received.click()]);
  assert.equal(download.suggestedFilename(), "Lecture notes.pdf");
  assert.deepEqual(await readFile(await download.path()), file.buffer);
  // The browser has not opened it.
  assert.equal(other.page.url(), thread);
});

test("a file alone is a message, and the list of conversations names it", async () => {
  await input(page).setInputFiles(pdf("alone.pdf"));
  await isUploaded(page, "alone.pdf");
  await page.getByRole("button", { name: "Send" }).click();
  await link(page.getByRole("log"), "alone.pdf").waitFor();
  await page.getByRole("navigation", { name: "Conversations" }).getByText("You: sent a file").waitFor();
});

test("files are dropped and pasted, together with images", async () => {
  await transfer("drop", [{ name: "dropped.txt", mimeType: "text/plain", text: "Dropped" }]);
  await isUploaded(page, "dropped.txt");
  await transfer("paste", [{ name: "pasted.txt", mimeType: "text/plain", text: "Pasted" }]);
  await isUploaded(page, "pasted.txt");
  // The dialog for files takes images, too.
  await input(page).setInputFiles([pdf("chosen.pdf"), imageFile("meadow.png")]);
  await isUploaded(page, "chosen.pdf");
  await page.getByRole("list", { name: "Attached images" }).getByRole("img", { name: "meadow.png", exact: true }).waitFor();
  await box(page).fill("All of them");
  await page.keyboard.press("Enter");
  const sent = message(other.page, "All of them");
  for (const name of ["dropped.txt", "pasted.txt", "chosen.pdf"]) await link(sent, name).waitFor();
  await sent.getByRole("button", { name: /^Open: Image 1/ }).waitFor();
});

test("files that are refused say why, and leave the others", async () => {
  const problem = page.getByRole("main").getByRole("alert");
  await input(page).setInputFiles(pdf("large.pdf", limit));
  await problem.getByText("large.pdf is too large. Files can have up to 0.4 MB.").waitFor();
  await input(page).setInputFiles({ name: "run.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ\0\0") });
  await problem.getByText("run.exe can’t be attached.").waitFor();
  assert.equal(await attached(page).count(), 0);
  await input(page).setInputFiles(["1.pdf", "2.pdf", "3.pdf", "4.pdf", "5.pdf"].map((name) => pdf(name)));
  await problem.getByText("Only 4 files fit here.").waitFor();
  await isUploaded(page, "4.pdf");
  assert.equal(await attached(page).getByRole("listitem").count(), 4);
  assert.equal(await page.getByRole("button", { name: "Attach files" }).isDisabled(), true);
  await screenshot(page, "web-files-refused");
  await assertAccessible(page);
  for (const name of ["1.pdf", "2.pdf", "3.pdf", "4.pdf"]) await page.getByRole("button", { name: `Remove ${name}` }).click();
});

test("an upload shows its progress, and can be cancelled with the keyboard", async (t) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("mutation UploadFile")) return route.fallback();
    await held;
    return route.abort();
  });
  t.after(() => page.unrouteAll({ behavior: "ignoreErrors" }));
  await input(page).setInputFiles(pdf("slow.pdf"));
  await attached(page).getByRole("progressbar", { name: "slow.pdf, uploading" }).waitFor();
  await assertAccessible(page);
  await attached(page).getByRole("button", { name: "Cancel uploading slow.pdf" }).focus();
  await page.keyboard.press("Enter");
  await attached(page).waitFor({ state: "detached" });
  release();
  assert.equal(await page.getByRole("main").getByRole("alert").count(), 0);
});

test("a file that was chosen offline survives a reload and is sent with its message", async () => {
  const { context } = one;
  await context.setOffline(true);
  await page.getByText("No connection.").waitFor();
  await input(page).setInputFiles(pdf("offline.pdf"));
  await attached(page).getByText("Uploaded when you send").waitFor();
  await box(page).fill("Written on the train");
  await page.keyboard.press("Enter");
  const waiting = message(page, "Written on the train");
  await waiting.getByText("Waiting to send").waitFor();
  await waiting.getByRole("list", { name: "Attached files" }).getByText("offline.pdf").waitFor();
  await screenshot(page, "web-files-offline");
  await context.setOffline(false);
  await waitUntilSent(waiting);
  await link(waiting, "offline.pdf").waitFor();
  await link(message(other.page, "Written on the train"), "offline.pdf").waitFor();
  assert.equal(await message(other.page, "Written on the train").count(), 1);

  await input(page).setInputFiles(pdf("draft.pdf"));
  await isUploaded(page, "draft.pdf");
  await page.reload();
  await isUploaded(page, "draft.pdf");
  await page.getByRole("button", { name: "Remove draft.pdf" }).click();
});

test("a download asks for a new URL, and says when the file is gone", async () => {
  await other.page.route("**/graphql", async (route) => {
    if (!route.request().postData()?.includes("query FileUrl")) return route.fallback();
    return route.fulfill({ json: { data: { node: null } } });
  });
  await link(message(other.page, "The notes of today"), "Lecture notes.pdf").click();
  await other.page.getByRole("status").getByText("This file is no longer available.").waitFor();
  await other.page.unrouteAll({ behavior: "wait" });
});

test("a post has files", async () => {
  await page.goto(server.origin);
  await page.getByLabel("New post").fill("The programme of the week");
  await input(page).setInputFiles(pdf("programme.pdf"));
  await isUploaded(page, "programme.pdf");
  await screenshot(page, "web-files-post-composer");
  await page.getByRole("button", { name: "Post", exact: true }).click();
  const post = (page) => page.getByRole("article", { name: /^Post by/ }).filter({ hasText: "The programme" });
  await link(post(page), "programme.pdf").waitFor();
  await screenshot(page, "web-files-post");
  await other.page.goto(server.origin);
  const [download] = await Promise.all([
    other.page.waitForEvent("download"),
    link(post(other.page), "programme.pdf").click(),
  ]);
  assert.equal(download.suggestedFilename(), "programme.pdf");
});

test("a booking has files, which the mentor downloads", async () => {
  const topicId = await createTopic(server, ben, "Thesis writing");
  const weekdays = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
  const offer = await createOffer(server, ben, {
    topicId,
    weeklyHours: weekdays.map((weekday) => ({ weekday, from: "00:00", to: "24:00" })),
  });
  await page.goto(`${server.origin}/mentoring/offers/${offer}`);
  await page.getByRole("button", { name: /\d:\d\d/ }).last().click();
  await page.getByRole("dialog").locator("input[type=file][aria-label='Attach files']").setInputFiles(pdf("draft of chapter 1.pdf"));
  await isUploaded(page, "draft of chapter 1.pdf");
  await screenshot(page, "web-files-booking-dialog");
  await page.getByRole("dialog").getByRole("button", { name: "Book" }).click();
  await link(page.getByRole("main"), "draft of chapter 1.pdf").waitFor();
  await screenshot(page, "web-files-booking");
  await other.page.goto(page.url());
  await link(other.page.getByRole("main"), "draft of chapter 1.pdf").waitFor();
  await assertFits(other.page);
  await assertAccessible(other.page);
  one.pageErrors.splice(0, one.pageErrors.length, ...one.pageErrors.filter((text) => !/ERR_(FAILED|INTERNET_DISCONNECTED)/.test(text)));
  assertNoErrors(one, other);
});
