// The inbox subscription. Through the cache, it updates conversations, bookings, notifications and their counts.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, type ReactNode } from "react";
import { useClient } from "urql";
import { useSession, type Viewer } from "../accounts/session";
import { Link, navigate, usePath } from "../app/router";
import { setNewCount } from "../app/title";
import { useToast } from "../components/feedback";
import { Name } from "../components/text";
import { useQuery, useSubscription } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { describe, type Notification } from "./describe";
import { closeNotices, forgetDevice, isNotifying, notifyDevice } from "./deviceNotices";
import { InboxChangedDocument, UnreadCountsDocument, type InboxChangedSubscription } from "./generated/notifications";
import { NotificationText } from "./NotificationText";

type InboxEvent = InboxChangedSubscription["inboxChanged"];

interface InboxContextValue {
  /** The number of unread messages. */
  unreadCount: number;
  /** The number of unread notifications. */
  unseenCount: number;
  /** Counts both again. */
  refreshCounts: () => void;
}

const Context = createContext<InboxContextValue>({ unreadCount: 0, unseenCount: 0, refreshCounts: () => {} });
export const useInbox = () => useContext(Context);

export function InboxProvider({ children }: { children: ReactNode }) {
  const { viewer } = useSession();
  const isSignedOut = viewer === null || viewer?.isGuest;
  useEffect(() => {
    if (isSignedOut) void forgetDevice();
  }, [isSignedOut]);
  if (!viewer || viewer.isGuest) return children;
  return (
    <InboxSubscription key={viewer.user.id} viewer={viewer}>
      {children}
    </InboxSubscription>
  );
}

/** What a notification is about has its own event too, which is shown instead. */
const isAnnounced = (notification: Notification) =>
  (notification.__typename === "MentionNotification" || notification.__typename === "ReplyNotification") &&
  notification.subject?.__typename === "Message" &&
  notification.subject.conversation !== null;

function InboxSubscription({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const i18n = useI18n();
  const { t } = i18n;
  const { zone } = useSession();
  const client = useClient();
  const toast = useToast();
  const path = usePath();
  const userId = viewer.user.id;
  const { data } = useQuery(UnreadCountsDocument, {}, { requestPolicy: "cache-first" });
  const { unreadCount, unreadNotificationCount: unseenCount } = data?.viewer ?? viewer;

  // Debounced, so that a burst of messages causes one query.
  const timer = useRef(0);
  const refreshCounts = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(
      () => void client.query(UnreadCountsDocument, {}, { requestPolicy: "network-only" }).toPromise(),
      250,
    );
  }, [client]);

  const announceMessage = ({ messageEdge, conversation }: Extract<InboxEvent, { __typename: "MessageAdded" }>) => {
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
  };
  const announceNotification = (notification: Notification) => {
    if (notification.readAt || isAnnounced(notification)) return;
    const { path: to = "/notifications", text } = describe(notification, userId, i18n, zone);
    if (to !== path && path !== "/notifications") toast(<NotificationText notification={notification} />, to);
    const notice = { title: "Studyhall", body: text, tag: notification.id, path: to };
    void notifyDevice(userId, notice, () => navigate(to));
  };
  // The counts were read at this position.
  const subscribeAfter = useRef(viewer.inboxCursor);
  useSubscription(InboxChangedDocument, { after: subscribeAfter.current }, ({ inboxChanged: event }) => {
    const { __typename: type } = event;
    if (!["BookingChanged", "BookingReminder", "SecurityNotice"].includes(type)) refreshCounts();
    // What happened while the connection was lost only appears in the lists.
    if (Date.now() - Date.parse(event.happenedAt) > 60_000) return;
    if (type === "MessageAdded") announceMessage(event);
    else if (type === "NotificationAdded" && event.notificationEdge) announceNotification(event.notificationEdge.node);
  });

  const value = useMemo(
    () => ({ unreadCount, unseenCount, refreshCounts }),
    [unreadCount, unseenCount, refreshCounts],
  );
  useEffect(() => {
    // The browser may have replaced its subscription since the last start.
    if (isNotifying(userId)) void import("./push").then(({ registerPush }) => registerPush(client)).catch(() => {});
  }, [client, userId]);
  useEffect(() => {
    void closeNotices(
      (tag, noticePath) =>
        noticePath === path || (tag.startsWith("cnv_") ? unreadCount === 0 : tag.startsWith("ntf_") && unseenCount === 0),
    );
  }, [path, unreadCount, unseenCount]);
  const newCount = unreadCount + unseenCount;
  useEffect(() => {
    setNewCount(newCount);
    return () => setNewCount(0);
  }, [newCount]);
  return <Context value={value}>{children}</Context>;
}
