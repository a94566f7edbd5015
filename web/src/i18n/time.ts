// Instants, days and hours of a time zone. The server gives instants; people live in zones.

/** The zone this computer is in. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A language as this browser's owner writes it: English dates of Britain are not those of America. */
const localeOf = (language: string) =>
  navigator.languages.find((name) => name.split("-")[0] === language) ?? language;

/** Every zone the browser knows, for a choice. */
export const zones = (): string[] => {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes("UTC") ? known : ["UTC", ...known];
};

/** A zone's name for people: `Europe/Paris` becomes `Paris`. */
export const placeOf = (zone: string) => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** The calendar day of an instant in a zone, as `2026-03-29`. */
export function dayOf(instant: Date, zone: string) {
  // Sweden writes dates as the ISO standard does.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(instant);
}

/** The wall clock of an instant in a zone, as `09:30`. */
export function clockOf(instant: Date, zone: string) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(instant);
}

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offsetAt(instant: number, zone: string) {
  const date = new Date(instant);
  const seconds = Math.floor(instant / 1000) * 1000;
  const shown = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  }).format(date);
  return Date.parse(`${shown.replace(" ", "T")}Z`) - seconds;
}

/** Whether the clocks of two zones agree, by whatever names they go: now, and in the other half of the year. */
export function haveSameClocks(one: string, other: string, now = Date.now()) {
  const moments = [now, now + 182 * 86_400_000];
  return one === other || moments.every((instant) => offsetAt(instant, one) === offsetAt(instant, other));
}

/** The instant at which a zone's clocks show that day and time. In a skipped hour, the instant that much after the gap. */
export function instantOf(day: string, clock: string, zone: string) {
  const isMidnightAfter = clock === "24:00";
  const wall = Date.parse(`${day}T${isMidnightAfter ? "00:00" : clock}Z`) + (isMidnightAfter ? 86_400_000 : 0);
  const guess = wall - offsetAt(wall, zone);
  return new Date(wall - offsetAt(guess, zone));
}

/** The day `count` days after another; days of a calendar, not stretches of 24 hours. */
export function dayAfter(day: string, count = 1) {
  return new Date(Date.parse(`${day}T00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The Monday of the week in which a day lies. */
export function mondayOf(day: string) {
  const weekday = new Date(`${day}T00:00Z`).getUTCDay();
  return dayAfter(day, -((weekday + 6) % 7));
}

/** A day for people, as `Mon 29 March`. */
export function dayText(day: string, language: string, style: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat(localeOf(language), { ...style, timeZone: "UTC" }).format(new Date(`${day}T00:00Z`));
}

export function timeText(instant: string | Date, language: string, zone: string) {
  return new Intl.DateTimeFormat(localeOf(language), { timeStyle: "short", timeZone: zone }).format(new Date(instant));
}

/** A part of an instant's date, such as the month. */
export function partText(instant: string, language: string, zone: string, style: Intl.DateTimeFormatOptions) {
  return new Intl.DateTimeFormat(localeOf(language), { ...style, timeZone: zone }).format(new Date(instant));
}

export function momentText(instant: string | Date, language: string, zone: string) {
  const style: Intl.DateTimeFormatOptions = {
    weekday: "short",
    day: "numeric",
    month: "long",
    hour: "numeric",
    minute: "2-digit",
    timeZone: zone,
  };
  const yearOf = (date: Date) => dayOf(date, zone).slice(0, 4);
  if (yearOf(new Date(instant)) !== yearOf(new Date())) style.year = "numeric";
  return new Intl.DateTimeFormat(localeOf(language), style).format(new Date(instant));
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
];

/** How long ago, as long as that says more than a date: up to a week. */
export function agoText(instant: string, language: string, zone: string, now = Date.now()) {
  const seconds = Math.round((Date.parse(instant) - now) / 1000);
  const [unit, size] = steps.findLast(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  if (Math.abs(seconds) >= 7 * 86_400) {
    const style: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", year: "numeric", timeZone: zone };
    return new Intl.DateTimeFormat(localeOf(language), style).format(new Date(instant));
  }
  const count = Math.abs(seconds) < 60 ? 0 : Math.trunc(seconds / size);
  return new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" }).format(count, unit);
}

/** A span for people: minutes, hours or days, whichever it is made of. */
export function spanText(minutes: number, language: string) {
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
