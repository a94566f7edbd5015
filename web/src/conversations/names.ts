import type { Key } from "../i18n/catalogue";
import type { Person } from "../components/people";

interface Members<Member> {
  members: readonly Member[];
}

export function othersOf<Member extends { id: string }>({ members }: Members<Member>, selfId: string): Member[] {
  return members.filter(({ id }) => id !== selfId);
}

/** What a conversation is called: by the others in it. */
export function namesOf(conversation: Members<Person>, selfId: string, t: (key: Key) => string) {
  const others = othersOf(conversation, selfId);
  // Somebody alone in a conversation talked to an account that is gone, or is parted from the other by a block.
  return others.length > 0 ? others.map(({ displayName }) => displayName).join(", ") : t("person.unavailable");
}
