// The messages of a conversation or the lobby, followed by the pending ones.
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { useSession } from "../accounts/session";
import { Button, IconButton } from "../components/buttons";
import { useToast } from "../components/feedback";
import type { Person } from "../components/people";
import { connectivity } from "../graphql/connectivity";
import type { Problem } from "../graphql/problems";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate } from "../i18n/time";
import type { PendingEntry } from "../outbox/outbox";
import { MessageBubble } from "./MessageBubble";
import { PendingBubble } from "./PendingBubble";
import { isFollowUp, messagesOf, type Message, type Timeline, type TimelineEntry } from "./timeline";
import { useLogScroll } from "./useLogScroll";
import { useTarget, type LoadPage, type MessagePages } from "./useMessagePages";
import "./conversations.css";

interface MessageListProps {
  timeline: Timeline;
  pending: readonly PendingEntry[];
  pages: MessagePages;
  /** The message at which the list opens, null for the latest, and undefined while it is not known. */
  firstUnreadId: string | null | undefined;
  /** The message that the address of the page names. */
  linkedId?: string;
  /** Whether each message shows its author. */
  isGroup: boolean;
  empty: string;
  /** Called with the last message that has been in view. */
  /** The users who can be mentioned. */
  people: readonly Person[];
  onSeen?: (messageId: string) => void;
  onReply?: (message: Message) => void;
  onMarkUnread?: (messageId: string) => void;
  children?: ReactNode;
}

export function MessageList({
  timeline,
  pending,
  pages,
  firstUnreadId,
  linkedId,
  isGroup,
  empty,
  people,
  onSeen,
  onReply,
  onMarkUnread,
  children,
}: MessageListProps) {
  const { t, language } = useI18n();
  const { viewer, zone } = useSession();
  const { entries } = timeline;
  // Until it is known where the list opens, nothing is shown and no further pages are loaded.
  const isOpen = firstUnreadId !== undefined;
  const deliveredKeys = new Set(messagesOf(timeline).map(({ clientKey }) => clientKey));
  const undelivered = pending.filter(({ key }) => !deliveredKeys.has(key));
  const { target, reveal } = useTarget(pages);
  const { log, isAtBottom, isUnreadAbove, scrollToBottom, handleScroll } = useLogScroll({
    timeline,
    undeliveredCount: undelivered.length,
    firstUnreadId,
    target,
    onSeen,
  });
  const toast = useToast();
  const open = async (id: string) => {
    if (!(await reveal(id))) toast(t("message.gone"));
  };
  const openLinked = useEffectEvent((id: string) => void open(id));
  useEffect(() => {
    if (isOpen && linkedId) openLinked(linkedId);
  }, [isOpen, linkedId]);
  // The log scrolls in the render that has the latest messages: before, a scroll event would keep what is in view in place.
  const [jumps, setJumps] = useState(0);
  const showLatest = async () => {
    if (timeline.hasLater) await pages.loadLatest();
    setJumps((count) => count + 1);
  };
  useLayoutEffect(() => {
    if (jumps > 0) scrollToBottom();
  }, [jumps]);
  // A sent message appears at the end of the log.
  const previousUndelivered = useRef(0);
  useEffect(() => {
    if (timeline.hasLater && undelivered.length > previousUndelivered.current) void showLatest();
    previousUndelivered.current = undelivered.length;
  });

  const today = dateInZone(new Date(), zone);
  const dayLabel = (day: string) => {
    if (day === today) return t("message.today");
    if (day === addDays(today, -1)) return t("message.yesterday");
    return formatDate(day, language, { weekday: "long", day: "numeric", month: "long" });
  };
  const entryDate = (entry: TimelineEntry | undefined) => entry && dateInZone(new Date(entry.at), zone);
  return (
    <div className="log-frame">
      <div
        className={isOpen ? "log" : "log opening"}
        ref={log}
        onScroll={handleScroll}
        tabIndex={0}
        role="log"
        aria-label={t("thread.log")}
      >
        <MorePages
          isMore={isOpen && timeline.hasEarlier}
          cursor={timeline.startCursor}
          label={t("thread.earlier")}
          load={pages.loadEarlier}
        />
        {timeline.isLoaded && entries.length === 0 && undelivered.length === 0 && <p className="log-empty">{empty}</p>}
        {entries.map((entry, index) => {
          const previous = entries[index - 1];
          const day = entryDate(entry);
          const isNewDay = day && day !== entryDate(previous);
          const isFirstUnread = entry.id === firstUnreadId;
          return (
            <div key={entry.id} data-entry={entry.id}>
              {isNewDay && (
                <p className="day">
                  <span>{dayLabel(day)}</span>
                </p>
              )}
              {isFirstUnread && (
                <p className="unread-line">
                  <span>{t("thread.unread")}</span>
                </p>
              )}
              {entry.kind === "system" ? (
                <p className="system-message">{entry.text}</p>
              ) : (
                <MessageBubble
                  message={entry.message}
                  isOwn={entry.message.author?.id === viewer?.user.id}
                  isFollowUp={isFollowUp(entry, previous) && !isNewDay && !isFirstUnread}
                  isGroup={isGroup}
                  people={people}
                  onOpen={(id) => void open(id)}
                  onReply={onReply}
                  onMarkUnread={onMarkUnread}
                />
              )}
            </div>
          );
        })}
        <MorePages
          isMore={isOpen && timeline.hasLater}
          cursor={timeline.endCursor}
          label={t("thread.later")}
          load={pages.loadLater}
        />
        {undelivered.map((entry) => (
          <PendingBubble key={entry.key} entry={entry} />
        ))}
        {children}
      </div>
      {isUnreadAbove && firstUnreadId && (
        <div className="log-jump to-unread">
          <Button small icon="up" onClick={() => void open(firstUnreadId)}>
            {t("thread.unread")}
          </Button>
        </div>
      )}
      {!isAtBottom && (
        <div className="log-jump to-latest">
          <IconButton kind="plain" label={t("thread.latest")} icon="down" onClick={() => void showLatest()} />
        </div>
      )}
    </div>
  );
}

interface MorePagesProps {
  isMore: boolean;
  /** Where the next page begins. */
  cursor: string | null;
  label: string;
  load: LoadPage;
}

/** Loads a page when it scrolls into view. What failed is loaded when the server is reachable again. */
function MorePages({ isMore, cursor, label, load }: MorePagesProps) {
  const { explain } = useI18n();
  const edge = useRef<HTMLDivElement>(null);
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const loadRef = useRef(async () => {});
  loadRef.current = async () => {
    if (isLoading) return;
    setLoading(true);
    setProblem(await load());
    setLoading(false);
  };
  useEffect(() => {
    if (!isMore || !edge.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void loadRef.current(), {
      root: edge.current.parentElement,
      rootMargin: "300px 0px",
    });
    observer.observe(edge.current);
    return () => observer.disconnect();
  }, [isMore, cursor]);
  useEffect(() => (problem ? connectivity.onReachable(() => void loadRef.current()) : undefined), [problem]);
  return (
    <>
      <div ref={edge} />
      {isMore && (
        <div className="more" role="status">
          {problem && <p className="soft small">{explain(problem)}</p>}
          <Button small kind="quiet" isBusy={isLoading} onClick={() => void loadRef.current()}>
            {label}
          </Button>
        </div>
      )}
    </>
  );
}
