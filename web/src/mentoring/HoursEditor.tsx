import { Fragment } from "react";
import { Button, IconButton } from "../components/buttons";
import { FieldErrors, fieldPathOf, useFieldProblems } from "../components/forms";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate, formatWallTime } from "../i18n/time";
import {
  minutesSinceMidnight,
  isOvernight,
  nextKey,
  suggestNextRange,
  weeklyRangeKeys,
  weekdays,
  type Availability,
  type DatedRange,
  type DateException,
  type TimeRange,
} from "./availability";

interface EditorProps {
  value: Availability;
  onChange: (value: Availability) => void;
}

/** Start and end of a range. The accessible names include the day. */
function TimeRangeFields({
  day,
  range,
  onChange,
  onRemove,
}: {
  day: string;
  range: TimeRange;
  onChange: (range: TimeRange) => void;
  onRemove: () => void;
}) {
  const { t } = useI18n();
  const { language } = useI18n();
  // A time field cannot show 24:00.
  const shown = range.to === "24:00" ? "00:00" : range.to;
  const label = { day, from: formatWallTime(range.from, language), to: formatWallTime(shown, language) };
  return (
    <div className="time-range">
      <input
        className="input"
        type="time"
        step={300}
        aria-label={t("hours.from", { day })}
        value={range.from}
        onChange={(event) => onChange({ ...range, from: event.target.value })}
      />
      <span className="soft">{t("hours.until")}</span>
      <input
        className="input"
        type="time"
        step={300}
        aria-label={t("hours.to", { day })}
        value={shown}
        onChange={(event) => onChange({ ...range, to: event.target.value })}
      />
      {isOvernight(range) && <span className="soft small">{t("hours.nextDay")}</span>}
      <IconButton small icon="close" label={t("hours.remove", label)} onClick={onRemove} />
    </div>
  );
}


const replaceItem = <Item extends { key: number }>(all: readonly Item[], item: Item) =>
  all.map((one) => (one.key === item.key ? item : one));
const removeItem = <Item extends { key: number }>(all: readonly Item[], { key }: Item) =>
  all.filter((one) => one.key !== key);

export function WeeklyEditor({ value, onChange }: EditorProps) {
  const { t, language } = useI18n();
  const { problems, dismiss } = useFieldProblems("weeklyHours");
  // A problem's path has the place of its range in the input: `weeklyHours.2.to`.
  const keys = weeklyRangeKeys(value);
  const problemsOf = (key: number) => problems.filter((one) => keys[Number(fieldPathOf(one).split(".")[1])] === key);
  const otherProblems = problems.filter((one) => keys[Number(fieldPathOf(one).split(".")[1])] === undefined);
  const set = (weekly: Availability["weekly"]) => {
    dismiss();
    onChange({ ...value, weekly });
  };
  const copyMonday = () => {
    const days = ["TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"] as const;
    const copies = days.map((day) => [day, value.weekly.MONDAY.map((one) => ({ ...one, key: nextKey() }))]);
    set({ ...value.weekly, ...Object.fromEntries(copies) });
  };
  return (
    <>
      <ul className="weekly">
        {weekdays.map((weekday, index) => {
          const all = value.weekly[weekday];
          // 5 January 2026 was a Monday.
          const day = formatDate(addDays("2026-01-05", index), language, { weekday: "long" });
          return (
            <li key={weekday}>
              <div className="weekday">
                <span className="strong">{day}</span>
                <DayBar ranges={all} />
              </div>
              <div className="time-ranges">
                {all.length === 0 && <span className="soft small">{t("hours.none")}</span>}
                {all.map((range) => (
                  <Fragment key={range.key}>
                    <TimeRangeFields
                      day={day}
                      range={range}
                      onChange={(next) => set({ ...value.weekly, [weekday]: replaceItem(all, next) })}
                      onRemove={() => set({ ...value.weekly, [weekday]: removeItem(all, range) })}
                    />
                    <FieldErrors problems={problemsOf(range.key)} />
                  </Fragment>
                ))}
              </div>
              <IconButton
                small
                icon="plus"
                label={t("hours.add", { day })}
                onClick={() => set({ ...value.weekly, [weekday]: [...all, suggestNextRange(all)] })}
              />
            </li>
          );
        })}
      </ul>
      <FieldErrors problems={otherProblems} />
      {value.weekly.MONDAY.length > 0 && (
        <div>
          <Button small onClick={copyMonday}>
            {t("hours.copy")}
          </Button>
        </div>
      )}
    </>
  );
}

/** The hours of a day as bars on a line of 24 hours. */
function DayBar({ ranges }: { ranges: readonly TimeRange[] }) {
  return (
    <span className="day-bar" aria-hidden="true">
      {ranges.map((range) => {
        const { key, from, to } = range;
        const start = minutesSinceMidnight(from);
        // The part after midnight is not drawn: the bar is that of one day.
        const end = isOvernight(range) || to === "00:00" ? 1440 : minutesSinceMidnight(to);
        const width = Math.max(0, end - start);
        return <span key={key} style={{ insetInlineStart: `${start / 14.4}%`, width: `${width / 14.4}%` }} />;
      })}
    </span>
  );
}

function DateField({ value, onChange }: { value: string; onChange: (on: string) => void }) {
  const { t } = useI18n();
  return (
    <input
      className="input date"
      type="date"
      aria-label={t("exceptions.date")}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

/** The date as in a sentence. The field is empty while it is typed. */
const dayLabel = (day: string, language: string) => (day ? formatDate(day, language, { dateStyle: "full" }) : "");

export function ExceptionsEditor({ value, onChange, zone }: EditorProps & { zone: string }) {
  const { t, language } = useI18n();
  const { problems, dismiss } = useFieldProblems("exceptions");
  const set = (exceptions: readonly DateException[]) => {
    dismiss();
    onChange({ ...value, exceptions });
  };
  const add = () =>
    set([...value.exceptions, { key: nextKey(), on: addDays(dateInZone(new Date(), zone)), hours: [] }]);
  return (
    <div className="stack">
      <ul className="stack tight">
        {value.exceptions.map((exception) => {
          const change = (part: Partial<DateException>) =>
            set(replaceItem(value.exceptions, { ...exception, ...part }));
          const day = dayLabel(exception.on, language);
          return (
            <li className="dated" key={exception.key}>
              <DateField value={exception.on} onChange={(on) => change({ on })} />
              <div className="time-ranges">
                {exception.hours.length === 0 && <span className="soft small">{t("exceptions.closed")}</span>}
                {exception.hours.map((range) => (
                  <TimeRangeFields
                    key={range.key}
                    day={day}
                    range={range}
                    onChange={(next) => change({ hours: replaceItem(exception.hours, next) })}
                    onRemove={() => change({ hours: removeItem(exception.hours, range) })}
                  />
                ))}
              </div>
              <div className="row">
                <IconButton
                  small
                  icon="plus"
                  label={t("hours.add", { day })}
                  onClick={() => change({ hours: [...exception.hours, suggestNextRange(exception.hours)] })}
                />
                <IconButton
                  small
                  icon="trash"
                  label={t("exceptions.remove", { day })}
                  onClick={() => set(removeItem(value.exceptions, exception))}
                />
              </div>
            </li>
          );
        })}
      </ul>
      <FieldErrors problems={problems} />
      <div>
        <Button small icon="plus" onClick={add}>
          {t("exceptions.add")}
        </Button>
      </div>
    </div>
  );
}

export function WindowsEditor({ value, onChange, zone }: EditorProps & { zone: string }) {
  const { t, language } = useI18n();
  const { problems, dismiss } = useFieldProblems("windows");
  const set = (windows: readonly DatedRange[]) => {
    dismiss();
    onChange({ ...value, windows });
  };
  const add = () => set([...value.windows, { ...suggestNextRange([]), on: addDays(dateInZone(new Date(), zone)) }]);
  return (
    <div className="stack">
      <ul className="stack tight">
        {value.windows.map((window) => (
          <li className="dated" key={window.key}>
            <DateField value={window.on} onChange={(on) => set(replaceItem(value.windows, { ...window, on }))} />
            <TimeRangeFields
              day={dayLabel(window.on, language)}
              range={window}
              onChange={(next) => set(replaceItem(value.windows, { ...window, ...next }))}
              onRemove={() => set(removeItem(value.windows, window))}
            />
          </li>
        ))}
      </ul>
      <FieldErrors problems={problems} />
      <div>
        <Button small icon="plus" onClick={add}>
          {t("windows.add")}
        </Button>
      </div>
    </div>
  );
}
