import type { MessageKey } from "../i18n/generated/messages";
import { isolate, joinList } from "../i18n/i18n";
import type { Person } from "../components/people";

interface WithMembers<Member> {
  members: readonly Member[];
}

export function otherMembers<Member extends { id: string }>(
  { members }: WithMembers<Member>,
  viewerId: string,
): Member[] {
  return members.filter(({ id }) => id !== viewerId);
}

/** The title of a group, or the names of the other members. */
export function conversationTitle(
  conversation: WithMembers<Person> & { title: string | null },
  viewerId: string,
  t: (key: MessageKey) => string,
) {
  if (conversation.title !== null) return isolate(conversation.title);
  const others = otherMembers(conversation, viewerId);
  // Without other members, the other account was deleted, or one of the two users has blocked the other.
  return others.length > 0 ? joinList(others.map(({ displayName }) => isolate(displayName))) : t("person.unavailable");
}
