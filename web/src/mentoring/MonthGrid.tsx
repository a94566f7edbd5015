import { useEffect, useId, useRef, type KeyboardEvent } from "react";
import { readingKey } from "../components/keys";
import { useI18n } from "../i18n/i18n";
import { addDays, formatDate, startOfWeek } from "../i18n/time";

/** The month `count` months after one like `2026-03`. */
export const addMonths = (month: string, count: number) =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + count)).toISOString().slice(0, 7);

interface MonthGridProps {
  month: string;
  /** The selected day, which is in the month. */
  day: string;
  /** The number of free slots. */
  countOf: (day: string) => number;
  /** Whether a day has slots, and all of them are full. */
  isFull: (day: string) => boolean;
  /** Whether a day is in the past or beyond the horizon. */
  isOutside: (day: string) => boolean;
  onSelect: (day: string) => void;
}

/**
 * The days of a month, with the number of their slots. One of them is in the tab order: arrow keys, Home, End, Page Up and
 * Page Down select another, as in the date picker of the ARIA Authoring Practices.
 */
export function MonthGrid({ month, day, countOf, isFull, isOutside, onSelect }: MonthGridProps) {
  const { t, language } = useI18n();
  const id = useId();
  const grid = useRef<HTMLTableElement>(null);
  const hasFocus = useRef(false);
  useEffect(() => {
    if (hasFocus.current) grid.current?.querySelector<HTMLElement>("[tabindex='0']")?.focus();
  }, [day]);
  const weeks: string[] = [];
  for (let week = startOfWeek(`${month}-01`); week < `${addMonths(month, 1)}-01`; week = addDays(week, 7)) weeks.push(week);

  const handleKeyDown = (event: KeyboardEvent) => {
    const target = dayAfterKey(day, readingKey(event.key));
    if (!target) return;
    event.preventDefault();
    if (isOutside(target)) return;
    hasFocus.current = true;
    onSelect(target);
  };
  return (
    <>
      <p className="visually-hidden" id={id}>
        {t("slots.monthKeys")}
      </p>
      <table
        className="month"
        role="grid"
        ref={grid}
        aria-label={formatDate(`${month}-01`, language, { month: "long", year: "numeric" })}
        aria-describedby={id}
        onKeyDown={handleKeyDown}
        onBlur={() => (hasFocus.current = false)}
      >
        <thead>
          <tr>
            {daysOf(weeks[0]!).map((one) => (
              <th key={one} scope="col" abbr={formatDate(one, language, { weekday: "long" })}>
                {formatDate(one, language, { weekday: "short" })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeks.map((week) => (
            <tr key={week}>
              {daysOf(week).map((one) => {
                if (!one.startsWith(month)) return <td key={one} />;
                const count = countOf(one);
                const label = formatDate(one, language, { weekday: "long", day: "numeric", month: "long" });
                return (
                  <td
                    key={one}
                    role="gridcell"
                    tabIndex={one === day ? 0 : -1}
                    className={count > 0 ? "has-slots" : isFull(one) ? "all-full" : undefined}
                    aria-selected={one === day}
                    aria-disabled={isOutside(one) || undefined}
                    onClick={() => !isOutside(one) && onSelect(one)}
                  >
                    <span className="visually-hidden">
                      {label},{" "}
                      {count > 0 ? t("slots.count", { count }) : t(isFull(one) ? "waitlist.dayFull" : "slots.noneOnDay")}
                    </span>
                    <span aria-hidden="true">{Number(one.slice(8))}</span>
                    <span className="tiny" aria-hidden="true">
                      {count > 0 && count}
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const daysOf = (week: string) => [0, 1, 2, 3, 4, 5, 6].map((offset) => addDays(week, offset));

/** The day that a key leads to. Another month keeps the day of the month, as far as it has it. */
function dayAfterKey(day: string, key: string) {
  const inMonth = (step: number) => {
    const month = addMonths(day.slice(0, 7), step);
    const last = addDays(`${addMonths(month, 1)}-01`, -1);
    const same = `${month}${day.slice(7)}`;
    return same < last ? same : last;
  };
  switch (key) {
    case "ArrowLeft":
      return addDays(day, -1);
    case "ArrowRight":
      return addDays(day, 1);
    case "ArrowUp":
      return addDays(day, -7);
    case "ArrowDown":
      return addDays(day, 7);
    case "Home":
      return startOfWeek(day);
    case "End":
      return addDays(startOfWeek(day), 6);
    case "PageUp":
      return inMonth(-1);
    case "PageDown":
      return inMonth(1);
    default:
      return undefined;
  }
}
