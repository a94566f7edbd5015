import { useRef, useState } from "react";
import { useSession } from "../accounts/session";
import { Button, Menu, type MenuItem } from "../components/buttons";
import { ConfirmDialog } from "../components/dialog";
import { Form, textValue } from "../components/forms";
import { MentionArea } from "../components/mentions";
import { messageLimit } from "../components/limits";
import { PersonAvatar, PersonName, type Person } from "../components/people";
import { FileList } from "../components/files";
import { ImageGallery } from "../components/images";
import { Name, UserText } from "../components/text";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDateTime, formatTime } from "../i18n/time";
import { ReportDialog } from "../people/ReportDialog";
import { Reactions } from "../reactions/Reactions";
import { DeleteMessageDocument, EditMessageDocument } from "./generated/conversations";
import { sendOnEnter } from "./MessageComposer";
import { authorName, Quote } from "./Quote";
import type { Message } from "./timeline";

interface MessageBubbleProps {
  message: Message;
  isOwn: boolean;
  isFollowUp: boolean;
  isGroup: boolean;
  /** The users who can be mentioned. */
  people: readonly Person[];
  /** Scrolls to another message. */
  onOpen: (messageId: string) => void;
  onReply?: (message: Message) => void;
  onMarkUnread?: (messageId: string) => void;
}

export function MessageBubble({
  message,
  isOwn,
  isFollowUp,
  isGroup,
  people,
  onOpen,
  onReply,
  onMarkUnread,
}: MessageBubbleProps) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const [open, setOpen] = useState<"edit" | "delete" | "report">();
  const close = () => setOpen(undefined);
  const isDeleted = message.deletedAt !== null;
  const author = authorName(message, t);
  const { replyTo } = message;

  const menuItems: MenuItem[] = [];
  if (onReply && !isDeleted) {
    menuItems.push({ label: t("message.reply"), icon: "reply", onSelect: () => onReply(message) });
  }
  if (onMarkUnread) {
    menuItems.push({ label: t("thread.markUnread"), icon: "unread", onSelect: () => onMarkUnread(message.id) });
  }
  if (!isDeleted) {
    if (message.viewerCanEdit)
      menuItems.push({ label: t("action.edit"), icon: "edit", onSelect: () => setOpen("edit") });
    if (message.viewerCanDelete) {
      menuItems.push({
        label: t("action.delete"),
        icon: "trash",
        isDestructive: true,
        onSelect: () => setOpen("delete"),
      });
    }
    if (!isOwn) menuItems.push({ label: t("action.report"), icon: "warning", onSelect: () => setOpen("report") });
  }
  const classes = ["message", isOwn && "own", isFollowUp && "follow-up", isDeleted && "deleted"]
    .filter(Boolean)
    .join(" ");
  return (
    <article className={classes} tabIndex={-1} aria-label={isOwn ? t("message.you") : author}>
      {!isOwn && (isFollowUp ? <span className="avatar-spacer" /> : <PersonAvatar person={message.author} size={32} />)}
      <div className="bubble-column">
        {!isOwn && !isFollowUp && isGroup && (
          <p className="small">
            {message.author || !message.guestName ? <PersonName person={message.author} /> : <Name text={author} />}
            {(message.author ? message.author.isGuest : message.guestName) && <span className="soft"> · {t("lobby.guest")}</span>}
          </p>
        )}
        <div className="bubble-line">
          <div className="bubble">
            {open === "edit" ? (
              <EditMessage message={message} people={people} onClose={close} />
            ) : (
              <>
                {replyTo && !isDeleted && <Quote message={replyTo} onOpen={() => onOpen(replyTo.id)} />}
                <ImageGallery images={message.images} by={author} />
                <FileList files={message.files} />
                {isDeleted ? <p>{t("message.deleted")}</p> : message.text && <UserText text={message.text} mentions={message.mentions} />}
              </>
            )}
            <time className="stamp" dateTime={message.sentAt} title={formatDateTime(message.sentAt, language, zone)}>
              {formatTime(message.sentAt, language, zone)}
              {message.editedAt && !isDeleted && ` · ${t("message.edited")}`}
            </time>
          </div>
          <Menu label={t("message.actions")} items={menuItems} small />
        </div>
        <Reactions subject={message} />
      </div>
      {open === "delete" && <DeleteMessage id={message.id} onClose={close} />}
      {open === "report" && <ReportDialog id={message.id} onClose={close} />}
    </article>
  );
}

interface EditMessageProps extends Pick<MessageBubbleProps, "message" | "people"> {
  onClose: () => void;
}

function EditMessage({ message, people, onClose }: EditMessageProps) {
  const { t } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const { run, isBusy, problems } = useMutation(EditMessageDocument);
  const save = async (values: FormData) => {
    if (await run({ input: { messageId: message.id, text: textValue(values, "text") ?? "" } })) onClose();
  };
  return (
    <Form
      formRef={form}
      problems={problems}
      onSubmit={save}
      className="stack tight"
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <MentionArea
        name="text"
        label={t("message.edit")}
        candidates={people}
        limit={messageLimit}
        defaultValue={message.text ?? ""}
        autoFocus
        onKeyDown={sendOnEnter(() => form.current?.requestSubmit())}
      />
      <div className="row">
        <Button submit small kind="primary" isBusy={isBusy}>
          {t("action.save")}
        </Button>
        <Button small onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </div>
    </Form>
  );
}

function DeleteMessage({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useI18n();
  const { run, isBusy, problems } = useMutation(DeleteMessageDocument);
  const remove = async () => {
    if (await run({ input: { messageId: id } })) onClose();
  };
  return (
    <ConfirmDialog
      title={t("message.deleteTitle")}
      action={t("action.delete")}
      isBusy={isBusy}
      problems={problems}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>{t("message.deleteText")}</p>
    </ConfirmDialog>
  );
}
