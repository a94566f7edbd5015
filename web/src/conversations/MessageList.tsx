// The messages of a conversation or the lobby, followed by the pending ones.
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useSession } from "../accounts/session";
import { Button, IconButton } from "../components/buttons";
import { connectivity } from "../graphql/connectivity";
import type { Problem } from "../graphql/problems";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate } from "../i18n/time";
import type { PendingEntry } from "../outbox/outbox";
import { MessageBubble } from "./MessageBubble";
import { PendingBubble } from "./PendingBubble";
import { isFollowUp, messagesOf, type Timeline, type TimelineEntry } from "./timeline";
import type { LoadEarlier } from "./useConversation";
import { useLogScroll } from "./useLogScroll";
import "./conversations.css";

interface MessageListProps {
  timeline: Timeline;
  pending: readonly PendingEntry[];
  loadEarlier: LoadEarlier;
  /** The message at which the list opens, null for the latest, and undefined while it is not known. */
  firstUnreadId: string | null | undefined;
  /** Whether each message shows its author. */
  isGroup: boolean;
  empty: string;
  /** Called with the last message that has been in view. */
  onSeen?: (messageId: string) => void;
  children?: ReactNode;
}

export function MessageList({
  timeline,
  pending,
  loadEarlier,
  firstUnreadId,
  isGroup,
  empty,
  onSeen,
  children,
}: MessageListProps) {
  const { t, language } = useI18n();
  const { viewer, zone } = useSession();
  const { entries } = timeline;
  const deliveredKeys = new Set(messagesOf(timeline).map(({ clientKey }) => clientKey));
  const undelivered = pending.filter(({ key }) => !deliveredKeys.has(key));
  const { log, isAtBottom, scrollToBottom, handleScroll } = useLogScroll({
    timeline,
    undeliveredCount: undelivered.length,
    firstUnreadId,
    onSeen,
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
      <div className="log" ref={log} onScroll={handleScroll} tabIndex={0} role="log" aria-label={t("thread.log")}>
        <EarlierMessages timeline={timeline} load={loadEarlier} />
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
                />
              )}
            </div>
          );
        })}
        {undelivered.map((entry) => (
          <PendingBubble key={entry.key} entry={entry} />
        ))}
        {children}
      </div>
      {!isAtBottom && (
        <div className="to-latest">
          <IconButton kind="plain" label={t("thread.latest")} icon="down" onClick={scrollToBottom} />
        </div>
      )}
    </div>
  );
}

/** Loads earlier messages when it scrolls into view. What failed is loaded when the server is reachable again. */
function EarlierMessages({ timeline: { hasEarlier, startCursor }, load }: { timeline: Timeline; load: LoadEarlier }) {
  const { t, explain } = useI18n();
  const top = useRef<HTMLDivElement>(null);
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
    if (!hasEarlier || !top.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void loadRef.current(), {
      root: top.current.parentElement,
      rootMargin: "300px 0px 0px",
    });
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [hasEarlier, startCursor]);
  useEffect(() => (problem ? connectivity.onReachable(() => void loadRef.current()) : undefined), [problem]);
  return (
    <>
      <div ref={top} />
      {hasEarlier && (
        <div className="more" role="status">
          {problem && <p className="soft small">{explain(problem)}</p>}
          <Button small kind="quiet" isBusy={isLoading} onClick={() => void loadRef.current()}>
            {t("thread.earlier")}
          </Button>
        </div>
      )}
    </>
  );
}
