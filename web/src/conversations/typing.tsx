import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { useViewer } from "../accounts/session";
import { useSubscription } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { SetTypingDocument, TypingChangedDocument, type TypingChangedSubscription } from "./generated/conversations";

/** The server expires a typing state after 6 seconds, so it is renewed after 4. */
const renewalInterval = 4000;

/** Returns a function that reports to the other members whether the viewer is typing. */
export function useTypingNotifier(conversationId: string) {
  const client = useClient();
  const lastSentAt = useRef(0);
  const setTyping = (isTyping: boolean) => {
    const isDue = isTyping ? Date.now() - lastSentAt.current > renewalInterval : lastSentAt.current > 0;
    if (!isDue) return;
    lastSentAt.current = isTyping ? Date.now() : 0;
    void client.mutation(SetTypingDocument, { input: { conversationId, isTyping } }).toPromise();
  };
  const latest = useRef(setTyping);
  latest.current = setTyping;
  useEffect(() => () => latest.current(false), []);
  return setTyping;
}

type TypingEvent = TypingChangedSubscription["typingChanged"];

/** The other members who are typing, until their state expires. */
export function TypingIndicator({ conversationId }: { conversationId: string }) {
  const t = useTranslate();
  const { user } = useViewer();
  const [event, setEvent] = useState<TypingEvent>();
  useSubscription(TypingChangedDocument, { conversationId }, ({ typingChanged }) => setEvent(typingChanged));
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
  const text =
    first &&
    (others.length === 1
      ? t("thread.typingOne", { name: first.displayName })
      : t("thread.typingMany", { count: others.length }));
  return (
    <p className="typing soft small" aria-live="polite">
      {text}
    </p>
  );
}
