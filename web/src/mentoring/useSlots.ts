// The free slots of an appointment, updated live while others book and cancel, those of all mentors of a topic, and those
// that visitors see.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useClient, type Client, type CombinedError } from "urql";
import { connectivity } from "../graphql/connectivity";
import { useQuery, useSubscription } from "../graphql/hooks";
import { toProblem, type Problem } from "../graphql/problems";
import { zonedInstant } from "../i18n/time";
import { TopicSlotsDocument, type TopicSlotsQueryVariables } from "./generated/anyMentor";
import { PublicSlotsDocument, SlotsChangedDocument, SlotsDocument, type FreeSlotFragment } from "./generated/offers";

interface SlotsState {
  /** Undefined while they load. */
  slots: readonly FreeSlotFragment[] | undefined;
  problem: Problem | undefined;
  refetch: () => void;
}

/** What the slots are of: one appointment, all of a topic, or one offer of a mentor as visitors see it. */
export type SlotSource =
  | {
      appointmentId: string;
      topicId?: undefined;
      username?: undefined;
      /** Whether full slots are listed, too: those who can book can join their waitlists. */
      includesFull?: boolean;
    }
  | { topicId: string; username?: undefined; appointmentId?: undefined; includesFull?: undefined }
  | { username: string; offerId: string; topicId?: undefined; appointmentId?: undefined; includesFull?: undefined };

/** The slots from the beginning of one day to that of another, at most 31 days later, in a time zone. */
export function useSlots(source: SlotSource, firstDay: string, endDay: string, zone: string): SlotsState {
  const range = useMemo(
    () => ({
      from: zonedInstant(firstDay, "00:00", zone).toISOString(),
      to: zonedInstant(endDay, "00:00", zone).toISOString(),
    }),
    [firstDay, endDay, zone],
  );
  const { appointmentId, includesFull: includeFull = false } = source;
  const repeated = useRepeatedSlots(source, range);
  const query = useQuery(
    SlotsDocument,
    { id: appointmentId ?? "", ...range, includeFull },
    { requestPolicy: "network-only", pause: !appointmentId },
  );
  // The subscription begins with all slots. What it says is newer than what the query has read, however late that arrives.
  const live = appointmentId ? { appointmentId, ...range, includeFull } : undefined;
  const key = JSON.stringify(live);
  const [liveSlots, setLiveSlots] = useState<{ key: string; slots: readonly FreeSlotFragment[] }>();
  useSubscription(SlotsChangedDocument, live, ({ slotsChanged }) => setLiveSlots({ key, slots: slotsChanged.slots }));
  // While a range loads, the query still has the data of the one before.
  const previous = useRef<{ range: typeof range; data: typeof query.data }>({ range, data: undefined });
  if (previous.current.range !== range) previous.current = { range, data: query.data };
  const data = query.data === previous.current.data ? undefined : query.data;
  if (!appointmentId) return repeated;
  const slots = liveSlots?.key === key ? liveSlots.slots : (data?.appointment?.slots ?? undefined);
  return { slots, problem: query.problem, refetch: query.refetch };
}

interface Range {
  from: string;
  to: string;
}

interface RepeatedSlots {
  range: Range;
  slots?: readonly FreeSlotFragment[];
  problem?: Problem;
}

/** How often slots are loaded again whose changes no subscription announces. */
const interval = 30_000;

type Reading = { slots: readonly FreeSlotFragment[] } | { error: CombinedError };

/** Every page of the slots of all appointments for a topic. */
async function readTopic(client: Client, id: string, range: Range): Promise<Reading> {
  const slots: FreeSlotFragment[] = [];
  let after: string | null = null;
  do {
    const variables: TopicSlotsQueryVariables = { id, ...range, first: 100, after };
    const { data, error } = await client.query(TopicSlotsDocument, variables, { requestPolicy: "network-only" });
    if (error) return { error };
    const page = data?.topic?.slots;
    slots.push(...(page?.nodes ?? []));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return { slots };
}

/** The slots that visitors see, which say nothing about seats. */
async function readPublic(client: Client, username: string, offerId: string, range: Range): Promise<Reading> {
  const variables = { username, offerId, ...range };
  const { data, error } = await client.query(PublicSlotsDocument, variables, { requestPolicy: "network-only" });
  if (error) return { error };
  return { slots: (data?.publicMentor?.offer?.slots ?? []).map(toFreeSlot) };
}

const toFreeSlot = (slot: { startsAt: string; endsAt: string }): FreeSlotFragment => ({
  ...slot,
  seatsLeft: 1,
  waitlistCount: 0,
});

/** The slots of a topic or of a visitor's page, in a range that is the same object between renders. */
function useRepeatedSlots(source: SlotSource, range: Range): SlotsState {
  const { topicId, username } = source;
  const offerId = source.username === undefined ? undefined : source.offerId;
  const client = useClient();
  const [state, setState] = useState<RepeatedSlots>({ range });
  const [attempt, setAttempt] = useState(0);
  const refetch = useCallback(() => setAttempt((count) => count + 1), []);
  useEffect(() => {
    const read = () =>
      topicId
        ? readTopic(client, topicId, range)
        : username && offerId
          ? readPublic(client, username, offerId, range)
          : undefined;
    let isCurrent = true;
    const load = async () => {
      const reading = await read();
      if (!isCurrent || !reading) return;
      if ("slots" in reading) return setState({ range, ...reading });
      // What was read before stays.
      setState((last) => ({ ...(last.range === range && last), range, problem: toProblem(reading.error) }));
    };
    void load();
    const timer = window.setInterval(() => document.visibilityState === "visible" && void load(), interval);
    const stop = connectivity.onReachable(refetch);
    return () => {
      isCurrent = false;
      window.clearInterval(timer);
      stop();
    };
  }, [client, topicId, username, offerId, range, attempt, refetch]);
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
export function useFirstSlot(source: SlotSource) {
  const { appointmentId, topicId, username, includesFull: includeFull = false } = source;
  const offerId = source.username === undefined ? "" : source.offerId;
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
  const ofPublic = useQuery(
    PublicSlotsDocument,
    { username: username ?? "", offerId, ...range },
    { requestPolicy: "network-only", pause: username === undefined },
  );
  const { data } = topicId ? ofTopic : appointmentId ? ofOne : ofPublic;
  const slots =
    ofOne.data?.appointment?.slots ??
    ofTopic.data?.topic?.slots?.nodes ??
    ofPublic.data?.publicMentor?.offer?.slots?.map(toFreeSlot) ??
    [];
  return { isKnown: data !== undefined, slot: slots.find(({ seatsLeft }) => seatsLeft > 0) ?? slots[0] };
}
