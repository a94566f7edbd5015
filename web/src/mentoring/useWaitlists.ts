// The viewer's places in waitlists. An event announces each change; the end of a held seat is known beforehand.
import { useQuery } from "../graphql/hooks";
import { WaitlistPlacesDocument, type WaitlistPlaceFragment } from "./generated/waitlists";
import { useRefetchAt } from "./useRefetchAt";

export function useWaitlists({ pause = false } = {}) {
  const query = useQuery(WaitlistPlacesDocument, {}, { pause });
  const places = query.data?.viewer?.waitlistEntries;
  useRefetchAt((places ?? []).flatMap(({ offerExpiresAt, startsAt }) => [offerExpiresAt, startsAt]), query.refetch);
  return query;
}

export type Places = ReadonlyMap<string, WaitlistPlaceFragment>;

/** The places for one appointment, by the start of their slot. */
export function usePlaces(appointmentId: string | undefined): Places {
  const { data } = useWaitlists({ pause: !appointmentId });
  const own = data?.viewer?.waitlistEntries.filter(({ appointment }) => appointment?.id === appointmentId) ?? [];
  return new Map(own.map((place) => [place.startsAt, place]));
}
