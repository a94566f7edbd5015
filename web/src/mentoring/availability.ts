// The state of the availability editor: dates and times as strings, with keys for React.
import { addDays, timeInZone, dateInZone, zonedInstant } from "../i18n/time";
import type { Weekday } from "../graphql/generated/schema";
import type { OfferDetailsFragment } from "./generated/offers";

export const weekdays: readonly Weekday[] = [
  "MONDAY",
  "TUESDAY",
  "WEDNESDAY",
  "THURSDAY",
  "FRIDAY",
  "SATURDAY",
  "SUNDAY",
];

export interface TimeRange {
  key: number;
  from: string;
  to: string;
}

export interface DateException {
  key: number;
  on: string;
  hours: readonly TimeRange[];
}

export interface DatedRange extends TimeRange {
  on: string;
}

export interface Availability {
  weekly: Readonly<Record<Weekday, readonly TimeRange[]>>;
  exceptions: readonly DateException[];
  windows: readonly DatedRange[];
}

let lastKey = 0;
export const nextKey = () => ++lastKey;

const toTimeRange = ({ from, to }: { from: string; to: string }): TimeRange => ({
  key: nextKey(),
  from: from.slice(0, 5),
  to: to.slice(0, 5),
});

const midnight = "00:00";
const endOfDay = "24:00";

/** Time fields show midnight at the end of a day as 00:00. */
const isEndOfDay = (to: string) => to === endOfDay || to === midnight;

/** Whether a range ends on the next day, as from 22:30 to 02:00. */
export const isOvernight = ({ from, to }: TimeRange) =>
  Boolean(from && to) && !isEndOfDay(to) && minutesSinceMidnight(to) < minutesSinceMidnight(from);

/** The server has hours of one day each: an overnight range is two, split at midnight. */
function splitAtMidnight(range: TimeRange) {
  const { from, to } = range;
  return isOvernight(range)
    ? { own: { from, to: endOfDay }, next: { from: midnight, to } }
    : { own: { from, to: isEndOfDay(to) ? endOfDay : to }, next: undefined };
}

const nextWeekday = (day: Weekday) => weekdays[(weekdays.indexOf(day) + 1) % weekdays.length] as Weekday;

export function toAvailability(offer: OfferDetailsFragment | undefined, zone: string): Availability {
  const weekly = Object.fromEntries(weekdays.map((day) => [day, [] as TimeRange[]])) as Record<Weekday, TimeRange[]>;
  for (const hours of offer?.weeklyHours ?? []) weekly[hours.weekday].push(toTimeRange(hours));
  const exceptions = (offer?.exceptions ?? []).map(({ on, hours }) => ({
    key: nextKey(),
    on,
    hours: hours.map(toTimeRange),
  }));
  const windows = (offer?.windows ?? []).map(({ startsAt, endsAt }) => ({
    key: nextKey(),
    on: dateInZone(new Date(startsAt), zone),
    from: timeInZone(new Date(startsAt), zone),
    to: timeInZone(new Date(endsAt), zone),
  }));
  return { weekly: joinOvernight(weekly), ...joinExceptions(exceptions, windows) };
}

/** Joins hours of an exception up to midnight with the window that goes on from there: see `overnightWindows`. */
function joinExceptions(exceptions: readonly DateException[], windows: readonly DatedRange[]) {
  let others = windows;
  const joined = exceptions.map((exception) => ({
    ...exception,
    hours: exception.hours.map((late) => {
      const early = others.find(({ on, from }) => on === addDays(exception.on) && from === midnight);
      if (late.to !== endOfDay || !early || !isOvernight({ ...late, to: early.to })) return late;
      others = others.filter((window) => window !== early);
      return { ...late, to: early.to };
    }),
  }));
  return { exceptions: joined, windows: others };
}

/** Joins hours up to midnight with those of the next day from midnight. A full day stays as it is. */
function joinOvernight(weekly: Record<Weekday, TimeRange[]>) {
  const joined = { ...weekly };
  for (const day of weekdays) {
    const late = joined[day].find(({ from, to }) => to === endOfDay && from !== midnight);
    const early = joined[nextWeekday(day)].find(({ from, to }) => from === midnight && to !== endOfDay);
    // Longer than a day, it could not be distinguished from a short range.
    if (!late || !early || minutesSinceMidnight(early.to) > minutesSinceMidnight(late.from)) continue;
    joined[day] = joined[day].map((range) => (range === late ? { ...late, to: early.to } : range));
    joined[nextWeekday(day)] = joined[nextWeekday(day)].filter((range) => range !== early);
  }
  return joined;
}

/** The ranges of a week as the server has them, in its order, each with the key of the editor's range. */
function weeklyRanges({ weekly }: Pick<Availability, "weekly">) {
  const all = weekdays.flatMap((weekday) =>
    weekly[weekday].flatMap((range) => {
      const { own, next } = splitAtMidnight(range);
      const parts = [{ key: range.key, weekday, ...own }];
      return next ? [...parts, { key: range.key, weekday: nextWeekday(weekday), ...next }] : parts;
    }),
  );
  return all.sort(
    (a, b) => weekdays.indexOf(a.weekday) - weekdays.indexOf(b.weekday) || a.from.localeCompare(b.from),
  );
}

/** The editor's range of each range of the input. */
export const weeklyRangeKeys = (availability: Availability) => weeklyRanges(availability).map(({ key }) => key);

/** Converts to the fields of the input. Windows become instants, with their times read in the mentor's zone. */
export function toAvailabilityInput(availability: Availability, zone: string) {
  const { exceptions, windows } = availability;
  return {
    weeklyHours: weeklyRanges(availability).map(({ weekday, from, to }) => ({ weekday, from, to })),
    exceptions: exceptions
      .filter(({ on }) => on)
      .map(({ on, hours }) => ({ on, hours: hours.map((range) => splitAtMidnight(range).own) })),
    windows: [...windows, ...overnightWindows(exceptions)]
      .filter(({ on }) => on)
      .map((range) => ({
        startsAt: zonedInstant(range.on, range.from, zone).toISOString(),
        endsAt: isOvernight(range)
          ? zonedInstant(addDays(range.on), range.to, zone).toISOString()
          : zonedInstant(range.on, isEndOfDay(range.to) ? endOfDay : range.to, zone).toISOString(),
      })),
  };
}

/**
 * The hours of exceptions after midnight. They are windows of the next date, because an exception would replace its weekly
 * hours.
 */
function overnightWindows(exceptions: readonly DateException[]): DatedRange[] {
  return exceptions.flatMap(({ on, hours }) =>
    hours.flatMap((range) => {
      const { next } = splitAtMidnight(range);
      return on && next ? [{ key: range.key, on: addDays(on), ...next }] : [];
    }),
  );
}

/**
 * The fields of an input that differ from the offer. The server leaves absent fields unchanged and never reports them
 * as the cause of a conflict with a booking.
 */
export function changedFields<Input extends object>(offer: OfferDetailsFragment, input: Input): Partial<Input> {
  const hours = toAvailabilityInput(toAvailability(offer, offer.timeZone), offer.timeZone);
  const questions = offer.questions.map(({ label, kind, isRequired, choices }) => ({ label, kind, isRequired, choices }));
  const before: Record<string, unknown> = { ...offer, ...hours, questions };
  const isChanged = ([name, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(before[name]);
  return Object.fromEntries(Object.entries(input).filter(isChanged)) as Partial<Input>;
}

/** A likely next range: 09:00 to 12:00, or three hours that start an hour after the last range, all on the same day. */
export function suggestNextRange(all: readonly TimeRange[]): TimeRange {
  const last = all.at(-1);
  const end = !last ? 8 * 60 : isOvernight(last) || isEndOfDay(last.to) ? 24 * 60 : minutesSinceMidnight(last.to);
  // Late in the day, there is no room for another range: it is suggested before the first one.
  const first = Math.min(...all.map(({ from }) => minutesSinceMidnight(from)));
  const from = end + 60 <= 22 * 60 ? end + 60 : Math.max(0, Math.min(first - 240, 21 * 60));
  const to = end + 60 <= 22 * 60 ? Math.min(from + 180, 24 * 60) : Math.max(from + 60, Math.min(from + 180, first - 60));
  return { key: nextKey(), from: timeOf(from), to: timeOf(to) };
}

const timeOf = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export function minutesSinceMidnight(time: string) {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}
