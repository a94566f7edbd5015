// The changes of a group, as lines between its messages.
import type { I18n } from "../i18n/i18n";
import type { ConversationChangedSubscription } from "./generated/conversations";

type GroupEvent = Extract<ConversationChangedSubscription["conversationChanged"], { __typename: "GroupChanged" }>;

/** Undefined for changes without a line of their own, and for those that are added later. */
export function describeGroupEvent({ groupChange, actor, user }: GroupEvent, t: I18n["t"]): string | undefined {
  const names = {
    actor: actor?.displayName ?? t("group.someone"),
    name: user?.displayName ?? t("person.deleted"),
  };
  switch (groupChange) {
    case "MEMBER_ADDED":
      return t("group.added", names);
    case "MEMBER_LEFT":
      return t("group.left", names);
    case "MEMBER_REMOVED":
      return actor ? t("group.removed", names) : t("group.left", names);
    case "OWNER_CHANGED":
      return t("group.owns", names);
    case "TITLE_CHANGED":
      return t("group.titleChanged", names);
    case "IMAGE_CHANGED":
      return t("group.imageChanged", names);
    case "HISTORY_CHANGED":
      return t("group.historyChanged", names);
    default:
      return undefined;
  }
}
