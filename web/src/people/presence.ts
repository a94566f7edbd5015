import { useState } from "react";
import { useSubscription } from "../graphql/hooks";
import { PresenceChangedDocument, type PresenceFragment } from "./generated/people";

interface WithPresence {
  id: string;
  presence?: PresenceFragment | null;
}

type Statuses = ReadonlyMap<string, PresenceFragment["status"] | undefined>;

/**
 * Subscribes to the presence of up to 100 users. The stream begins with all of them, so what it says is newer than what
 * queries have read, however late their responses arrive.
 */
export function usePresence(people: readonly WithPresence[]) {
  const userIds = people.map(({ id }) => id).slice(0, 100);
  const key = userIds.join();
  const [live, setLive] = useState<{ key: string; statuses: Statuses }>();
  useSubscription(
    PresenceChangedDocument,
    userIds.length > 0 ? { userIds } : undefined,
    ({ presenceChanged: { changes, isSnapshot } }) =>
      setLive((before) => {
        const known = !isSnapshot && before?.key === key ? before.statuses : [];
        const changed = changes.map(({ user, presence }) => [user.id, presence?.status] as const);
        return { key, statuses: new Map([...known, ...changed]) };
      }),
  );
  const statuses = live?.key === key ? live.statuses : undefined;
  return ({ id, presence }: WithPresence) => (statuses?.has(id) ? statuses.get(id) : presence?.status) === "ONLINE";
}
