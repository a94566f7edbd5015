import { useSession } from "../accounts/session";
import { Link } from "../app/router";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { describe, type Notification } from "./describe";
import { MarkNotificationsReadDocument } from "./generated/notifications";

/** A notification as a sentence. Following its link marks it as read. */
export function NotificationText({ notification }: { notification: Notification }) {
  const i18n = useI18n();
  const { viewer, zone } = useSession();
  const { run } = useMutation(MarkNotificationsReadDocument);
  const { text, excerpt, path } = describe(notification, viewer?.user.id ?? "", i18n, zone);
  const { id, readAt } = notification;
  const markRead = () => !readAt && void run({ input: { notificationIds: [id] } });
  return (
    <>
      {path ? (
        <Link to={path} onClick={markRead}>
          {text}
        </Link>
      ) : (
        <span>{text}</span>
      )}
      {excerpt && (
        <span className="excerpt line soft small" dir="auto">
          {excerpt}
        </span>
      )}
    </>
  );
}
