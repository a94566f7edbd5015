// Notifications as sentences, with the page of their subject.
import type { MessageKey } from "../i18n/generated/messages";
import type { I18n } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import type { IconName } from "../components/icons";
import type { NotificationItemFragment, NotificationSubjectFragment } from "./generated/notifications";

export type Notification = NotificationItemFragment;

interface Description {
  text: string;
  /** The beginning of the text that the notification is about. */
  excerpt?: string;
  /** The page of the subject. Undefined when the viewer can no longer see it. */
  path?: string;
  icon: IconName;
}

type Subject = NotificationSubjectFragment | null | undefined;
type Booking = Extract<Notification, { __typename: "ReminderNotification" }>["booking"];

const maxExcerpt = 140;

function pathOf(subject: Subject) {
  if (subject?.__typename === "Post") return `/posts/${subject.id}`;
  if (subject?.__typename === "Comment") return subject.post ? `/posts/${subject.post.id}` : undefined;
  if (subject?.__typename !== "Message") return undefined;
  return subject.conversation ? `/messages/${subject.conversation.id}?message=${subject.id}` : "/lobby";
}

/** Types that are added later have the text of the server. */
export function describe(notification: Notification, viewerId: string, { t, has, language }: I18n, zone: string): Description {
  const knownKey = (name: string, otherwise: MessageKey) => {
    const key = `notice.${name}`;
    return has(key) ? key : otherwise;
  };
  const about = (key: MessageKey, subject: Subject, icon: IconName): Description => {
    const guestName = subject?.__typename === "Message" ? subject.guestName : null;
    const name = subject?.author?.displayName ?? guestName ?? t("person.deleted");
    return { text: t(key, { name }), excerpt: subject?.text?.slice(0, maxExcerpt), path: pathOf(subject), icon };
  };
  const aboutBooking = (what: string, booking: Booking, icon: IconName): Description => {
    if (!booking) return { text: notification.text, icon };
    const other = booking.mentor?.id === viewerId ? booking.student : booking.mentor;
    const text = t(knownKey(what, "notice.booking"), {
      name: other?.displayName ?? t("person.deleted"),
      topic: booking.topic.title,
      time: formatDateTime(booking.startsAt, language, zone),
    });
    return { text, path: `/mentoring/bookings/${booking.id}`, icon };
  };
  switch (notification.__typename) {
    case "BookingNotification":
      return aboutBooking(notification.change, notification.booking, "calendar");
    case "ReminderNotification":
      return aboutBooking("REMINDER", notification.booking, "clock");
    case "CalendarConflictNotification":
      return aboutBooking("CONFLICT", notification.booking, "calendar");
    case "CommentNotification":
      return about("notice.comment", notification.comment, "chat");
    case "MentionNotification":
      return about("notice.mention", notification.subject, "at");
    case "ReplyNotification":
      return about("notice.reply", notification.subject, "reply");
    case "ReactionNotification": {
      const { actor, userCount, subject } = notification;
      const name = actor?.displayName ?? t("person.deleted");
      const text = userCount > 1 ? t("notice.reactions", { name, count: userCount - 1 }) : t("notice.reaction", { name });
      return { text, excerpt: subject?.text?.slice(0, maxExcerpt), path: pathOf(subject), icon: "smile" };
    }
    case "GroupNotification": {
      const { groupChange, conversation } = notification;
      const title = conversation?.title ?? t("notice.someGroup");
      const path = conversation ? `/messages/${conversation.id}` : undefined;
      return { text: t(knownKey(`group.${groupChange}`, "notice.group"), { title }), path, icon: "people" };
    }
    case "ModerationNotification": {
      const [action] = (["LOCK", "REMOVE", "WARN"] as const).filter((one) => notification.actions.includes(one));
      const text = t(knownKey(`moderation.${action}`, "notice.moderation"));
      return { text, excerpt: notification.message ?? undefined, icon: "lock" };
    }
    case "ReportNotification":
      return { text: t(notification.isUpheld ? "notice.reportUpheld" : "notice.reportDismissed"), icon: "check" };
    case "DataExportNotification":
      return { text: t("notice.dataExport"), path: "/settings/data", icon: "download" };
    case "WaitlistNotification": {
      const { startsAt, appointment } = notification.waitlistEntry ?? {};
      if (!startsAt || !appointment) return { text: notification.text, icon: "clock" };
      const values = { topic: appointment.topic.title, time: formatDateTime(startsAt, language, zone) };
      return { text: t("notice.waitlist", values), path: "/mentoring/waitlists", icon: "clock" };
    }
    case "SecurityNotification":
      return { text: t(knownKey(notification.notice, "notice.security")), path: "/settings/sessions", icon: "lock" };
    default:
      return { text: (notification as { text: string }).text, icon: "bell" };
  }
}
