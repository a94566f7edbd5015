import { useSubscription } from "../graphql/hooks";
import { PresenceChangedDocument, type PresenceFragment } from "./generated/people";

interface WithPresence {
  id: string;
  presence?: PresenceFragment | null;
}

/** Subscribes to the presence of up to 100 users. The cache applies the events, so the queried data stays current. */
export function usePresence(people: readonly WithPresence[]) {
  const userIds = people.map(({ id }) => id).slice(0, 100);
  useSubscription(PresenceChangedDocument, userIds.length > 0 ? { userIds } : undefined, () => {});
  return ({ presence }: WithPresence) => presence?.status === "ONLINE";
}
