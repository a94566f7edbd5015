// The state of the availability editor: dates and times as strings, with keys for React.
import { timeInZone, dateInZone, zonedInstant } from "../i18n/time";
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

export function toAvailability(offer: OfferDetailsFragment | undefined, zone: string): Availability {
  const weekly = Object.fromEntries(weekdays.map((day) => [day, [] as TimeRange[]])) as Record<Weekday, TimeRange[]>;
  for (const hours of offer?.weeklyHours ?? []) weekly[hours.weekday].push(toTimeRange(hours));
  return {
    weekly,
    exceptions: (offer?.exceptions ?? []).map(({ on, hours }) => ({
      key: nextKey(),
      on,
      hours: hours.map(toTimeRange),
    })),
    windows: (offer?.windows ?? []).map(({ startsAt, endsAt }) => ({
      key: nextKey(),
      on: dateInZone(new Date(startsAt), zone),
      from: timeInZone(new Date(startsAt), zone),
      to: endOfDay(timeInZone(new Date(endsAt), zone)),
    })),
  };
}

/** A time field shows midnight at the end of a day as 00:00. The schema has 24:00 for it. */
const endOfDay = (to: string) => (to === "00:00" ? "24:00" : to);
const toHoursInput = ({ from, to }: TimeRange) => ({ from, to: endOfDay(to) });

/** Converts to the fields of the input. Windows become instants, with their times read in the mentor's zone. */
export function toAvailabilityInput({ weekly, exceptions, windows }: Availability, zone: string) {
  return {
    weeklyHours: weekdays.flatMap((weekday) => weekly[weekday].map((range) => ({ weekday, ...toHoursInput(range) }))),
    exceptions: exceptions.filter(({ on }) => on).map(({ on, hours: all }) => ({ on, hours: all.map(toHoursInput) })),
    windows: windows
      .filter(({ on }) => on)
      .map(({ on, from, to }) => ({
        startsAt: zonedInstant(on, from, zone).toISOString(),
        endsAt: zonedInstant(on, endOfDay(to), zone).toISOString(),
      })),
  };
}

/**
 * The fields of an input that differ from the offer. The server leaves absent fields unchanged and never reports them
 * as the cause of a conflict with a booking.
 */
export function changedFields<Input extends object>(offer: OfferDetailsFragment, input: Input): Partial<Input> {
  const hours = toAvailabilityInput(toAvailability(offer, offer.timeZone), offer.timeZone);
  const before: Record<string, unknown> = { ...offer, ...hours };
  const isChanged = ([name, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(before[name]);
  return Object.fromEntries(Object.entries(input).filter(isChanged)) as Partial<Input>;
}

export function minutesSinceMidnight(time: string) {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}
