import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { useSelf } from "../accounts/session";
import { useEvents } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { SetTypingDocument, TypingChangedDocument, type TypingChangedSubscription } from "./generated/conversations";

/** Typing is forgotten after 6 seconds, so it is said again after 4. */
const renewal = 4000;

/** Tells the others that one is typing, and that one has stopped. */
export function useTyping(conversationId: string) {
  const client = useClient();
  const said = useRef(0);
  const tell = (isTyping: boolean) => {
    const isDue = isTyping ? Date.now() - said.current > renewal : said.current > 0;
    if (!isDue) return;
    said.current = isTyping ? Date.now() : 0;
    void client.mutation(SetTypingDocument, { input: { conversationId, isTyping } }).toPromise();
  };
  const stop = useRef(tell);
  stop.current = tell;
  useEffect(() => () => stop.current(false), []);
  return tell;
}

type TypingEvent = TypingChangedSubscription["typingChanged"];

/** Who else is typing, for as long as that is true. */
export function Typing({ conversationId }: { conversationId: string }) {
  const t = useText();
  const { user } = useSelf();
  const [event, setEvent] = useState<TypingEvent>();
  useEvents(TypingChangedDocument, { conversationId }, ({ typingChanged }) => setEvent(typingChanged));
  useEffect(() => {
    if (!event?.expiresAt) return;
    const timer = window.setTimeout(
      () => setEvent(undefined),
      Math.max(0, Date.parse(event.expiresAt) - Date.now()) + 500,
    );
    return () => window.clearTimeout(timer);
  }, [event]);

  const others = event?.typingUsers.filter(({ id }) => id !== user.id) ?? [];
  const [first] = others;
  const words =
    first &&
    (others.length === 1
      ? t("thread.typingOne", { name: first.displayName })
      : t("thread.typingMany", { count: others.length }));
  return (
    <p className="typing soft small" aria-live="polite">
      {words}
    </p>
  );
}
