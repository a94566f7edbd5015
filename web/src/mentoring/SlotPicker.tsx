// The free slots in the viewer's time zone, as weeks or as months.
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useSession } from "../accounts/session";
import { usePlace } from "../app/places";
import { Button, IconButton } from "../components/buttons";
import { ErrorState, Loading } from "../components/feedback";
import { SegmentedControl } from "../components/forms";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate, formatDateTime, startOfWeek, zoneLabel } from "../i18n/time";
import type { FreeSlotFragment } from "./generated/offers";
import { addMonths, MonthGrid } from "./MonthGrid";
import { SlotButton, WeekList } from "./WeekList";
import { useFirstSlot, useMonthSlots, useSlots, type SlotSource } from "./useSlots";
import { usePlaces, type Places } from "./useWaitlists";

interface SlotPickerProps {
  source: SlotSource;
  /** The mentor's time zone, shown when it differs from the viewer's. */
  zone?: string;
  /** Later weeks have no slots. */
  horizonDays?: number;
  isPickable: boolean;
  /** The start of the chosen slot. */
  picked?: string;
  /** The start of the present booking, which is to be moved. */
  current?: string;
  /** Also receives full slots, if the source includes them. */
  onPick: (slot: FreeSlotFragment) => void;
}

/** What both views show. */
interface ViewProps extends SlotPickerProps {
  firstSlot: ReturnType<typeof useFirstSlot>;
  /** The first and the last day that can have slots. */
  today: string;
  lastDay: string | undefined;
  places: Places;
}

export function SlotPicker(props: SlotPickerProps) {
  const { source, zone: mentorZone, horizonDays, current } = props;
  const { t, language } = useI18n();
  const { zone } = useSession();
  const id = useId();
  const [view, setView] = usePlace<"week" | "month">("slots-view", "week");
  const [today] = useState(() => dateInZone(new Date(), zone));
  const lastDay = horizonDays === undefined ? undefined : addDays(today, horizonDays);
  const firstSlot = useFirstSlot(source);
  const places = usePlaces(source.includesFull ? source.appointmentId : undefined);
  const View = view === "week" ? WeekView : MonthView;
  return (
    <section className="slots">
      <div className="row apart">
        <p className="soft small">
          {t("offer.zone", { zone: zoneLabel(zone) })}{" "}
          {mentorZone && zoneLabel(mentorZone) !== zoneLabel(zone) && t("offer.mentorZone", { zone: zoneLabel(mentorZone) })}
        </p>
        <SegmentedControl
          name={`${id}-view`}
          label={t("slots.view")}
          value={view}
          options={[
            ["week", t("slots.byWeek")],
            ["month", t("slots.byMonth")],
          ]}
          onChange={setView}
        />
      </div>
      {current && <p className="small">{t("slots.current", { time: formatDateTime(current, language, zone) })}</p>}
      <View {...props} firstSlot={firstSlot} today={today} lastDay={lastDay} places={places} />
    </section>
  );
}

function WeekView({ source, isPickable, picked, onPick, firstSlot, today, lastDay, places }: ViewProps) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const thisWeek = startOfWeek(today);
  const [selectedWeek, setSelectedWeek] = usePlace<string | undefined>("week", undefined);
  const firstWeek = firstSlot.slot && startOfWeek(dateInZone(new Date(firstSlot.slot.startsAt), zone));
  const week = selectedWeek ?? firstWeek ?? thisWeek;
  const { slots, problem, refetch } = useSlots(source, week, addDays(week, 7), zone);
  const dayLabel = (day: string) => formatDate(day, language, { day: "numeric", month: "long" });
  const canGo = (step: number) => (step < 0 ? week > thisWeek : lastDay === undefined || week < startOfWeek(lastDay));
  const go = (step: number) => {
    if (canGo(step)) setSelectedWeek(addDays(week, 7 * step));
  };

  // Page Up and Page Down keep the focus: the list that had it is gone while the other week loads.
  const content = useRef<HTMLDivElement>(null);
  const isFocusPending = useRef(false);
  const handleKeyDown = (event: KeyboardEvent) => {
    const step = { PageUp: -1, PageDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    if (!canGo(step)) return;
    isFocusPending.current = true;
    go(step);
  };
  useEffect(() => {
    if (!slots || !isFocusPending.current) return;
    isFocusPending.current = false;
    (content.current?.querySelector<HTMLElement>(".week button") ?? content.current)?.focus();
  }, [slots]);
  return (
    <>
      <PeriodBar
        title={`${dayLabel(week)} – ${dayLabel(addDays(week, 6))}`}
        previous={t("slots.previous")}
        next={t("slots.next")}
        canGo={canGo}
        onGo={go}
      />
      <div ref={content} tabIndex={-1} onKeyDown={handleKeyDown}>
        {!slots && (problem ? <ErrorState problem={problem} onRetry={refetch} /> : <Loading />)}
        {slots?.length === 0 && (
          <div className="stack tight centered">
            <p className="soft">{t(firstSlot.isKnown && !firstSlot.slot ? "slots.noneAtAll" : "slots.none")}</p>
            {firstWeek && firstWeek !== week && (
              <Button onClick={() => setSelectedWeek(firstWeek)}>{t("slots.first")}</Button>
            )}
          </div>
        )}
        {slots && slots.length > 0 && (
          <WeekList
            week={week}
            slots={slots}
            label={t("slots.week", { from: dayLabel(week), to: dayLabel(addDays(week, 6)) })}
            isPickable={isPickable}
            picked={picked}
            places={places}
            showsLength={source.topicId !== undefined}
            onPick={onPick}
          />
        )}
      </div>
    </>
  );
}

function MonthView({ source, isPickable, picked, onPick, firstSlot, today, lastDay, places }: ViewProps) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const firstDay = firstSlot.slot && dateInZone(new Date(firstSlot.slot.startsAt), zone);
  const [selectedDay, setSelectedDay] = usePlace<string | undefined>("day", undefined);
  const month = (selectedDay ?? firstDay ?? today).slice(0, 7);
  const { slots, problem, refetch } = useMonthSlots(source, month, addMonths(month, 1), zone);
  const byDay = Map.groupBy(slots ?? [], ({ startsAt }) => dateInZone(new Date(startsAt), zone));
  const day = selectedDay ?? firstDay ?? today;
  const daySlots = byDay.get(day) ?? [];
  const isPast = (one: string) => one < today || (lastDay !== undefined && one > lastDay);
  const canGo = (step: number) =>
    step < 0 ? month > today.slice(0, 7) : lastDay === undefined || month < lastDay.slice(0, 7);
  const go = (step: number) => {
    if (!canGo(step)) return;
    const first = `${addMonths(month, step)}-01`;
    setSelectedDay(first < today ? today : first);
  };
  return (
    <>
      <PeriodBar
        title={formatDate(`${month}-01`, language, { month: "long", year: "numeric" })}
        previous={t("slots.previousMonth")}
        next={t("slots.nextMonth")}
        canGo={canGo}
        onGo={go}
      />
      {problem && !slots && <ErrorState problem={problem} onRetry={refetch} />}
      <MonthGrid
        month={month}
        day={day}
        countOf={(one) => byDay.get(one)?.filter(({ seatsLeft }) => seatsLeft > 0).length ?? 0}
        isFull={(one) => byDay.get(one)?.every(({ seatsLeft }) => seatsLeft === 0) ?? false}
        isOutside={isPast}
        onSelect={setSelectedDay}
      />
      <section className="stack tight" aria-live="polite">
        <h4>{formatDate(day, language, { weekday: "long", day: "numeric", month: "long" })}</h4>
        {!slots ? (
          !problem && <Loading />
        ) : daySlots.length === 0 ? (
          <p className="soft">{t("slots.noneOnDay")}</p>
        ) : (
          <ul className="day-slots" aria-label={t("slots.day", { day: formatDate(day, language, { dateStyle: "full" }) })}>
            {daySlots.map((slot) => (
              <li key={slot.startsAt + slot.endsAt}>
                <SlotButton
                  slot={slot}
                  day={day}
                  isPickable={isPickable}
                  picked={picked}
                  places={places}
                  showsLength={source.topicId !== undefined}
                  onPick={onPick}
                />
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}

interface PeriodBarProps {
  title: string;
  previous: string;
  next: string;
  canGo: (step: number) => boolean;
  onGo: (step: number) => void;
}

/** The shown week or month, between the buttons to the one before and after it. */
function PeriodBar({ title, previous, next, canGo, onGo }: PeriodBarProps) {
  return (
    <div className="row apart">
      <IconButton kind="plain" icon="back" label={previous} disabled={!canGo(-1)} onClick={() => onGo(-1)} />
      <h3 aria-live="polite">{title}</h3>
      <IconButton kind="plain" icon="next" label={next} disabled={!canGo(1)} onClick={() => onGo(1)} />
    </div>
  );
}
