// Tests how the web client prepares images: it scales large ones, keeps their orientation, and explains what it cannot read.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { assertAccessible, imageFile, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const { page, close } = await openBrowser(server);
after(close);
await page.goto(`${server.origin}/login`);
await logInAs(page, await register(server));

const attached = page.getByRole("list", { name: "Attached images" });
const input = page.getByLabel("Add images").last();

/** Creates a JPEG in the browser, with the orientation tag of a camera that was turned by a quarter. */
async function turnedPhoto(width, height) {
  const bytes = await page.evaluate(
    async ([width, height]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      canvas.getContext("2d").fillRect(0, 0, width / 2, height);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [width, height],
  );
  const jpeg = Buffer.from(bytes);
  const exif = Buffer.from("ffe100224578696600004d4d002a00000008000101120003000000010006000000000000", "hex");
  const buffer = Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]);
  return { name: "photo.jpg", mimeType: "image/jpeg", buffer };
}

/** Selects a file, and returns the image that the server has stored. */
async function upload(file) {
  const sent = page.waitForRequest((request) => (request.headers()["content-type"] ?? "").startsWith("multipart/"));
  await input.setInputFiles(file);
  const response = await (await sent).response();
  const { data } = await response.json();
  assert.deepEqual(data.uploadImage.userErrors, []);
  await attached.getByRole("img", { name: file.name, exact: true }).waitFor();
  await page.getByRole("button", { name: `Remove ${file.name}` }).click();
  return data.uploadImage.image;
}

test("an image that is larger than the server accepts is scaled before it is sent", async () => {
  const file = imageFile("large.png", [70, 140, 90], { size: 2200, level: 0 });
  assert.ok(file.buffer.length > 8 * 1024 * 1024, `${file.buffer.length} bytes`);
  const { width, height } = await upload(file);
  assert.deepEqual([width, height], [2048, 2048]);
});

test("a photo that is scaled stays upright", async () => {
  // Turned by a quarter: 2,400 by 1,600 pixels are shown as 1,600 by 2,400.
  const { width, height } = await upload(await turnedPhoto(2400, 1600));
  assert.deepEqual([width, height], [1365, 2048]);
});

test("a HEIC photo that the browser cannot read is explained", async () => {
  const buffer = Buffer.concat([Buffer.from("00000018", "hex"), Buffer.from("ftypheic"), Buffer.alloc(200)]);
  await input.setInputFiles({ name: "IMG_0001.HEIC", mimeType: "image/heic", buffer });
  await page.getByRole("alert").getByText("This browser can’t read HEIC photos.").waitFor();
  assert.equal(await attached.count(), 0);
});

test("images beyond the limit are left out with a message", async () => {
  const files = [1, 2, 3, 4, 5].map((number) => imageFile(`${number}.png`));
  await input.setInputFiles(files);
  await page.getByRole("alert").getByText("Only 4 images fit here.").waitFor();
  await attached.getByRole("img", { name: "4.png", exact: true }).waitFor();
  assert.equal(await attached.getByRole("listitem").count(), 4);
  await screenshot(page, "web-images-attached");
});

test("a file that is dropped beside the fields does not replace the page", async () => {
  const isPrevented = await page.evaluate(() => {
    const event = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() });
    document.querySelector("h1").dispatchEvent(event);
    return event.defaultPrevented;
  });
  assert.equal(isPrevented, true);
});

/** Sends an event with an image file to an element, as the clipboard and a dragged file do. */
const sendFile = (locator, type) =>
  locator.evaluate(async (element, type) => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [40, 40];
    canvas.getContext("2d").fillRect(0, 0, 40, 40);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const data = new DataTransfer();
    data.items.add(new File([blob], `${type}.png`, { type: "image/png" }));
    const options = { bubbles: true, cancelable: true };
    const event =
      type === "paste"
        ? new ClipboardEvent(type, { ...options, clipboardData: data })
        : new DragEvent(type, { ...options, dataTransfer: data });
    element.dispatchEvent(event);
  }, type);

test("images are pasted and dropped into a post, and shown one after the other in full", async () => {
  await page.reload();
  for (const { name } of [1, 2, 3, 4].map((number) => imageFile(`${number}.png`)))
    await page.getByRole("button", { name: `Remove ${name}` }).click();
  const field = page.getByLabel("New post");
  await field.fill("Two lamps");
  await sendFile(field, "paste");
  await sendFile(field, "dragover");
  await page.locator(".composer.dropping").waitFor();
  await sendFile(field, "drop");
  await page.locator(".composer.dropping").waitFor({ state: "detached" });
  for (const name of ["paste.png", "drop.png"]) await attached.getByRole("img", { name, exact: true }).waitFor();
  await page.getByRole("button", { name: "Post", exact: true }).click();
  const post = page.getByRole("article").filter({ hasText: "Two lamps" });
  await post.getByRole("button", { name: /^Open: Image 1 by/ }).click();
  const viewer = page.getByRole("dialog");
  await viewer.getByText("1 / 2").waitFor();
  await screenshot(page, "web-images-viewer");
  await assertAccessible(page);
  await page.keyboard.press("ArrowRight");
  await viewer.getByText("2 / 2").waitFor();
  assert.equal(await viewer.getByRole("button", { name: "Next image" }).isDisabled(), true);
  await viewer.getByRole("button", { name: "Previous image" }).click();
  await viewer.getByRole("img", { name: /^Image 1 by/ }).waitFor();
  await page.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  await post.getByRole("button", { name: /^Open: Image 1 by/ }).and(page.locator(":focus")).waitFor();
});
