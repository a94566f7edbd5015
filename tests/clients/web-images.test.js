// Tests how the web client prepares images: it scales large ones, keeps their orientation, and explains what it cannot read.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { register } from "./support/accounts.js";
import { openBrowser, screenshot } from "./support/browser.js";
import { startServer } from "./support/server.js";
import { imageFile, logInAs } from "./support/web.js";

const server = await startServer();
after(() => server.stop());
const { page, close } = await openBrowser(server);
after(close);
await page.goto(`${server.origin}/login`);
await logInAs(page, await register(server));

const attached = page.getByRole("list", { name: "Attached images" });
const input = page.getByLabel("Add images").last();

/** Creates a noisy JPEG in the browser, with the orientation tag of a camera that was turned. */
async function photo(width, height, orientation) {
  const bytes = await page.evaluate(
    async ([width, height]) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const context = canvas.getContext("2d");
      const pixels = context.createImageData(width, height);
      for (let start = 0; start < pixels.data.length; start += 65_536) {
        crypto.getRandomValues(pixels.data.subarray(start, start + 65_536));
      }
      context.putImageData(pixels, 0, 0);
      context.globalCompositeOperation = "destination-over";
      context.fillRect(0, 0, width, height);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
      return [...new Uint8Array(await blob.arrayBuffer())];
    },
    [width, height],
  );
  const jpeg = Buffer.from(bytes);
  const exif = Buffer.from(`ffe10022${Buffer.from("Exif\0\0").toString("hex")}4d4d002a0000000800010112000300000001000${orientation}000000000000`, "hex");
  return { name: "photo.jpg", mimeType: "image/jpeg", buffer: Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]) };
}

test("a photo that is too large is scaled before it is sent, and stays upright", async () => {
  const file = await photo(3000, 2000, 6);
  assert.ok(file.buffer.length > 8 * 1024 * 1024, `${file.buffer.length} bytes`);
  const sent = page.waitForRequest((request) => (request.headers()["content-type"] ?? "").startsWith("multipart/"));
  await input.setInputFiles(file);
  const image = attached.getByRole("img", { name: "photo.jpg", exact: true });
  const response = await (await sent).response();
  const { data } = await response.json();
  assert.deepEqual(data.uploadImage.userErrors, []);
  // Turned by a quarter: 3,000 by 2,000 pixels are shown as 2,000 by 3,000.
  const { width, height } = data.uploadImage.image;
  assert.equal(Math.max(width, height), 2048);
  assert.ok(height > width, `${width} by ${height} pixels`);
  await image.waitFor();
  await page.getByRole("button", { name: "Remove photo.jpg" }).click();
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
