// The messages of a conversation or the lobby, with what is still on its way below them.
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { useSession } from "../accounts/session";
import { Button, IconButton } from "../components/buttons";
import { useSpeech } from "../i18n/language";
import { dayAfter, dayOf, dayText } from "../i18n/time";
import { MessageBubble } from "./MessageBubble";
import { PendingBubble } from "./PendingBubble";
import type { Letter } from "./outbox";
import { entriesOf, type Entry, type Timeline } from "./timeline";
import "./conversations.css";

interface MessageListProps {
  timeline: Timeline;
  pending: readonly Letter[];
  loadEarlier: () => Promise<void>;
  /** Whether it is worth saying who wrote each message. */
  isGroup: boolean;
  empty: string;
  /** Hears whether the latest message is on the screen. */
  onBottom?: (isAtBottom: boolean) => void;
  children?: ReactNode;
}

export function MessageList({ timeline, pending, loadEarlier, isGroup, empty, onBottom, children }: MessageListProps) {
  const { t, language } = useSpeech();
  const { self, zone } = useSession();
  const box = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const [isLoading, setLoading] = useState(false);
  const entries = entriesOf(timeline);
  const known = new Set(timeline.messages.map(({ clientKey }) => clientKey));
  const waiting = pending.filter(({ key }) => !known.has(key));

  const { scrollTo, look } = useScroll(box, timeline, waiting.length, isAtBottom);
  const scrolled = () => {
    const isNow = look();
    if (isNow !== isAtBottom) setAtBottom(isNow);
  };
  useEffect(() => onBottom?.(isAtBottom), [isAtBottom, onBottom]);

  const load = useRef(async () => {});
  load.current = async () => {
    if (isLoading) return;
    setLoading(true);
    await loadEarlier();
    setLoading(false);
  };
  // Coming near the top loads what lies before it.
  const { hasEarlier } = timeline;
  useEffect(() => {
    if (!hasEarlier || !top.current) return;
    const seen = new IntersectionObserver(([entry]) => entry?.isIntersecting && void load.current(), {
      root: box.current,
      rootMargin: "300px 0px 0px",
    });
    seen.observe(top.current);
    return () => seen.disconnect();
  }, [hasEarlier, timeline.start]);

  const today = dayOf(new Date(), zone);
  const dayName = (day: string) => {
    if (day === today) return t("message.today");
    if (day === dayAfter(today, -1)) return t("message.yesterday");
    return dayText(day, language, { weekday: "long", day: "numeric", month: "long" });
  };
  const dayOfEntry = (entry: Entry | undefined) =>
    entry && dayOf(new Date(entry.kind === "message" ? entry.message.sentAt : entry.remark.at), zone);
  return (
    <div className="log-frame">
      <div className="log" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label={t("thread.log")}>
        <div ref={top} />
        {hasEarlier && (
          <div className="more">
            <Button small kind="quiet" isBusy={isLoading} onClick={() => void load.current()}>
              {t("thread.earlier")}
            </Button>
          </div>
        )}
        {timeline.isOpen && entries.length === 0 && waiting.length === 0 && <p className="hush">{empty}</p>}
        {entries.map((entry, place) => {
          const day = dayOfEntry(entry);
          const isNewDay = day && day !== dayOfEntry(entries[place - 1]);
          const key = entry.kind === "message" ? entry.message.id : entry.remark.id;
          return (
            <div key={key}>
              {isNewDay && (
                <p className="day">
                  <span>{dayName(day)}</span>
                </p>
              )}
              {entry.kind === "remark" ? (
                <p className="remark">{entry.remark.text}</p>
              ) : (
                <MessageBubble
                  message={entry.message}
                  isOwn={entry.message.author?.id === self?.user.id}
                  isFollowUp={entry.isFollowUp && !isNewDay}
                  isGroup={isGroup}
                />
              )}
            </div>
          );
        })}
        {waiting.map((letter) => (
          <PendingBubble key={letter.key} letter={letter} />
        ))}
        {children}
      </div>
      {!isAtBottom && (
        <div className="to-latest">
          <IconButton kind="plain" label={t("thread.latest")} icon="down" onClick={scrollTo} />
        </div>
      )}
    </div>
  );
}

/** Stays at the bottom while it is there, and stays with what is being read when earlier messages arrive above. */
function useScroll(
  box: React.RefObject<HTMLDivElement | null>,
  { messages }: Timeline,
  waiting: number,
  isAtBottom: boolean,
) {
  const first = messages[0]?.id;
  const before = useRef({ first, height: 0, waiting: 0 });
  const scrollTo = () => box.current?.scrollTo({ top: box.current.scrollHeight });
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const { first: formerly, height, waiting: unsent } = before.current;
    if (waiting > unsent || isAtBottom) scrollTo();
    else if (first !== formerly) current.scrollTop += current.scrollHeight - height;
    before.current = { first, height: current.scrollHeight, waiting };
  });
  // Pictures and a changing window move things too.
  useEffect(() => {
    const { current } = box;
    if (!current || !isAtBottom) return;
    const resized = new ResizeObserver(scrollTo);
    resized.observe(current);
    for (const child of current.children) resized.observe(child);
    return () => resized.disconnect();
  }, [isAtBottom, messages.length, waiting]);
  const look = () => {
    const { current } = box;
    return !current || current.scrollHeight - current.scrollTop - current.clientHeight < 48;
  };
  return { scrollTo, look };
}
