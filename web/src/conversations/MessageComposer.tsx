import { useEffect, useId, useRef, type KeyboardEvent } from "react";
import { useViewer } from "../accounts/session";
import { AttachButton, AttachmentList, useAttachments } from "../components/attachments";
import { IconButton } from "../components/buttons";
import { CharacterCount } from "../components/forms";
import { characterCount, messageLimit } from "../components/limits";
import { useStoredText } from "../components/storage";
import { useTranslate } from "../i18n/i18n";
import { useOutbox } from "../outbox/outbox";

interface MessageComposerProps {
  to: string;
  label: string;
  allowsImages?: boolean;
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

/** The message field. The browser stores the draft with its images. */
export function MessageComposer({ to, label, allowsImages, onTyping }: MessageComposerProps) {
  const t = useTranslate();
  const { user } = useViewer();
  const { send } = useOutbox();
  const attachments = useAttachments(allowsImages ? { draft: to } : {});
  const [text, setText] = useStoredText(user.id, `draft:${to}`);
  const textareaRef = useRef<HTMLTextAreaElement>(null);
  const countId = useId();

  useEffect(() => {
    // On a phone, focusing the field would open the keyboard over the messages.
    if (hasPhysicalKeyboard()) textareaRef.current?.focus({ preventScroll: true });
  }, []);
  const isEmpty = text.trim() === "" && attachments.list.length === 0;
  const isReady = !isEmpty && characterCount(text) <= messageLimit && !attachments.isUploading;
  const submit = () => {
    if (!isReady) return;
    send(to, text.trim(), attachments.list);
    setText("");
    attachments.clear();
    onTyping?.(false);
    textareaRef.current?.focus();
  };
  return (
    <form
      className="composer-bar"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      {...(allowsImages && attachments.handlers)}
    >
      <AttachmentList attachments={attachments} />
      <div className="composer-line">
        {allowsImages && <AttachButton attachments={attachments} />}
        <textarea
          ref={textareaRef}
          className="input"
          dir="auto"
          rows={1}
          aria-label={label}
          aria-describedby={countId}
          placeholder={label}
          enterKeyHint={hasPhysicalKeyboard() ? "send" : "enter"}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            onTyping?.(event.target.value.trim() !== "");
          }}
          onKeyDown={sendOnEnter(submit)}
        />
        <IconButton submit kind="primary" label={t("message.send")} icon="send" disabled={!isReady} />
      </div>
      <CharacterCount text={text} limit={messageLimit} id={countId} />
    </form>
  );
}
