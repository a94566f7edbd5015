// What has just happened, as a note on the page and as a notification of the browser.
import { Link, navigate } from "../app/router";
import type { useToast } from "../components/feedback";
import { Name } from "../components/text";
import type { I18n } from "../i18n/i18n";
import { describe, type Notification } from "./describe";
import { notifyDevice } from "./deviceNotices";
import type { InboxEvent } from "./inbox";
import { NotificationText } from "./NotificationText";

interface Context {
  userId: string;
  /** The page that is open. */
  path: string;
  i18n: I18n;
  zone: string;
  toast: ReturnType<typeof useToast>;
}

type MessageAdded = Extract<InboxEvent, { __typename: "MessageAdded" }>;

export function announce(event: InboxEvent, context: Context) {
  if (event.__typename === "MessageAdded") announceMessage(event, context);
  else if (event.__typename === "NotificationAdded" && event.notificationEdge) announceNotification(event.notificationEdge.node, context);
}

/** What a notification is about has its own event too, which is shown instead. */
const isAnnounced = (notification: Notification) =>
  (notification.__typename === "MentionNotification" || notification.__typename === "ReplyNotification") &&
  notification.subject?.__typename === "Message" &&
  notification.subject.conversation !== null;

function announceMessage({ messageEdge, conversation }: MessageAdded, { userId, path, i18n: { t }, toast }: Context) {
  const { author, text, images } = messageEdge.node;
  const withoutText = t(images.length > 0 ? "message.image" : "message.file");
  const to = `/messages/${conversation?.id}`;
  if (!author || author.id === userId || conversation?.isMuted) return;
  const body = text?.slice(0, 200) ?? withoutText;
  void notifyDevice(userId, { title: author.displayName, body, tag: conversation?.id ?? to, path: to }, () => navigate(to));
  if (path === to) return;
  toast(
    <Link to={to}>
      <strong>
        <Name text={author.displayName} />
      </strong>{" "}
      <bdi>{text?.slice(0, 80) ?? withoutText}</bdi>
    </Link>,
    to,
  );
}

function announceNotification(notification: Notification, { userId, path, i18n, zone, toast }: Context) {
  if (notification.readAt || isAnnounced(notification)) return;
  const { path: to = "/notifications", text } = describe(notification, userId, i18n, zone);
  if (to !== path && path !== "/notifications") toast(<NotificationText notification={notification} />, to);
  const notice = { title: "Studyhall", body: text, tag: notification.id, path: to };
  void notifyDevice(userId, notice, () => navigate(to));
}
