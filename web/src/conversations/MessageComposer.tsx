import { useEffect, useId, type KeyboardEvent } from "react";
import { useViewer } from "../accounts/session";
import { IconButton } from "../components/buttons";
import { AttachButtons, AttachedLists, useComposing } from "../components/composing";
import { CharacterCount } from "../components/forms";
import { characterCount, messageLimit } from "../components/limits";
import { useMentions } from "../components/mentions";
import type { Person } from "../components/people";
import { useStoredText } from "../components/storage";
import { useTranslate } from "../i18n/i18n";
import { useOutbox } from "../outbox/outbox";
import { ReplyBar } from "./Quote";
import type { Quoted } from "./timeline";

interface MessageComposerProps {
  to: string;
  label: string;
  /** The users who can be mentioned. */
  people: readonly Person[];
  replyTo: Quoted | undefined;
  /** The reply is sent or cancelled. */
  onReplyEnd: () => void;
  onSent?: () => void;
  allowsAttachments?: boolean;
  onTyping?: (isTyping: boolean) => void;
}

/** A keyboard without a pointer device is one on the screen, where Shift+Enter is hard to type. */
const hasPhysicalKeyboard = () => matchMedia("(hover: hover)").matches;

/** Enter sends and Shift+Enter starts a new line. On touch devices, Enter starts a new line. */
export const sendOnEnter = (send: () => void) => (event: KeyboardEvent) => {
  if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || !hasPhysicalKeyboard()) return;
  event.preventDefault();
  send();
};

/** The message field. The browser stores the draft with its images and files. */
export function MessageComposer({
  to,
  label,
  people,
  replyTo,
  onReplyEnd,
  onSent,
  allowsAttachments,
  onTyping,
}: MessageComposerProps) {
  const t = useTranslate();
  const { user } = useViewer();
  const { send } = useOutbox();
  const composing = useComposing(allowsAttachments ? to : undefined);
  const [text, setText] = useStoredText(user.id, `draft:${to}`);
  const countId = useId();
  const change = (next: string) => {
    setText(next);
    onTyping?.(next.trim() !== "");
  };
  const mentions = useMentions({ text, onChange: change, candidates: people });
  const { field } = mentions;

  useEffect(() => {
    // On a phone, focusing the field would open the keyboard over the messages.
    if (hasPhysicalKeyboard()) field.current?.focus({ preventScroll: true });
  }, [field]);
  useEffect(() => {
    if (replyTo) field.current?.focus({ preventScroll: true });
  }, [field, replyTo]);
  const isEmpty = text.trim() === "" && composing.isEmpty;
  const isReady = !isEmpty && characterCount(text) <= messageLimit && !composing.isUploading;
  const submit = () => {
    if (!isReady) return;
    send({ to, text: text.trim(), images: composing.images.list, files: composing.files.list, replyTo });
    change("");
    composing.clear();
    onReplyEnd();
    onSent?.();
    field.current?.focus();
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (mentions.handleKeyDown(event)) return;
    if (event.key === "Escape" && replyTo) onReplyEnd();
    sendOnEnter(submit)(event);
  };
  return (
    <form
      className={composing.isDropping ? "composer-bar dropping" : "composer-bar"}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      {...(allowsAttachments && composing.handlers)}
    >
      {replyTo && <ReplyBar message={replyTo} onCancel={onReplyEnd} />}
      <AttachedLists composing={composing} />
      {mentions.list}
      <div className="composer-line">
        {allowsAttachments && <AttachButtons composing={composing} />}
        <textarea
          className="input"
          dir="auto"
          rows={1}
          aria-label={label}
          aria-describedby={countId}
          placeholder={label}
          enterKeyHint={hasPhysicalKeyboard() ? "send" : "enter"}
          {...mentions.fieldProps}
          onChange={(event) => change(event.target.value)}
          onKeyDown={handleKeyDown}
        />
        <IconButton submit kind="primary" label={t("message.send")} icon="send" disabled={!isReady} />
      </div>
      <CharacterCount text={text} limit={messageLimit} id={countId} />
    </form>
  );
}
