// The scroll position of a list of messages. It opens at the first unread message, or where it was left, and otherwise at
// the bottom. There it stays while messages arrive; elsewhere, it keeps what is in view in place.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { place } from "../app/places";
import type { Timeline } from "./timeline";
import type { Anchor } from "./useConversation";
import type { Target } from "./useMessagePages";

interface Options {
  timeline: Timeline;
  undeliveredCount: number;
  firstUnreadId: string | null | undefined;
  target: Target | undefined;
  onSeen: ((messageId: string) => void) | undefined;
}

export function useLogScroll({ timeline, undeliveredCount, firstUnreadId, target, onSeen }: Options) {
  const log = useRef<HTMLDivElement>(null);
  const [isAtBottom, setAtBottom] = useState(true);
  const [isUnreadAbove, setUnreadAbove] = useState(false);
  // What the observers and effects read, without a render in between.
  const sticksToBottom = useRef(true);
  const isPlaced = useRef(false);
  const anchor = useRef<Anchor>(undefined);
  const previousUndelivered = useRef(0);
  const reached = useRef<Target>(undefined);
  const { isLoaded, entries, hasLater } = timeline;

  const scrollToBottom = () => {
    sticksToBottom.current = true;
    log.current?.scrollTo({ top: log.current.scrollHeight });
  };
  const handleScroll = () => {
    const { current } = log;
    if (!current || !isPlaced.current) return;
    const isNowAtBottom = !hasLater && current.scrollHeight - current.scrollTop - current.clientHeight < 48;
    sticksToBottom.current = isNowAtBottom;
    setAtBottom(isNowAtBottom);
    anchor.current = topEntry(current);
    place.set("log", isNowAtBottom ? undefined : anchor.current);
    const seen = lastEntryInView(current, isNowAtBottom);
    if (seen) onSeen?.(seen);
    setUnreadAbove(Boolean(firstUnreadId && isAbove(current, firstUnreadId)));
  };

  useLayoutEffect(() => {
    const { current } = log;
    if (!current || !isLoaded) return;
    if (!isPlaced.current) {
      if (firstUnreadId === undefined) return;
      isPlaced.current = true;
      const left = place.get<Anchor>("log");
      if (left && elementOf(current, left.id)) scrollToAnchor(current, left);
      else if (firstUnreadId) scrollToAnchor(current, { id: firstUnreadId, offset: 8 });
      else scrollToBottom();
    } else if (target && target !== reached.current && elementOf(current, target.id)) {
      reached.current = target;
      scrollToMessage(current, target.id);
    } else if (undeliveredCount > previousUndelivered.current || sticksToBottom.current) scrollToBottom();
    else if (anchor.current) scrollToAnchor(current, anchor.current);
    previousUndelivered.current = undeliveredCount;
    handleScroll();
    // Entries and pending messages change the height; other renders do not.
  }, [isLoaded, entries, undeliveredCount, firstUnreadId, target]);

  // Loading images and a resized window change the height without a render.
  useEffect(() => {
    const { current } = log;
    if (!current) return;
    const observer = new ResizeObserver(() => {
      if (!isPlaced.current) return;
      if (sticksToBottom.current) scrollToBottom();
      else if (anchor.current) scrollToAnchor(current, anchor.current);
    });
    observer.observe(current);
    for (const child of current.children) observer.observe(child);
    return () => observer.disconnect();
  }, [entries.length, undeliveredCount]);
  return { log, isAtBottom, isUnreadAbove, scrollToBottom, handleScroll };
}

const entryElements = (log: HTMLElement) => [...log.querySelectorAll<HTMLElement>("[data-entry]")];
const elementOf = (log: HTMLElement, id: string) => entryElements(log).find(({ dataset }) => dataset.entry === id);

const isAbove = (log: HTMLElement, id: string) => {
  const element = elementOf(log, id);
  return element !== undefined && element.getBoundingClientRect().bottom < log.getBoundingClientRect().top;
};

/** Shows a message in the middle, and moves the focus to it. */
function scrollToMessage(log: HTMLElement, id: string) {
  const height = elementOf(log, id)?.getBoundingClientRect().height ?? 0;
  scrollToAnchor(log, { id, offset: Math.max(8, (log.clientHeight - height) / 2) });
  elementOf(log, id)?.querySelector("article")?.focus({ preventScroll: true });
}

function topEntry(log: HTMLElement): Anchor | undefined {
  const { top } = log.getBoundingClientRect();
  const first = entryElements(log).find((element) => element.getBoundingClientRect().bottom > top);
  return first && { id: first.dataset.entry ?? "", offset: first.getBoundingClientRect().top - top };
}

function lastEntryInView(log: HTMLElement, isAtBottom: boolean) {
  const { bottom } = log.getBoundingClientRect();
  const isInView = (element: HTMLElement) => element.getBoundingClientRect().bottom <= bottom + 4;
  const all = entryElements(log);
  return (isAtBottom ? all.at(-1) : all.findLast(isInView))?.dataset.entry;
}

function scrollToAnchor(log: HTMLElement, { id, offset }: Anchor) {
  const element = elementOf(log, id);
  if (element) log.scrollTop += element.getBoundingClientRect().top - log.getBoundingClientRect().top - offset;
}
