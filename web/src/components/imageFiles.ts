// Prepares images before they are sent. A photo of a phone has more pixels than the server keeps.
import type { Problem } from "../graphql/problems";

/** The server keeps at most this many pixels a side. */
const maxSide = 2048;
/** Smaller files are sent as they are. */
const smallBytes = 1024 * 1024;
/** The server's default limit for an uploaded file. */
const maxBytes = 16 * 1024 * 1024;

export const acceptedTypes = "image/jpeg,image/png,image/webp,image/gif,image/heic,image/heif";

type Prepared = { file: Blob; problem?: undefined } | { file?: undefined; problem: Problem };

/** Scales a large image and converts formats that the server does not accept, if the browser can decode them. */
export async function prepareImage(file: Blob): Promise<Prepared> {
  const isHeic = await isHeicFile(file);
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => undefined);
  if (!bitmap) {
    if (isHeic) return { problem: { code: "HEIC_UNREADABLE", message: "" } };
    // The server has the last word about a file that the browser cannot decode.
    return file.size > maxBytes ? { problem: { code: "TOO_LARGE", message: "" } } : { file };
  }
  const { width, height } = bitmap;
  const scale = Math.min(1, maxSide / Math.max(width, height));
  if (scale === 1 && file.size <= smallBytes && !isHeic) {
    bitmap.close();
    return { file };
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d");
  if (context) context.imageSmoothingQuality = "high";
  context?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  // JPEG has no transparency. A browser that cannot write WebP writes PNG.
  const type = isHeic || file.type === "image/jpeg" ? "image/jpeg" : "image/webp";
  const scaled = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, 0.88));
  const smallest = scaled && (scaled.size < file.size || isHeic) ? scaled : file;
  return smallest.size > maxBytes ? { problem: { code: "TOO_LARGE", message: "" } } : { file: smallest };
}

/** The photos of iPhones. The first bytes tell them: browsers that do not know the format report no type. */
async function isHeicFile(file: Blob) {
  const start = await file.slice(4, 12).text();
  return /^ftyp(hei|hev|mif1|msf1)/.test(start);
}
