import { useEvents } from "../graphql/hooks";
import { PresenceChangedDocument, type PresenceFragment } from "./generated/people";

interface Present {
  id: string;
  presence?: PresenceFragment | null;
}

/** Follows who of some people is online. The cache takes in what the events say, so what was read stays true. */
export function usePresence(people: readonly Present[]) {
  const userIds = people.map(({ id }) => id).slice(0, 100);
  useEvents(PresenceChangedDocument, userIds.length > 0 ? { userIds } : undefined, () => {});
  return ({ presence }: Present) => presence?.status === "ONLINE";
}
