// When a mentor has time, as the editor holds it: plain days and clock times, with keys for the list on the screen.
import { clockOf, dayOf, instantOf } from "../i18n/time";
import type { Weekday } from "../graphql/generated/schema";
import type { OfferInFullFragment } from "./generated/offers";

export const weekdays: readonly Weekday[] = [
  "MONDAY",
  "TUESDAY",
  "WEDNESDAY",
  "THURSDAY",
  "FRIDAY",
  "SATURDAY",
  "SUNDAY",
];

export interface Stretch {
  key: number;
  from: string;
  to: string;
}

export interface Exception {
  key: number;
  on: string;
  hours: readonly Stretch[];
}

export interface OneTime extends Stretch {
  on: string;
}

export interface Availability {
  weekly: Readonly<Record<Weekday, readonly Stretch[]>>;
  exceptions: readonly Exception[];
  windows: readonly OneTime[];
}

let count = 0;
export const newKey = () => ++count;

const stretch = ({ from, to }: { from: string; to: string }): Stretch => ({
  key: newKey(),
  from: from.slice(0, 5),
  to: to.slice(0, 5),
});

export function availabilityOf(offer: OfferInFullFragment | undefined, zone: string): Availability {
  const weekly = Object.fromEntries(weekdays.map((day) => [day, [] as Stretch[]])) as Record<Weekday, Stretch[]>;
  for (const hours of offer?.weeklyHours ?? []) weekly[hours.weekday].push(stretch(hours));
  return {
    weekly,
    exceptions: (offer?.exceptions ?? []).map(({ on, hours }) => ({ key: newKey(), on, hours: hours.map(stretch) })),
    windows: (offer?.windows ?? []).map(({ startsAt, endsAt }) => ({
      key: newKey(),
      on: dayOf(new Date(startsAt), zone),
      from: clockOf(new Date(startsAt), zone),
      to: untilMidnight(clockOf(new Date(endsAt), zone)),
    })),
  };
}

/** What a time field calls 00:00 at the end of a day is 24:00. */
const untilMidnight = (to: string) => (to === "00:00" ? "24:00" : to);
const hours = ({ from, to }: Stretch) => ({ from, to: untilMidnight(to) });

/** The same as the server takes it. Windows are instants: their clock times are those of the mentor's zone. */
export function inputOf({ weekly, exceptions, windows }: Availability, zone: string) {
  return {
    weeklyHours: weekdays.flatMap((weekday) => weekly[weekday].map((stretch) => ({ weekday, ...hours(stretch) }))),
    exceptions: exceptions.filter(({ on }) => on).map(({ on, hours: all }) => ({ on, hours: all.map(hours) })),
    windows: windows
      .filter(({ on }) => on)
      .map(({ on, from, to }) => ({
        startsAt: instantOf(on, from, zone).toISOString(),
        endsAt: instantOf(on, untilMidnight(to), zone).toISOString(),
      })),
  };
}

/**
 * Those members of an input that differ from the offer. What is left out stays as it is, and is not blamed for a booking
 * that something else would leave without its time.
 */
export function changesTo<Input extends object>(offer: OfferInFullFragment, input: Input): Partial<Input> {
  const hours = inputOf(availabilityOf(offer, offer.timeZone), offer.timeZone);
  const before: Record<string, unknown> = { ...offer, ...hours };
  const isChanged = ([name, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(before[name]);
  return Object.fromEntries(Object.entries(input).filter(isChanged)) as Partial<Input>;
}

/** Minutes since midnight, for the picture of a day. */
export function minutesOf(clock: string) {
  const [hour = 0, minute = 0] = clock.split(":").map(Number);
  return hour * 60 + minute;
}
