/** Saves what an address of this site, or a text, contains. */
export function download(content: { url: string } | { text: string; name: string }) {
  const link = document.createElement("a");
  const isText = "text" in content;
  link.href = isText ? URL.createObjectURL(new Blob([content.text], { type: "text/plain" })) : content.url;
  link.download = isText ? content.name : "";
  link.click();
  // The browser has begun to read it by then.
  if (isText) window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
