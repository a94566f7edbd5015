/** The size of a file in the largest unit that it fills, such as "1.2 MB". */
export function formatBytes(bytes: number, language: string) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const index = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)), units.length - 1);
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[index],
    unitDisplay: index === 0 ? "long" : "short",
    maximumFractionDigits: index > 1 ? 1 : 0,
  }).format(bytes / 1024 ** index);
}
