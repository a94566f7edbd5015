import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useSelf } from "../accounts/session";
import { AttachButton, AttachedList, useAttachments } from "../components/attach";
import { IconButton } from "../components/buttons";
import { stored } from "../components/stored";
import { useText } from "../i18n/language";
import { useOutbox } from "./outbox";

interface MessageComposerProps {
  to: string;
  label: string;
  takesImages?: boolean;
  onTyping?: (isTyping: boolean) => void;
}

/** Where a message is written. Enter sends, Shift and Enter begins a line, and what is not sent is there tomorrow. */
export function MessageComposer({ to, label, takesImages, onTyping }: MessageComposerProps) {
  const t = useText();
  const { user } = useSelf();
  const { send } = useOutbox();
  const attachments = useAttachments();
  const [text, setText] = useState(() => stored.read<string>(user.id, `draft:${to}`) ?? "");
  const area = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    // On a phone this would open the keyboard over what one came to read.
    if (matchMedia("(hover: hover)").matches) area.current?.focus({ preventScroll: true });
  }, []);
  const change = (next: string) => {
    setText(next);
    stored.write(user.id, `draft:${to}`, next);
  };
  const isReady = (text.trim() !== "" || attachments.images.length > 0) && !attachments.isUploading;
  const submit = () => {
    if (!isReady) return;
    send(to, text.trim(), attachments.images);
    change("");
    attachments.clear();
    onTyping?.(false);
    area.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
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
      <AttachedList attachments={attachments} />
      <div className="composer-line">
        {takesImages && <AttachButton attachments={attachments} />}
        <textarea
          ref={area}
          className="input"
          rows={1}
          aria-label={label}
          placeholder={label}
          value={text}
          maxLength={4000}
          onChange={(event) => {
            change(event.target.value);
            onTyping?.(event.target.value.trim() !== "");
          }}
          onKeyDown={press}
          onPaste={takesImages ? attachments.paste : undefined}
        />
        <IconButton submit kind="primary" label={t("message.send")} icon="send" disabled={!isReady} />
      </div>
    </form>
  );
}
