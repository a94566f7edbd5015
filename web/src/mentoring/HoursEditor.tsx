import { Button, IconButton } from "../components/buttons";
import { Faults, useProblems } from "../components/forms";
import { useSpeech } from "../i18n/language";
import { dayAfter, dayOf, dayText } from "../i18n/time";
import {
  minutesOf,
  newKey,
  weekdays,
  type Availability,
  type Exception,
  type OneTime,
  type Stretch,
} from "./availability";

interface EditorProps {
  value: Availability;
  onChange: (value: Availability) => void;
}

/** From and to, with names that say of which day. */
function StretchFields({
  day,
  stretch,
  onChange,
  onRemove,
}: {
  day: string;
  stretch: Stretch;
  onChange: (stretch: Stretch) => void;
  onRemove: () => void;
}) {
  const { t } = useSpeech();
  // A time field ends at 23:59; midnight at the end of a day is written 00:00 there.
  const shown = stretch.to === "24:00" ? "00:00" : stretch.to;
  return (
    <div className="stretch">
      <input
        className="input"
        type="time"
        step={300}
        aria-label={t("hours.from", { day })}
        value={stretch.from}
        onChange={(event) => onChange({ ...stretch, from: event.target.value })}
      />
      <span className="soft">{t("hours.until")}</span>
      <input
        className="input"
        type="time"
        step={300}
        aria-label={t("hours.to", { day })}
        value={shown}
        onChange={(event) => onChange({ ...stretch, to: event.target.value })}
      />
      <IconButton
        small
        icon="close"
        label={t("hours.remove", { day, from: stretch.from, to: stretch.to })}
        onClick={onRemove}
      />
    </div>
  );
}

/** The next stretch somebody is likely to want: in the morning, or after what is there already. */
function following(all: readonly Stretch[]): Stretch {
  const last = all.at(-1);
  const from = last ? Math.min(minutesOf(last.to) + 60, 22 * 60) : 9 * 60;
  const clock = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return { key: newKey(), from: clock(from), to: clock(Math.min(from + 180, 23 * 60 + 55)) };
}

const replaced = <Item extends { key: number }>(all: readonly Item[], item: Item) =>
  all.map((one) => (one.key === item.key ? item : one));
const removed = <Item extends { key: number }>(all: readonly Item[], { key }: Item) =>
  all.filter((one) => one.key !== key);

export function WeeklyEditor({ value, onChange }: EditorProps) {
  const { t, language } = useSpeech();
  const faults = useProblems("weeklyHours");
  const set = (weekly: Availability["weekly"]) => onChange({ ...value, weekly });
  const copyMonday = () => {
    const days = ["TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"] as const;
    const copies = days.map((day) => [day, value.weekly.MONDAY.map((one) => ({ ...one, key: newKey() }))]);
    set({ ...value.weekly, ...Object.fromEntries(copies) });
  };
  return (
    <>
      <ul className="weekly">
        {weekdays.map((weekday, place) => {
          const all = value.weekly[weekday];
          // 5 January 2026 was a Monday.
          const day = dayText(dayAfter("2026-01-05", place), language, { weekday: "long" });
          return (
            <li key={weekday}>
              <div className="weekday">
                <span className="strong">{day}</span>
                <DayBar stretches={all} />
              </div>
              <div className="stretches">
                {all.length === 0 && <span className="soft small">{t("hours.none")}</span>}
                {all.map((stretch) => (
                  <StretchFields
                    key={stretch.key}
                    day={day}
                    stretch={stretch}
                    onChange={(next) => set({ ...value.weekly, [weekday]: replaced(all, next) })}
                    onRemove={() => set({ ...value.weekly, [weekday]: removed(all, stretch) })}
                  />
                ))}
              </div>
              <IconButton
                small
                icon="plus"
                label={t("hours.add", { day })}
                onClick={() => set({ ...value.weekly, [weekday]: [...all, following(all)] })}
              />
            </li>
          );
        })}
      </ul>
      <Faults problems={faults} />
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

/** A day as a line, with the hours on it. */
function DayBar({ stretches }: { stretches: readonly Stretch[] }) {
  return (
    <span className="day-bar" aria-hidden="true">
      {stretches.map(({ key, from, to }) => {
        const start = minutesOf(from);
        const end = to === "00:00" ? 1440 : minutesOf(to);
        const width = Math.max(0, end - start);
        return <span key={key} style={{ left: `${start / 14.4}%`, width: `${width / 14.4}%` }} />;
      })}
    </span>
  );
}

function DateField({ value, onChange }: { value: string; onChange: (on: string) => void }) {
  const { t } = useSpeech();
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
  const { t } = useSpeech();
  const faults = useProblems("exceptions");
  const set = (exceptions: readonly Exception[]) => onChange({ ...value, exceptions });
  const add = () => set([...value.exceptions, { key: newKey(), on: dayAfter(dayOf(new Date(), zone)), hours: [] }]);
  return (
    <div className="stack">
      <ul className="stack tight">
        {value.exceptions.map((exception) => {
          const change = (part: Partial<Exception>) => set(replaced(value.exceptions, { ...exception, ...part }));
          return (
            <li className="dated" key={exception.key}>
              <DateField value={exception.on} onChange={(on) => change({ on })} />
              <div className="stretches">
                {exception.hours.length === 0 && <span className="soft small">{t("exceptions.closed")}</span>}
                {exception.hours.map((stretch) => (
                  <StretchFields
                    key={stretch.key}
                    day={exception.on}
                    stretch={stretch}
                    onChange={(next) => change({ hours: replaced(exception.hours, next) })}
                    onRemove={() => change({ hours: removed(exception.hours, stretch) })}
                  />
                ))}
              </div>
              <div className="row">
                <IconButton
                  small
                  icon="plus"
                  label={t("hours.add", { day: exception.on })}
                  onClick={() => change({ hours: [...exception.hours, following(exception.hours)] })}
                />
                <IconButton
                  small
                  icon="trash"
                  label={t("exceptions.remove", { day: exception.on })}
                  onClick={() => set(removed(value.exceptions, exception))}
                />
              </div>
            </li>
          );
        })}
      </ul>
      <Faults problems={faults} />
      <div>
        <Button small icon="plus" onClick={add}>
          {t("exceptions.add")}
        </Button>
      </div>
    </div>
  );
}

export function WindowsEditor({ value, onChange, zone }: EditorProps & { zone: string }) {
  const { t } = useSpeech();
  const faults = useProblems("windows");
  const set = (windows: readonly OneTime[]) => onChange({ ...value, windows });
  const add = () => set([...value.windows, { ...following([]), on: dayAfter(dayOf(new Date(), zone)) }]);
  return (
    <div className="stack">
      <ul className="stack tight">
        {value.windows.map((window) => (
          <li className="dated" key={window.key}>
            <DateField value={window.on} onChange={(on) => set(replaced(value.windows, { ...window, on }))} />
            <StretchFields
              day={window.on}
              stretch={window}
              onChange={(next) => set(replaced(value.windows, { ...window, ...next }))}
              onRemove={() => set(removed(value.windows, window))}
            />
          </li>
        ))}
      </ul>
      <Faults problems={faults} />
      <div>
        <Button small icon="plus" onClick={add}>
          {t("windows.add")}
        </Button>
      </div>
    </div>
  );
}
