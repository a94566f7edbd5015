// The messages of a conversation or the lobby, followed by the pending ones.
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { useSession } from "../accounts/session";
import { Button, IconButton } from "../components/buttons";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate } from "../i18n/time";
import { MessageBubble } from "./MessageBubble";
import { PendingBubble } from "./PendingBubble";
import type { PendingMessage } from "./outbox";
import { timelineEntries, type Timeline, type TimelineEntry } from "./timeline";
import "./conversations.css";

interface MessageListProps {
  timeline: Timeline;
  pending: readonly PendingMessage[];
  loadEarlier: () => Promise<void>;
  /** Whether each message shows its author. */
  isGroup: boolean;
  empty: string;
  /** Called when the latest message scrolls into or out of view. */
  onAtBottomChange?: (isAtBottom: boolean) => void;
  children?: ReactNode;
}

export function MessageList({
  timeline,
  pending,
  loadEarlier,
  isGroup,
  empty,
  onAtBottomChange,
  children,
}: MessageListProps) {
  const { t, language } = useI18n();
  const { viewer, zone } = useSession();
  const logRef = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const [isLoading, setLoading] = useState(false);
  const entries = timelineEntries(timeline);
  const deliveredKeys = new Set(timeline.messages.map(({ clientKey }) => clientKey));
  const undelivered = pending.filter(({ key }) => !deliveredKeys.has(key));

  const { scrollToBottom, isScrolledToBottom } = useScroll(logRef, timeline, undelivered.length, isAtBottom);
  const handleScroll = () => setAtBottom(isScrolledToBottom());
  useEffect(() => onAtBottomChange?.(isAtBottom), [isAtBottom, onAtBottomChange]);

  const loadRef = useRef(async () => {});
  loadRef.current = async () => {
    if (isLoading) return;
    setLoading(true);
    await loadEarlier();
    setLoading(false);
  };
  // Scrolling near the top loads earlier messages.
  const { hasEarlier } = timeline;
  useEffect(() => {
    if (!hasEarlier || !top.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void loadRef.current(), {
      root: logRef.current,
      rootMargin: "300px 0px 0px",
    });
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [hasEarlier, timeline.startCursor]);

  const today = dateInZone(new Date(), zone);
  const dayLabel = (day: string) => {
    if (day === today) return t("message.today");
    if (day === addDays(today, -1)) return t("message.yesterday");
    return formatDate(day, language, { weekday: "long", day: "numeric", month: "long" });
  };
  const entryDate = (entry: TimelineEntry | undefined) =>
    entry && dateInZone(new Date(entry.kind === "message" ? entry.message.sentAt : entry.systemEntry.at), zone);
  return (
    <div className="log-frame">
      <div className="log" ref={logRef} onScroll={handleScroll} tabIndex={0} role="log" aria-label={t("thread.log")}>
        <div ref={top} />
        {hasEarlier && (
          <div className="more">
            <Button small kind="quiet" isBusy={isLoading} onClick={() => void loadRef.current()}>
              {t("thread.earlier")}
            </Button>
          </div>
        )}
        {timeline.isLoaded && entries.length === 0 && undelivered.length === 0 && <p className="log-empty">{empty}</p>}
        {entries.map((entry, index) => {
          const day = entryDate(entry);
          const isNewDay = day && day !== entryDate(entries[index - 1]);
          const key = entry.kind === "message" ? entry.message.id : entry.systemEntry.id;
          return (
            <div key={key}>
              {isNewDay && (
                <p className="day">
                  <span>{dayLabel(day)}</span>
                </p>
              )}
              {entry.kind === "system" ? (
                <p className="system-message">{entry.systemEntry.text}</p>
              ) : (
                <MessageBubble
                  message={entry.message}
                  isOwn={entry.message.author?.id === viewer?.user.id}
                  isFollowUp={entry.isFollowUp && !isNewDay}
                  isGroup={isGroup}
                />
              )}
            </div>
          );
        })}
        {undelivered.map((message) => (
          <PendingBubble key={message.key} message={message} />
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

/** Keeps the log at the bottom while it is there, and keeps its position when earlier messages are added above. */
function useScroll(
  logRef: React.RefObject<HTMLDivElement | null>,
  { messages }: Timeline,
  undeliveredCount: number,
  isAtBottom: boolean,
) {
  const firstId = messages[0]?.id;
  const previous = useRef({ firstId, height: 0, undeliveredCount: 0 });
  const scrollToBottom = () => logRef.current?.scrollTo({ top: logRef.current.scrollHeight });
  useLayoutEffect(() => {
    const { current } = logRef;
    if (!current) return;
    if (undeliveredCount > previous.current.undeliveredCount || isAtBottom) scrollToBottom();
    else if (firstId !== previous.current.firstId) current.scrollTop += current.scrollHeight - previous.current.height;
    previous.current = { firstId, height: current.scrollHeight, undeliveredCount };
  });
  // Loading images and a resized window change the height without a render.
  useEffect(() => {
    const { current } = logRef;
    if (!current || !isAtBottom) return;
    const observer = new ResizeObserver(scrollToBottom);
    observer.observe(current);
    for (const child of current.children) observer.observe(child);
    return () => observer.disconnect();
  }, [isAtBottom, messages.length, undeliveredCount]);
  const isScrolledToBottom = () => {
    const { current } = logRef;
    return !current || current.scrollHeight - current.scrollTop - current.clientHeight < 48;
  };
  return { scrollToBottom, isScrolledToBottom };
}
