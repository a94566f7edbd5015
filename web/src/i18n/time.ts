// Dates and times in time zones. The server sends instants. A date is a string like `2026-03-29`, a time like `09:30`.

export const deviceTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The browser's regional variant of a language: British and American dates differ. */
export const regionalLocale = (language: string) =>
  navigator.languages.find((name) => name.split("-")[0] === language) ?? language;

export const timeZones = (): string[] => {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes("UTC") ? known : ["UTC", ...known];
};

/** A short name for a zone: `Europe/Paris` becomes `Paris`. */
export const zoneLabel = (zone: string) => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** The calendar date of an instant in a zone. */
export function dateInZone(instant: Date, zone: string) {
  // Swedish dates have the ISO format.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(instant);
}

/** The wall-clock time of an instant in a zone. */
export function timeInZone(instant: Date, zone: string) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(instant);
}

/** The offset of a zone from UTC at an instant, in milliseconds. */
function utcOffsetAt(instant: number, zone: string) {
  const date = new Date(instant);
  const seconds = Math.floor(instant / 1000) * 1000;
  const shown = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  }).format(date);
  return Date.parse(`${shown.replace(" ", "T")}Z`) - seconds;
}

/** Whether two zones have the same offset now and half a year from now, so that both share summer time as well. */
export function haveSameOffset(one: string, other: string, now = Date.now()) {
  const instants = [now, now + 182 * 86_400_000];
  return one === other || instants.every((instant) => utcOffsetAt(instant, one) === utcOffsetAt(instant, other));
}

/** The instant of a date and time in a zone. A time that a clock change skips moves forward by the skipped duration. */
export function zonedInstant(date: string, time: string, zone: string) {
  const isEndOfDay = time === "24:00";
  const wall = Date.parse(`${date}T${isEndOfDay ? "00:00" : time}Z`) + (isEndOfDay ? 86_400_000 : 0);
  const guess = wall - utcOffsetAt(wall, zone);
  return new Date(wall - utcOffsetAt(guess, zone));
}

/** The date `count` calendar days later. */
export function addDays(date: string, count = 1) {
  return new Date(Date.parse(`${date}T00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The Monday of the week of a date. */
export function startOfWeek(date: string) {
  const weekday = new Date(`${date}T00:00Z`).getUTCDay();
  return addDays(date, -((weekday + 6) % 7));
}

export function formatDate(day: string, language: string, style: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat(regionalLocale(language), { ...style, timeZone: "UTC" }).format(
    new Date(`${day}T00:00Z`),
  );
}

export function formatTime(instant: string | Date, language: string, zone: string) {
  return new Intl.DateTimeFormat(regionalLocale(language), { timeStyle: "short", timeZone: zone }).format(
    new Date(instant),
  );
}

/** Formats a wall-clock time such as `09:30`. */
export const formatWallTime = (time: string, language: string) =>
  time && formatTime(`2026-01-05T${time}Z`, language, "UTC");

/** Formats part of an instant, such as the month. */
export function formatDatePart(instant: string, language: string, zone: string, style: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat(regionalLocale(language), { ...style, timeZone: zone }).format(new Date(instant));
}

export function formatDateTime(instant: string | Date, language: string, zone: string) {
  const style: Intl.DateTimeFormatOptions = {
    weekday: "short",
    day: "numeric",
    month: "long",
    hour: "numeric",
    minute: "2-digit",
    timeZone: zone,
  };
  const yearOf = (date: Date) => dateInZone(date, zone).slice(0, 4);
  if (yearOf(new Date(instant)) !== yearOf(new Date())) style.year = "numeric";
  return new Intl.DateTimeFormat(regionalLocale(language), style).format(new Date(instant));
}

const relativeUnits: [Intl.RelativeTimeFormatUnit, number][] = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
];

/** Relative time for up to a week, such as "2 days ago", then the date. */
export function formatRelative(instant: string, language: string, zone: string, now = Date.now()) {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const [unit, size] = relativeUnits.findLast(([, size]) => Math.abs(seconds) >= size) ?? ["second", 60];
  if (Math.abs(seconds) >= 7 * 86_400) {
    const style: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric", timeZone: zone };
    return new Intl.DateTimeFormat(regionalLocale(language), style).format(new Date(instant));
  }
  // Less than a minute is 0 seconds, which `numeric: "auto"` formats as "now".
  return new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }).format(
    Math.trunc(seconds / size),
    unit,
  );
}

/** A duration in the largest unit that divides it: days, hours or minutes. */
export function formatDuration(minutes: number, language: string) {
  const [unit, size] =
    minutes % 1440 === 0 && minutes > 0
      ? ["day", 1440]
      : minutes % 60 === 0 && minutes > 0
        ? ["hour", 60]
        : ["minute", 1];
  return new Intl.NumberFormat(language, { style: "unit", unit: String(unit), unitDisplay: "long" }).format(
    minutes / Number(size),
  );
}
