import { Button, IconButton } from "../components/buttons";
import { FieldErrors, useFieldProblems } from "../components/forms";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate } from "../i18n/time";
import {
  minutesSinceMidnight,
  nextKey,
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
  // A time field cannot show 24:00.
  const shown = range.to === "24:00" ? "00:00" : range.to;
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
      <IconButton
        small
        icon="close"
        label={t("hours.remove", { day, from: range.from, to: range.to })}
        onClick={onRemove}
      />
    </div>
  );
}

/** A likely next range: 09:00 to 12:00, or three hours that start an hour after the last range. */
function suggestNextRange(all: readonly TimeRange[]): TimeRange {
  const last = all.at(-1);
  const from = last ? Math.min(minutesSinceMidnight(last.to) + 60, 22 * 60) : 9 * 60;
  const time = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return { key: nextKey(), from: time(from), to: time(Math.min(from + 180, 23 * 60 + 55)) };
}

const replaceItem = <Item extends { key: number }>(all: readonly Item[], item: Item) =>
  all.map((one) => (one.key === item.key ? item : one));
const removeItem = <Item extends { key: number }>(all: readonly Item[], { key }: Item) =>
  all.filter((one) => one.key !== key);

export function WeeklyEditor({ value, onChange }: EditorProps) {
  const { t, language } = useI18n();
  const problems = useFieldProblems("weeklyHours");
  const set = (weekly: Availability["weekly"]) => onChange({ ...value, weekly });
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
                  <TimeRangeFields
                    key={range.key}
                    day={day}
                    range={range}
                    onChange={(next) => set({ ...value.weekly, [weekday]: replaceItem(all, next) })}
                    onRemove={() => set({ ...value.weekly, [weekday]: removeItem(all, range) })}
                  />
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
      <FieldErrors problems={problems} />
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
      {ranges.map(({ key, from, to }) => {
        const start = minutesSinceMidnight(from);
        const end = to === "00:00" ? 1440 : minutesSinceMidnight(to);
        const width = Math.max(0, end - start);
        return <span key={key} style={{ left: `${start / 14.4}%`, width: `${width / 14.4}%` }} />;
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

export function ExceptionsEditor({ value, onChange, zone }: EditorProps & { zone: string }) {
  const { t } = useI18n();
  const problems = useFieldProblems("exceptions");
  const set = (exceptions: readonly DateException[]) => onChange({ ...value, exceptions });
  const add = () =>
    set([...value.exceptions, { key: nextKey(), on: addDays(dateInZone(new Date(), zone)), hours: [] }]);
  return (
    <div className="stack">
      <ul className="stack tight">
        {value.exceptions.map((exception) => {
          const change = (part: Partial<DateException>) =>
            set(replaceItem(value.exceptions, { ...exception, ...part }));
          return (
            <li className="dated" key={exception.key}>
              <DateField value={exception.on} onChange={(on) => change({ on })} />
              <div className="time-ranges">
                {exception.hours.length === 0 && <span className="soft small">{t("exceptions.closed")}</span>}
                {exception.hours.map((range) => (
                  <TimeRangeFields
                    key={range.key}
                    day={exception.on}
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
                  label={t("hours.add", { day: exception.on })}
                  onClick={() => change({ hours: [...exception.hours, suggestNextRange(exception.hours)] })}
                />
                <IconButton
                  small
                  icon="trash"
                  label={t("exceptions.remove", { day: exception.on })}
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
  const { t } = useI18n();
  const problems = useFieldProblems("windows");
  const set = (windows: readonly DatedRange[]) => onChange({ ...value, windows });
  const add = () => set([...value.windows, { ...suggestNextRange([]), on: addDays(dateInZone(new Date(), zone)) }]);
  return (
    <div className="stack">
      <ul className="stack tight">
        {value.windows.map((window) => (
          <li className="dated" key={window.key}>
            <DateField value={window.on} onChange={(on) => set(replaceItem(value.windows, { ...window, on }))} />
            <TimeRangeFields
              day={window.on}
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
