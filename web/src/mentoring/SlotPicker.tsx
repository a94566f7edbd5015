// The slots of one week in the viewer's time zone, updated live while others book and cancel.
import { useEffect, useMemo, useState } from "react";
import { useSession } from "../accounts/session";
import { usePlace } from "../app/places";
import { Button, IconButton } from "../components/buttons";
import { ErrorState, Loading } from "../components/feedback";
import { useSubscription, useQuery } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate, zonedInstant, startOfWeek, zoneLabel, formatDateTime, formatTime } from "../i18n/time";
import { SlotsChangedDocument, SlotsDocument, type FreeSlotFragment } from "./generated/offers";

interface SlotPickerProps {
  appointmentId: string;
  /** The mentor's time zone, shown when it differs from the viewer's. */
  zone: string;
  /** Later weeks have no slots. */
  horizonDays?: number;
  isPickable: boolean;
  /** The start of the chosen slot. */
  picked?: string;
  /** The start of the present booking, which is to be moved. */
  current?: string;
  onPick: (slot: FreeSlotFragment) => void;
}

const dayOffsets = [0, 1, 2, 3, 4, 5, 6];

export function SlotPicker({
  appointmentId,
  zone: mentorZone,
  horizonDays,
  isPickable,
  picked,
  current,
  onPick,
}: SlotPickerProps) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const [thisWeek] = useState(() => startOfWeek(dateInZone(new Date(), zone)));
  const [selectedWeek, setSelectedWeek] = usePlace<string | undefined>("week", undefined);
  const firstSlot = useFirstSlot(appointmentId);
  const firstWeek = firstSlot.slot && startOfWeek(dateInZone(new Date(firstSlot.slot.startsAt), zone));
  const week = selectedWeek ?? firstWeek ?? thisWeek;
  const { slots, problem, refetch } = useWeekSlots(appointmentId, week, zone);

  const lastWeek =
    horizonDays === undefined ? undefined : startOfWeek(addDays(dateInZone(new Date(), zone), horizonDays));
  const days = dayOffsets.map((offset) => addDays(week, offset));
  const byDay = Map.groupBy(slots ?? [], ({ startsAt }) => dateInZone(new Date(startsAt), zone));
  const dayLabel = (day: string) => formatDate(day, language, { day: "numeric", month: "long" });
  return (
    <section className="slots">
      <div className="row apart">
        <IconButton
          kind="plain"
          icon="back"
          label={t("slots.previous")}
          disabled={week <= thisWeek}
          onClick={() => setSelectedWeek(addDays(week, -7))}
        />
        <h3 aria-live="polite">
          {dayLabel(week)} – {dayLabel(addDays(week, 6))}
        </h3>
        <IconButton
          kind="plain"
          icon="next"
          label={t("slots.next")}
          disabled={lastWeek !== undefined && week >= lastWeek}
          onClick={() => setSelectedWeek(addDays(week, 7))}
        />
      </div>
      <p className="soft small">
        {t("offer.zone", { zone: zoneLabel(zone) })}{" "}
        {zoneLabel(mentorZone) !== zoneLabel(zone) && t("offer.mentorZone", { zone: zoneLabel(mentorZone) })}
      </p>
      {current && (
        <p className="small">{t("slots.current", { time: formatDateTime(current, language, zone) })}</p>
      )}
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
        <ol className="week" aria-label={t("slots.week", { from: dayLabel(week), to: dayLabel(addDays(week, 6)) })}>
          {days.map((day) => (
            <li key={day} className={byDay.has(day) ? undefined : "no-slots"}>
              <h4>
                <span>{formatDate(day, language, { weekday: "short" })}</span>{" "}
                {formatDate(day, language, { day: "numeric", month: "short" })}
              </h4>
              <ul>
                {byDay.get(day)?.map((slot) => (
                  <li key={slot.startsAt}>
                    <SlotButton
                      slot={slot}
                      day={day}
                      isPickable={isPickable}
                      isPicked={picked === undefined ? undefined : slot.startsAt === picked}
                      onPick={onPick}
                    />
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
  isPicked,
  onPick,
}: { slot: FreeSlotFragment; day: string; isPicked: boolean | undefined } & Pick<SlotPickerProps, "isPickable" | "onPick">) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const time = formatTime(slot.startsAt, language, zone);
  const dateLabel = formatDate(day, language, { weekday: "long", day: "numeric", month: "long" });
  return (
    <button
      type="button"
      className="button slot"
      disabled={!isPickable}
      aria-pressed={isPicked}
      aria-label={`${dateLabel}, ${time}`}
      onClick={() => onPick(slot)}
    >
      {time}
      {slot.seatsLeft > 1 && <span className="small soft">{t("slots.left", { count: slot.seatsLeft })}</span>}
    </button>
  );
}

function useWeekSlots(appointmentId: string, week: string, zone: string) {
  const range = useMemo(
    () => ({
      from: zonedInstant(week, "00:00", zone).toISOString(),
      to: zonedInstant(addDays(week, 7), "00:00", zone).toISOString(),
    }),
    [week, zone],
  );
  const [liveSlots, setLiveSlots] = useState<{ from: string; slots: readonly FreeSlotFragment[] }>();
  const query = useQuery(SlotsDocument, { id: appointmentId, ...range }, { requestPolicy: "network-only" });
  useSubscription(SlotsChangedDocument, { appointmentId, ...range }, ({ slotsChanged }) =>
    setLiveSlots({ from: range.from, slots: slotsChanged.slots }),
  );
  const { data } = query;
  useEffect(() => setLiveSlots(undefined), [data]);
  const slots = liveSlots?.from === range.from ? liveSlots.slots : (data?.appointment?.slots ?? undefined);
  return { slots, problem: query.problem, refetch: query.refetch };
}

/** The first slot of the next 30 days. The picker opens at its week. */
function useFirstSlot(appointmentId: string) {
  const [range] = useState(() => {
    const now = Date.now();
    return { from: new Date(now).toISOString(), to: new Date(now + 30 * 86_400_000).toISOString() };
  });
  const { data } = useQuery(SlotsDocument, { id: appointmentId, ...range }, { requestPolicy: "network-only" });
  return { isKnown: data !== undefined, slot: data?.appointment?.slots?.[0] };
}
