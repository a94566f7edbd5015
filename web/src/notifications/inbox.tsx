// The one stream of everything private: it keeps the counts, the list of conversations and the notices true.
import { createContext, useCallback, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import { Link, usePath } from "../app/router";
import { useToast } from "../components/feedback";
import { UnreadCountDocument } from "../conversations/generated/conversations";
import { useEvents, useRead } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { InboxChangedDocument, InboxStartDocument } from "./generated/notifications";
import { kept, take, type InboxEvent, type Kept, type Notice } from "./notices";
import { NoticeText } from "./NoticeText";

interface InboxState {
  unread: number;
  unseen: number;
  notices: readonly Notice[];
  markSeen: () => void;
}

const Context = createContext<InboxState>({ unread: 0, unseen: 0, notices: [], markSeen: () => {} });
export const useInbox = () => useContext(Context);

export function Inbox({ children }: { children: ReactNode }) {
  const { self } = useSession();
  if (!self || self.isGuest) return children;
  return (
    <Following key={self.user.id} userId={self.user.id} first={self.unreadCount}>
      {children}
    </Following>
  );
}

function Following({ userId, first, children }: { userId: string; first: number; children: ReactNode }) {
  const t = useText();
  const client = useClient();
  const toast = useToast();
  const path = usePath();
  const [state, setState] = useState<Kept | undefined>(() => kept.read(userId));
  const [unread, setUnread] = useState(first);
  const start = useRead(InboxStartDocument, {}, { pause: state !== undefined, requestPolicy: "network-only" });
  const cursor = start.data?.viewer?.inboxCursor;

  useEffect(() => {
    if (!state && cursor) setState({ cursor, notices: [] });
  }, [state, cursor]);
  useEffect(() => {
    if (state) kept.write(userId, state);
  }, [state, userId]);

  // Many messages at once are one question.
  const timer = useRef(0);
  const count = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(async () => {
      const { data } = await client.query(UnreadCountDocument, {}, { requestPolicy: "network-only" }).toPromise();
      if (data?.viewer) setUnread(data.viewer.unreadCount);
    }, 250);
  }, [client]);

  const announce = (event: InboxEvent) => {
    // What happened while nobody was here waits in the list; only news is announced.
    if (Date.now() - Date.parse(event.happenedAt) > 60_000) return;
    if (event.__typename === "MessageAdded") {
      const { author, text } = event.messageEdge.node;
      const to = `/messages/${event.conversation?.id}`;
      if (!author || author.id === userId || path === to) return;
      toast(
        <Link to={to}>
          <strong>{author.displayName}</strong> {text?.slice(0, 80) ?? t("message.picture")}
        </Link>,
        to,
      );
    } else if (event.__typename === "BookingReminder" || event.__typename === "SecurityNotice") {
      const [notice] = take({ cursor: "", notices: [] }, event, userId).notices;
      if (notice) toast(<NoticeText notice={notice} />);
    }
  };
  const from = useRef<string>(undefined);
  from.current ??= state?.cursor;
  useEvents(
    InboxChangedDocument,
    from.current ? { after: from.current } : undefined,
    ({ inboxChanged: event }) => {
      setState((before) => before && take(before, event, userId));
      if (["MessageAdded", "MessageChanged", "ConversationRead", "FeedReset"].includes(event.__typename)) count();
      announce(event);
    },
    ({ code }) => {
      // The place kept here is none in this log, as after a server has begun anew: so does this browser.
      if (code !== "BAD_USER_INPUT" || start.data) return;
      from.current = undefined;
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
    return { unread, unseen: notices.filter(({ isSeen }) => !isSeen).length, notices, markSeen };
  }, [state, unread, markSeen]);
  return <Context value={value}>{children}</Context>;
}
