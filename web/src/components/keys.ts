/** An arrow key in the direction in which the page is read: in a right-to-left language, left is forward. */
export function readingKey(key: string) {
  if (document.dir !== "rtl") return key;
  return { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[key] ?? key;
}
