// The free slots of an appointment, updated live while others book and cancel, and those of all mentors of a topic.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useClient } from "urql";
import { connectivity } from "../graphql/connectivity";
import { useQuery, useSubscription } from "../graphql/hooks";
import { toProblem, type Problem } from "../graphql/problems";
import { zonedInstant } from "../i18n/time";
import { TopicSlotsDocument, type TopicSlotsQueryVariables } from "./generated/anyMentor";
import { SlotsChangedDocument, SlotsDocument, type FreeSlotFragment } from "./generated/offers";

interface SlotsState {
  /** Undefined while they load. */
  slots: readonly FreeSlotFragment[] | undefined;
  problem: Problem | undefined;
  refetch: () => void;
}

/** What the slots are of: one appointment, or all of a topic. */
export type SlotSource =
  | {
      appointmentId: string;
      topicId?: undefined;
      /** Whether full slots are listed, too: those who can book can join their waitlists. */
      includesFull?: boolean;
    }
  | { topicId: string; appointmentId?: undefined; includesFull?: undefined };

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
  const { appointmentId, topicId, includesFull: includeFull = false } = source;
  const ofTopic = useTopicSlots(topicId, range);
  const query = useQuery(
    SlotsDocument,
    { id: appointmentId ?? "", ...range, includeFull },
    { requestPolicy: "network-only", pause: !appointmentId },
  );
  useSubscription(
    SlotsChangedDocument,
    appointmentId ? { appointmentId, ...range, includeFull } : undefined,
    ({ slotsChanged }) => setLiveSlots({ from: range.from, slots: slotsChanged.slots }),
  );
  // While a range loads, the query still has the data of the one before.
  const previous = useRef<{ range: typeof range; data: typeof query.data }>({ range, data: undefined });
  if (previous.current.range !== range) previous.current = { range, data: query.data };
  const data = query.data === previous.current.data ? undefined : query.data;
  useEffect(() => setLiveSlots(undefined), [data]);
  if (topicId) return ofTopic;
  const slots = liveSlots?.from === range.from ? liveSlots.slots : (data?.appointment?.slots ?? undefined);
  return { slots, problem: query.problem, refetch: query.refetch };
}

interface TopicSlots {
  range: object;
  slots?: readonly FreeSlotFragment[];
  problem?: Problem;
}

/** How often the slots of a topic are loaded again: no subscription announces their changes. */
const topicInterval = 30_000;

/** The slots of all appointments for a topic: every page of a range that is the same object between renders. */
function useTopicSlots(topicId: string | undefined, range: { from: string; to: string }): SlotsState {
  const client = useClient();
  const [state, setState] = useState<TopicSlots>({ range });
  const [attempt, setAttempt] = useState(0);
  const refetch = useCallback(() => setAttempt((count) => count + 1), []);
  useEffect(() => {
    if (!topicId) return;
    let isCurrent = true;
    const load = async () => {
      const slots: FreeSlotFragment[] = [];
      let after: string | null = null;
      do {
        const variables: TopicSlotsQueryVariables = { id: topicId, ...range, first: 100, after };
        const { data, error } = await client.query(TopicSlotsDocument, variables, { requestPolicy: "network-only" });
        if (!isCurrent) return;
        // What was read before stays.
        if (error) return setState((last) => ({ ...(last.range === range && last), range, problem: toProblem(error) }));
        const page = data?.topic?.slots;
        slots.push(...(page?.nodes ?? []));
        after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after !== null);
      setState({ range, slots });
    };
    void load();
    const timer = window.setInterval(() => document.visibilityState === "visible" && void load(), topicInterval);
    const stop = connectivity.onReachable(refetch);
    return () => {
      isCurrent = false;
      window.clearInterval(timer);
      stop();
    };
  }, [client, topicId, range, attempt, refetch]);
  const { slots, problem } = state.range === range ? state : {};
  return { slots, problem, refetch };
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
export function useFirstSlot({ appointmentId, topicId, includesFull: includeFull = false }: SlotSource) {
  const [range] = useState(() => {
    const now = Date.now();
    return { from: new Date(now).toISOString(), to: new Date(now + 30 * 86_400_000).toISOString() };
  });
  const ofOne = useQuery(
    SlotsDocument,
    { id: appointmentId ?? "", ...range, includeFull },
    { requestPolicy: "network-only", pause: !appointmentId },
  );
  const ofTopic = useQuery(
    TopicSlotsDocument,
    { id: topicId ?? "", ...range, first: 1, after: null },
    { requestPolicy: "network-only", pause: !topicId },
  );
  const { data } = topicId ? ofTopic : ofOne;
  const slots = ofOne.data?.appointment?.slots ?? ofTopic.data?.topic?.slots?.nodes ?? [];
  return { isKnown: data !== undefined, slot: slots.find(({ seatsLeft }) => seatsLeft > 0) ?? slots[0] };
}
