// The inbox subscription. It updates the unread count, the notices and, through the cache, conversations and bookings.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import { Link, navigate, usePath } from "../app/router";
import { setNewCount } from "../app/title";
import { useToast } from "../components/feedback";
import { Name } from "../components/text";
import { UnreadCountDocument } from "../conversations/generated/conversations";
import { useSubscription, useQuery } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { InboxChangedDocument, InboxCursorDocument } from "./generated/notifications";
import { notifyDevice } from "./deviceNotices";
import { inboxStorage, applyEvent, toNotice, type InboxEvent, type StoredInbox, type Notice } from "./notices";
import { describeNotice, NoticeText } from "./NoticeText";

interface InboxContextValue {
  unreadCount: number;
  unseenCount: number;
  notices: readonly Notice[];
  markSeen: () => void;
  /** Counts the unread messages again. */
  refreshCounts: () => void;
}

const Context = createContext<InboxContextValue>({ unreadCount: 0, unseenCount: 0, notices: [], markSeen: () => {}, refreshCounts: () => {} });
export const useInbox = () => useContext(Context);

export function InboxProvider({ children }: { children: ReactNode }) {
  const { viewer } = useSession();
  if (!viewer || viewer.isGuest) return children;
  return (
    <InboxSubscription key={viewer.user.id} userId={viewer.user.id} initialUnreadCount={viewer.unreadCount}>
      {children}
    </InboxSubscription>
  );
}

function InboxSubscription({
  userId,
  initialUnreadCount,
  children,
}: {
  userId: string;
  initialUnreadCount: number;
  children: ReactNode;
}) {
  const i18n = useI18n();
  const { t } = i18n;
  const { zone } = useSession();
  const client = useClient();
  const toast = useToast();
  const path = usePath();
  const [state, setState] = useState<StoredInbox | undefined>(() => inboxStorage.load(userId));
  const [unreadCount, setUnreadCount] = useState(initialUnreadCount);
  const { data } = useQuery(InboxCursorDocument, {}, { pause: state !== undefined, requestPolicy: "network-only" });
  const cursor = data?.viewer?.inboxCursor;

  useEffect(() => {
    if (!state && cursor) setState({ cursor, notices: [] });
  }, [state, cursor]);
  useEffect(() => {
    if (state) inboxStorage.save(userId, state);
  }, [state, userId]);

  // Debounced, so that a burst of messages causes one query.
  const timer = useRef(0);
  const refreshCounts = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(async () => {
      const { data } = await client.query(UnreadCountDocument, {}, { requestPolicy: "network-only" }).toPromise();
      if (data?.viewer) setUnreadCount(data.viewer.unreadCount);
    }, 250);
  }, [client]);

  const showToast = (event: InboxEvent) => {
    // Events from while the page was closed only appear in the list.
    if (Date.now() - Date.parse(event.happenedAt) > 60_000) return;
    if (event.__typename === "MessageAdded") {
      const { author, text } = event.messageEdge.node;
      const to = `/messages/${event.conversation?.id}`;
      if (!author || author.id === userId || event.conversation?.isMuted) return;
      const body = text?.slice(0, 200) ?? t("message.image");
      notifyDevice(author.displayName, body, to, () => navigate(to));
      if (path === to) return;
      toast(
        <Link to={to}>
          <strong>
            <Name text={author.displayName} />
          </strong>{" "}
          <bdi>{text?.slice(0, 80) ?? t("message.image")}</bdi>
        </Link>,
        to,
      );
      return;
    }
    const notice = toNotice(event, userId);
    if (!notice || notice.isSeen) return;
    toast(<NoticeText notice={notice} />);
    const { path: to, text } = describeNotice(notice, i18n, zone);
    notifyDevice("Studyhall", text, notice.cursor, () => navigate(to));
  };
  const subscribeAfter = useRef<string>(undefined);
  subscribeAfter.current ??= state?.cursor;
  useSubscription(
    InboxChangedDocument,
    subscribeAfter.current ? { after: subscribeAfter.current } : undefined,
    ({ inboxChanged: event }) => {
      setState((before) => before && applyEvent(before, event, userId));
      if (["MessageAdded", "MessageChanged", "ConversationRead", "FeedReset"].includes(event.__typename))
        refreshCounts();
      showToast(event);
    },
    ({ code }) => {
      // The server does not know the stored cursor, as after a reset of its database: starts again at the current one.
      if (code !== "BAD_USER_INPUT" || data) return;
      subscribeAfter.current = undefined;
      setState(undefined);
    },
  );

  const markSeen = useCallback(() => {
    setState((before) => {
      if (!before?.notices.some(({ isSeen }) => !isSeen)) return before;
      return { ...before, notices: before.notices.map((notice) => ({ ...notice, isSeen: true })) };
    });
  }, []);
  const value = useMemo(() => {
    const notices = state?.notices ?? [];
    return { unreadCount, unseenCount: notices.filter(({ isSeen }) => !isSeen).length, notices, markSeen, refreshCounts };
  }, [state, unreadCount, markSeen, refreshCounts]);
  const newCount = value.unreadCount + value.unseenCount;
  useEffect(() => {
    setNewCount(newCount);
    return () => setNewCount(0);
  }, [newCount]);
  return <Context value={value}>{children}</Context>;
}
