// The inbox subscription. Through the cache, it updates conversations, bookings, notifications and their counts.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, type ReactNode } from "react";
import { useClient } from "urql";
import { useSession, type Viewer } from "../accounts/session";
import { withDeadline } from "../app/deadline";
import { usePath } from "../app/router";
import { setNewCount } from "../app/title";
import { useToast } from "../components/feedback";
import { useQuery, useSubscription } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { closeNotices, forgetDevice, isNotifying } from "./deviceNotices";
import { InboxChangedDocument, UnreadCountsDocument, type InboxChangedSubscription } from "./generated/notifications";

export type InboxEvent = InboxChangedSubscription["inboxChanged"];

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

/** Events that change neither the number of unread messages nor that of unread notifications. */
const uncounted = new Set(["BookingChanged", "BookingReminder", "InvitationChanged", "SecurityNotice", "WaitlistChanged"]);

/** The code that announces an event. Without it, the counts still show what is new. */
const loadAnnouncing = () => withDeadline(import("./announce")).catch(() => undefined);

function InboxSubscription({ viewer, children }: { viewer: Viewer; children: ReactNode }) {
  const i18n = useI18n();
  const { zone } = useSession();
  const client = useClient();
  const toast = useToast();
  const path = usePath();
  const userId = viewer.user.id;
  const { data } = useQuery(UnreadCountsDocument, {}, { requestPolicy: "cache-first" });
  const { unreadCount, unreadNotificationCount: unseenCount } = data?.viewer ?? viewer;

  // Debounced, so that a burst of messages causes one query. One that is under way may have counted before the last event,
  // and urql would answer the next with its response.
  const timer = useRef(0);
  const counting = useRef<Promise<unknown>>(undefined);
  const refreshCounts = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(async () => {
      await counting.current;
      counting.current = client.query(UnreadCountsDocument, {}, { requestPolicy: "network-only" }).toPromise();
    }, 250);
  }, [client]);

  // Loaded beforehand, when the page is complete: events that were missed arrive over a connection that is barely back.
  useEffect(() => {
    const timer = window.setTimeout(() => void loadAnnouncing(), 3000);
    return () => window.clearTimeout(timer);
  }, []);
  const announce = async (event: InboxEvent) => {
    const code = await loadAnnouncing();
    code?.announce(event, { userId, path: location.pathname, i18n, zone, toast });
  };
  // The counts were read at this position.
  const subscribeAfter = useRef(viewer.inboxCursor);
  useSubscription(InboxChangedDocument, { after: subscribeAfter.current }, ({ inboxChanged: event }) => {
    const { __typename: type } = event;
    if (!uncounted.has(type)) refreshCounts();
    // What happened while the connection was lost only appears in the lists.
    if (Date.now() - Date.parse(event.happenedAt) > 60_000) return;
    if (type === "MessageAdded" || type === "NotificationAdded") void announce(event);
  });

  const value = useMemo(
    () => ({ unreadCount, unseenCount, refreshCounts }),
    [unreadCount, unseenCount, refreshCounts],
  );
  useEffect(() => {
    // The browser may have replaced its subscription since the last start.
    if (isNotifying(userId)) void import("./push").then(({ registerPush }) => registerPush(client, userId)).catch(() => {});
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
