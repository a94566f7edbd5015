import { IconButton } from "../components/buttons";
import { Icon } from "../components/icons";
import { Name } from "../components/text";
import { useTranslate } from "../i18n/i18n";
import type { Quoted } from "./timeline";

const maxLength = 160;

/** The name of an author: a member, a guest who has left, or a deleted account. */
export const authorName = (
  { author, guestName }: Pick<Quoted, "author" | "guestName">,
  t: ReturnType<typeof useTranslate>,
) => author?.displayName ?? guestName ?? t("person.deleted");

function useQuoteText({ text, deletedAt }: Quoted) {
  const t = useTranslate();
  return deletedAt ? t("message.deleted") : (text?.slice(0, maxLength) ?? t("message.noText"));
}

/** The message that another one replies to. With `onOpen`, it leads to that message. */
export function Quote({ message, onOpen }: { message: Quoted; onOpen?: () => void }) {
  const t = useTranslate();
  const text = useQuoteText(message);
  const content = (
    <>
      <span className="line strong">
        <Name text={authorName(message, t)} />
      </span>
      <span className="line" dir="auto">
        {text}
      </span>
    </>
  );
  if (!onOpen) return <div className="quote">{content}</div>;
  return (
    <button type="button" className="quote" onClick={onOpen}>
      <span className="visually-hidden">{t("message.inReplyTo")} </span>
      {content}
    </button>
  );
}

/** Above the message field: what the message will reply to. */
export function ReplyBar({ message, onCancel }: { message: Quoted; onCancel: () => void }) {
  const t = useTranslate();
  const text = useQuoteText(message);
  return (
    <div className="reply-bar small">
      <Icon name="reply" size={18} />
      <span className="grow" role="status">
        <span className="line strong">{t("message.replyTo", { name: authorName(message, t) })}</span>
        <span className="line soft" dir="auto">
          {text}
        </span>
      </span>
      <IconButton small icon="close" label={t("message.cancelReply")} onClick={onCancel} />
    </div>
  );
}
