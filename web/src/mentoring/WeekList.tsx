import { useId, useRef, type KeyboardEvent } from "react";
import { useSession } from "../accounts/session";
import { readingKey } from "../components/keys";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate, formatTime } from "../i18n/time";
import type { FreeSlotFragment } from "./generated/offers";
import type { Places } from "./useWaitlists";

interface SlotChoice {
  isPickable: boolean;
  /** The start of the chosen slot. Undefined where a slot is not chosen first, but booked at once. */
  picked?: string;
  /** Where the viewer waits for a full slot. */
  places: Places;
  /** Whether the slots differ in length. */
  showsLength: boolean;
  onPick: (slot: FreeSlotFragment) => void;
}

interface WeekListProps extends SlotChoice {
  week: string;
  slots: readonly FreeSlotFragment[];
  label: string;
}

const dayOffsets = [0, 1, 2, 3, 4, 5, 6];

/** The slots of a week, a column for each day. Arrow keys move between slots. */
export function WeekList({ week, slots, label, ...choice }: WeekListProps) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const id = useId();
  const list = useRef<HTMLOListElement>(null);
  const byDay = Map.groupBy(slots, ({ startsAt }) => dateInZone(new Date(startsAt), zone));
  const handleKeyDown = (event: KeyboardEvent) => {
    const target = neighbour(list.current, readingKey(event.key));
    if (!target) return;
    event.preventDefault();
    target.focus();
  };
  return (
    <>
      <p className="visually-hidden" id={id}>
        {t("slots.weekKeys")}
      </p>
      <ol className="week" ref={list} aria-label={label} aria-describedby={id} onKeyDown={handleKeyDown}>
        {dayOffsets.map((offset) => {
          const day = addDays(week, offset);
          return (
            <li key={day} className={byDay.has(day) ? undefined : "no-slots"}>
              <h4>
                <span>{formatDate(day, language, { weekday: "short" })}</span>{" "}
                {formatDate(day, language, { day: "numeric", month: "short" })}
              </h4>
              <ul>
                {byDay.get(day)?.map((slot) => (
                  <li key={slot.startsAt + slot.endsAt}>
                    <SlotButton slot={slot} day={day} {...choice} />
                  </li>
                ))}
              </ul>
            </li>
          );
        })}
      </ol>
    </>
  );
}

/** The slot that an arrow key leads to from the focused one. Days without slots are skipped. */
function neighbour(list: HTMLElement | null, key: string) {
  const days = [...(list?.children ?? [])]
    .map((day) => [...day.querySelectorAll("button")])
    .filter(({ length }) => length > 0);
  const all = days.flat();
  const focused = document.activeElement as HTMLButtonElement;
  const column = days.findIndex((day) => day.includes(focused));
  const row = days[column]?.indexOf(focused) ?? 0;
  const beside = (day: HTMLButtonElement[] | undefined) => day?.[Math.min(row, day.length - 1)];
  switch (key) {
    case "ArrowUp":
      return days[column]?.[row - 1];
    case "ArrowDown":
      return days[column]?.[row + 1];
    case "ArrowLeft":
      return beside(days[column - 1]);
    case "ArrowRight":
      return beside(days[column + 1]);
    case "Home":
      return all[0];
    case "End":
      return all.at(-1);
    default:
      return undefined;
  }
}

export function SlotButton({ slot, day, isPickable, picked, places, showsLength, onPick }: SlotChoice & { slot: FreeSlotFragment; day: string }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const time = formatTime(slot.startsAt, language, zone);
  const length = showsLength && t("offer.minutes", { count: (Date.parse(slot.endsAt) - Date.parse(slot.startsAt)) / 60_000 });
  const dateLabel = formatDate(day, language, { weekday: "long", day: "numeric", month: "long" });
  const place = places.get(slot.startsAt);
  const isFull = slot.seatsLeft === 0;
  const note = !isFull
    ? slot.seatsLeft > 1 && t("slots.left", { count: slot.seatsLeft })
    : !place
      ? t("waitlist.slot")
      : place.offerExpiresAt
        ? t("waitlist.held")
        : t("waitlist.place", { position: place.position ?? 1 });
  return (
    <button
      type="button"
      className={isFull ? "button slot full" : "button slot"}
      disabled={!isPickable}
      aria-pressed={picked === undefined ? undefined : slot.startsAt === picked}
      aria-label={`${dateLabel}, ${[time, length, note].filter(Boolean).join(" ")}`}
      onClick={() => onPick(slot)}
    >
      {time} {length && <span className="small soft">{length}</span>} {note && <span className={isFull ? "small" : "small soft"}>{note}</span>}
    </button>
  );
}
