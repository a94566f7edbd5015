import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useViewer } from "../accounts/session";
import { AttachButton, AttachmentList, useAttachments } from "../components/attachments";
import { IconButton } from "../components/buttons";
import { storage } from "../components/storage";
import { useTranslate } from "../i18n/i18n";
import { useOutbox } from "./outbox";

interface MessageComposerProps {
  to: string;
  label: string;
  allowsImages?: boolean;
  onTyping?: (isTyping: boolean) => void;
}

/** The message field. Enter sends, Shift+Enter starts a new line, and the browser stores the draft. */
export function MessageComposer({ to, label, allowsImages, onTyping }: MessageComposerProps) {
  const t = useTranslate();
  const { user } = useViewer();
  const { send } = useOutbox();
  const attachments = useAttachments();
  const [text, setText] = useState(() => storage.get<string>(user.id, `draft:${to}`) ?? "");
  const textareaRef = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    // On a phone, focusing the field would open the keyboard over the messages.
    if (matchMedia("(hover: hover)").matches) textareaRef.current?.focus({ preventScroll: true });
  }, []);
  const updateText = (next: string) => {
    setText(next);
    storage.set(user.id, `draft:${to}`, next);
  };
  const isReady = (text.trim() !== "" || attachments.images.length > 0) && !attachments.isUploading;
  const submit = () => {
    if (!isReady) return;
    send(to, text.trim(), attachments.images);
    updateText("");
    attachments.clear();
    onTyping?.(false);
    textareaRef.current?.focus();
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  return (
    <form
      className="composer-bar"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <AttachmentList attachments={attachments} />
      <div className="composer-line">
        {allowsImages && <AttachButton attachments={attachments} />}
        <textarea
          ref={textareaRef}
          className="input"
          rows={1}
          aria-label={label}
          placeholder={label}
          value={text}
          maxLength={4000}
          onChange={(event) => {
            updateText(event.target.value);
            onTyping?.(event.target.value.trim() !== "");
          }}
          onKeyDown={handleKeyDown}
          onPaste={allowsImages ? attachments.paste : undefined}
        />
        <IconButton submit kind="primary" label={t("message.send")} icon="send" disabled={!isReady} />
      </div>
    </form>
  );
}
