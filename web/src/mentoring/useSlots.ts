// The free slots of an appointment, updated live while others book and cancel.
import { useEffect, useMemo, useRef, useState } from "react";
import { useQuery, useSubscription } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { zonedInstant } from "../i18n/time";
import { SlotsChangedDocument, SlotsDocument, type FreeSlotFragment } from "./generated/offers";

interface SlotsState {
  /** Undefined while they load. */
  slots: readonly FreeSlotFragment[] | undefined;
  problem: Problem | undefined;
  refetch: () => void;
}

/** What the slots are of. */
export interface SlotSource {
  appointmentId: string;
  /** Whether full slots are listed, too: those who can book can join their waitlists. */
  includesFull?: boolean;
}

/** The slots from the beginning of one day to that of another, at most 31 days later, in a time zone. */
export function useSlots(source: SlotSource, firstDay: string, endDay: string, zone: string): SlotsState {
  const range = useMemo(
    () => ({
      from: zonedInstant(firstDay, "00:00", zone).toISOString(),
      to: zonedInstant(endDay, "00:00", zone).toISOString(),
    }),
    [firstDay, endDay, zone],
  );
  const [liveSlots, setLiveSlots] = useState<{ from: string; slots: readonly FreeSlotFragment[] }>();
  const { appointmentId, includesFull: includeFull = false } = source;
  const query = useQuery(SlotsDocument, { id: appointmentId, ...range, includeFull }, { requestPolicy: "network-only" });
  useSubscription(SlotsChangedDocument, { appointmentId, ...range, includeFull }, ({ slotsChanged }) =>
    setLiveSlots({ from: range.from, slots: slotsChanged.slots }),
  );
  // While a range loads, the query still has the data of the one before.
  const previous = useRef<{ range: typeof range; data: typeof query.data }>({ range, data: undefined });
  if (previous.current.range !== range) previous.current = { range, data: query.data };
  const data = query.data === previous.current.data ? undefined : query.data;
  useEffect(() => setLiveSlots(undefined), [data]);
  const slots = liveSlots?.from === range.from ? liveSlots.slots : (data?.appointment?.slots ?? undefined);
  return { slots, problem: query.problem, refetch: query.refetch };
}

/** The slots of a month, in two halves: a month with a clock change can be longer than the 31 days of one range. */
export function useMonthSlots(source: SlotSource, month: string, nextMonth: string, zone: string): SlotsState {
  const early = useSlots(source, `${month}-01`, `${month}-16`, zone);
  const late = useSlots(source, `${month}-16`, `${nextMonth}-01`, zone);
  return {
    slots: early.slots && late.slots && [...early.slots, ...late.slots],
    problem: early.problem ?? late.problem,
    refetch: () => {
      early.refetch();
      late.refetch();
    },
  };
}

/** The first slot of the next 30 days, if possible a free one. The picker opens at its week. */
export function useFirstSlot({ appointmentId, includesFull: includeFull = false }: SlotSource) {
  const [range] = useState(() => {
    const now = Date.now();
    return { from: new Date(now).toISOString(), to: new Date(now + 30 * 86_400_000).toISOString() };
  });
  const { data } = useQuery(SlotsDocument, { id: appointmentId, ...range, includeFull }, { requestPolicy: "network-only" });
  const slots = data?.appointment?.slots ?? [];
  return { isKnown: data !== undefined, slot: slots.find(({ seatsLeft }) => seatsLeft > 0) ?? slots[0] };
}
