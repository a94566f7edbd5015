// A week of free times, in the viewer's zone. What others book meanwhile disappears, and what they give back appears.
import { useEffect, useMemo, useState } from "react";
import { useSession } from "../accounts/session";
import { Button, IconButton } from "../components/buttons";
import { Failure, Waiting } from "../components/feedback";
import { useEvents, useRead } from "../graphql/hooks";
import { useSpeech } from "../i18n/language";
import { dayAfter, dayOf, dayText, instantOf, mondayOf, placeOf, timeText } from "../i18n/time";
import { SlotsChangedDocument, SlotsDocument, type FreeSlotFragment } from "./generated/offers";

interface SlotPickerProps {
  appointmentId: string;
  /** The mentor's zone, told where it is another one. */
  zone: string;
  isPickable: boolean;
  onPick: (slot: FreeSlotFragment) => void;
}

const weekDays = [0, 1, 2, 3, 4, 5, 6];

export function SlotPicker({ appointmentId, zone: mentorZone, isPickable, onPick }: SlotPickerProps) {
  const { t, language } = useSpeech();
  const { zone } = useSession();
  const [thisWeek] = useState(() => mondayOf(dayOf(new Date(), zone)));
  const [chosen, setChosen] = useState<string>();
  const next = useFirstSlot(appointmentId);
  const firstWeek = next.slot && mondayOf(dayOf(new Date(next.slot.startsAt), zone));
  const week = chosen ?? firstWeek ?? thisWeek;
  const { slots, problem, again } = useWeek(appointmentId, week, zone);

  const days = weekDays.map((place) => dayAfter(week, place));
  const byDay = Map.groupBy(slots ?? [], ({ startsAt }) => dayOf(new Date(startsAt), zone));
  const name = (day: string) => dayText(day, language, { day: "numeric", month: "long" });
  return (
    <section className="slots">
      <div className="row apart">
        <IconButton
          kind="plain"
          icon="back"
          label={t("slots.previous")}
          disabled={week <= thisWeek}
          onClick={() => setChosen(dayAfter(week, -7))}
        />
        <h3 aria-live="polite">
          {name(week)} – {name(dayAfter(week, 6))}
        </h3>
        <IconButton kind="plain" icon="next" label={t("slots.next")} onClick={() => setChosen(dayAfter(week, 7))} />
      </div>
      <p className="soft small">
        {t("offer.zone", { zone: placeOf(zone) })}{" "}
        {placeOf(mentorZone) !== placeOf(zone) && t("offer.mentorZone", { zone: placeOf(mentorZone) })}
      </p>
      {!slots && (problem ? <Failure problem={problem} again={again} /> : <Waiting />)}
      {slots?.length === 0 && (
        <div className="stack tight centered">
          <p className="soft">{t(next.isKnown && !next.slot ? "slots.noneAtAll" : "slots.none")}</p>
          {firstWeek && firstWeek !== week && <Button onClick={() => setChosen(firstWeek)}>{t("slots.first")}</Button>}
        </div>
      )}
      {slots && slots.length > 0 && (
        <ol className="week" aria-label={t("slots.week", { from: name(week), to: name(dayAfter(week, 6)) })}>
          {days.map((day) => (
            <li key={day} className={byDay.has(day) ? undefined : "free-of-times"}>
              <h4>
                <span>{dayText(day, language, { weekday: "short" })}</span>{" "}
                {dayText(day, language, { day: "numeric", month: "short" })}
              </h4>
              <ul>
                {byDay.get(day)?.map((slot) => (
                  <li key={slot.startsAt}>
                    <SlotButton slot={slot} day={day} isPickable={isPickable} onPick={onPick} />
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function SlotButton({
  slot,
  day,
  isPickable,
  onPick,
}: { slot: FreeSlotFragment; day: string } & Pick<SlotPickerProps, "isPickable" | "onPick">) {
  const { t, language } = useSpeech();
  const { zone } = useSession();
  const time = timeText(slot.startsAt, language, zone);
  const full = dayText(day, language, { weekday: "long", day: "numeric", month: "long" });
  return (
    <button
      type="button"
      className="button slot"
      disabled={!isPickable}
      aria-label={`${full}, ${time}`}
      onClick={() => onPick(slot)}
    >
      {time}
      {slot.seatsLeft > 1 && <span className="small soft">{t("slots.left", { count: slot.seatsLeft })}</span>}
    </button>
  );
}

/** The free times of one week, live. */
function useWeek(appointmentId: string, week: string, zone: string) {
  const range = useMemo(
    () => ({
      from: instantOf(week, "00:00", zone).toISOString(),
      to: instantOf(dayAfter(week, 7), "00:00", zone).toISOString(),
    }),
    [week, zone],
  );
  const [live, setLive] = useState<{ from: string; slots: readonly FreeSlotFragment[] }>();
  const reading = useRead(SlotsDocument, { id: appointmentId, ...range }, { requestPolicy: "network-only" });
  useEvents(SlotsChangedDocument, { appointmentId, ...range }, ({ slotsChanged }) =>
    setLive({ from: range.from, slots: slotsChanged.slots }),
  );
  const { data } = reading;
  useEffect(() => setLive(undefined), [data]);
  const slots = live?.from === range.from ? live.slots : data?.appointment?.slots;
  return { slots, problem: reading.problem, again: reading.again };
}

/** The next free time within a month, to begin with a week that has one. */
function useFirstSlot(appointmentId: string) {
  const [range] = useState(() => {
    const now = Date.now();
    return { from: new Date(now).toISOString(), to: new Date(now + 30 * 86_400_000).toISOString() };
  });
  const { data } = useRead(SlotsDocument, { id: appointmentId, ...range }, { requestPolicy: "network-only" });
  return { isKnown: data !== undefined, slot: data?.appointment?.slots[0] };
}
