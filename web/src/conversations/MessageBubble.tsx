import { useState } from "react";
import { useSession } from "../accounts/session";
import { Button, Menu, type Choice } from "../components/buttons";
import { Confirm } from "../components/dialog";
import { useToast } from "../components/feedback";
import { Form, TextArea, textOf } from "../components/forms";
import { Name } from "../components/people";
import { Avatar, Pictures } from "../components/pictures";
import { useWrite } from "../graphql/hooks";
import { useSpeech } from "../i18n/language";
import { momentText, timeText } from "../i18n/time";
import { ReportDialog } from "../people/ReportDialog";
import { DeleteMessageDocument, EditMessageDocument } from "./generated/conversations";
import type { Message } from "./timeline";

interface MessageBubbleProps {
  message: Message;
  isOwn: boolean;
  isFollowUp: boolean;
  isGroup: boolean;
}

export function MessageBubble({ message, isOwn, isFollowUp, isGroup }: MessageBubbleProps) {
  const { t, language } = useSpeech();
  const { zone } = useSession();
  const [open, setOpen] = useState<"edit" | "delete" | "report">();
  const close = () => setOpen(undefined);
  const isDeleted = message.deletedAt !== null;
  const author = message.author?.displayName ?? t("person.deleted");

  const choices: Choice[] = [];
  if (!isDeleted) {
    if (message.viewerCanEdit) choices.push({ label: t("action.edit"), icon: "edit", act: () => setOpen("edit") });
    if (message.viewerCanDelete) {
      choices.push({ label: t("action.delete"), icon: "trash", isGrave: true, act: () => setOpen("delete") });
    }
    if (!isOwn) choices.push({ label: t("action.report"), icon: "warning", act: () => setOpen("report") });
  }
  const classes = ["message", isOwn && "own", isFollowUp && "follows", isDeleted && "gone"].filter(Boolean).join(" ");
  return (
    <article className={classes} aria-label={isOwn ? t("message.you") : author}>
      {!isOwn && (isFollowUp ? <span className="no-face" /> : <Avatar person={message.author} size={32} />)}
      <div className="bubble-column">
        {!isOwn && !isFollowUp && isGroup && (
          <p className="small">
            <Name person={message.author} />
            {message.author?.isGuest && <span className="soft"> · {t("lobby.guest")}</span>}
          </p>
        )}
        <div className="bubble-line">
          <div className="bubble">
            {open === "edit" ? (
              <EditMessage message={message} onClose={close} />
            ) : (
              <>
                <Pictures images={message.images} by={author} />
                {isDeleted ? <p>{t("message.deleted")}</p> : message.text && <p className="long">{message.text}</p>}
              </>
            )}
            <time className="stamp" dateTime={message.sentAt} title={momentText(message.sentAt, language, zone)}>
              {timeText(message.sentAt, language, zone)}
              {message.editedAt && !isDeleted && ` · ${t("message.edited")}`}
            </time>
          </div>
          <Menu label={t("message.actions")} choices={choices} small />
        </div>
      </div>
      {open === "delete" && <DeleteMessage id={message.id} onClose={close} />}
      {open === "report" && <ReportDialog id={message.id} onClose={close} />}
    </article>
  );
}

function EditMessage({ message, onClose }: { message: Message; onClose: () => void }) {
  const { t } = useSpeech();
  const { run, isBusy, problems } = useWrite(EditMessageDocument);
  const save = async (values: FormData) => {
    if (await run({ input: { messageId: message.id, text: textOf(values, "text") ?? "" } })) onClose();
  };
  return (
    <Form
      problems={problems}
      onSubmit={save}
      className="stack tight"
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <TextArea name="text" label={t("message.edit")} defaultValue={message.text ?? ""} autoFocus />
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
  const { t, explain } = useSpeech();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(DeleteMessageDocument);
  const remove = async () => {
    if (await run({ input: { messageId: id } })) return onClose();
    const [problem] = problems;
    toast(problem ? explain(problem) : t("state.failed"));
  };
  return (
    <Confirm
      title={t("message.deleteTitle")}
      action={t("action.delete")}
      isBusy={isBusy}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>{t("message.deleteText")}</p>
    </Confirm>
  );
}
