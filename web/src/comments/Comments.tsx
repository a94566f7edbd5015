import { useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { Button, Menu } from "../components/buttons";
import { ConfirmDialog } from "../components/dialog";
import { ErrorState, Loading, useToast } from "../components/feedback";
import { Form, TextArea, textValue } from "../components/forms";
import { characterCount, commentLimit } from "../components/limits";
import { MentionArea, useMentions } from "../components/mentions";
import { PersonAvatar, PersonName, RelativeTime } from "../components/people";
import { newClientKey } from "../components/storage";
import { Name, UserText } from "../components/text";
import { textMenuItems, type TextDialog } from "../components/textMenu";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { ReportDialog } from "../people/ReportDialog";
import { Reactions } from "../reactions/Reactions";
import {
  CreateCommentDocument,
  DeleteCommentDocument,
  UpdateCommentDocument,
  type CommentFieldsFragment,
} from "./generated/comments";
import { useComments } from "./useComments";
import "./comments.css";

type Changes = ReturnType<typeof useComments>["change"];

/** The comments below a post, the oldest first, and the form for a new one. */
export function Comments({ postId, onPostDeleted }: { postId: string; onPostDeleted: () => void }) {
  const t = useTranslate();
  const { comments, change, problem, isLoading, loadEarlier, retry } = useComments(postId, onPostDeleted);
  const [replyTo, setReplyTo] = useState<CommentFieldsFragment>();
  const input = useRef<HTMLFormElement>(null);
  const reply = (comment: CommentFieldsFragment) => {
    setReplyTo(comment);
    input.current?.querySelector("textarea")?.focus();
  };
  return (
    <section className="comments" aria-label={t("comment.list")}>
      <h2>{t("comment.list")}</h2>
      {problem && <ErrorState problem={problem} onRetry={retry} />}
      {isLoading && <Loading />}
      {loadEarlier && (
        <Button kind="quiet" onClick={() => void loadEarlier()}>
          {t("comment.earlier")}
        </Button>
      )}
      {comments.map((comment) => (
        <Comment key={comment.id} comment={comment} change={change} onReply={() => reply(comment)} />
      ))}
      {!isLoading && !problem && comments.length === 0 && <p className="soft">{t("comment.none")}</p>}
      <CommentForm
        formRef={input}
        postId={postId}
        replyTo={replyTo}
        onCancelReply={() => setReplyTo(undefined)}
        onCreated={(comment) => {
          change({ kind: "added", comment });
          setReplyTo(undefined);
        }}
      />
    </section>
  );
}

interface CommentProps {
  comment: CommentFieldsFragment;
  change: Changes;
  onReply: () => void;
}

function Comment({ comment, change, onReply }: CommentProps) {
  const t = useTranslate();
  const [open, setOpen] = useState<TextDialog>();
  const close = () => setOpen(undefined);
  const name = comment.author?.displayName ?? t("person.deleted");
  const menuItems = textMenuItems(t, comment, setOpen);
  return (
    <article className="card comment" aria-label={t("comment.by", { name })}>
      <header>
        <PersonAvatar person={comment.author} size={32} />
        <div className="grow">
          <PersonName person={comment.author} />{" "}
          <span className="soft small">
            <RelativeTime at={comment.createdAt} />
            {comment.editedAt && ` · ${t("comment.edited")}`}
          </span>
        </div>
        <Menu label={t("comment.actions")} items={menuItems} />
      </header>
      {comment.replyTo && (
        <blockquote className="soft small">
          <Name text={comment.replyTo.author?.displayName ?? t("person.deleted")} />:{" "}
          <bdi>{comment.replyTo.text.slice(0, 120)}</bdi>
        </blockquote>
      )}
      {open === "edit" ? (
        <EditComment comment={comment} change={change} onClose={close} />
      ) : (
        <UserText text={comment.text} mentions="any" />
      )}
      <div className="row">
        <Reactions subject={comment} />
        <Button kind="quiet" small onClick={onReply}>
          {t("comment.reply")}
        </Button>
      </div>
      {open === "delete" && <DeleteComment id={comment.id} change={change} onClose={close} />}
      {open === "report" && <ReportDialog id={comment.id} onClose={close} />}
    </article>
  );
}

interface ChangeProps {
  change: Changes;
  onClose: () => void;
}

function EditComment({ comment, change, onClose }: ChangeProps & { comment: CommentFieldsFragment }) {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(UpdateCommentDocument);
  const save = async (values: FormData) => {
    const payload = await run({ input: { commentId: comment.id, text: textValue(values, "text") ?? "" } });
    if (!payload?.comment) return;
    change({ kind: "changed", comment: payload.comment });
    onClose();
  };
  return (
    <Form problems={problems} onSubmit={save}>
      <MentionArea
        name="text"
        label={t("comment.text")}
        limit={commentLimit}
        defaultValue={comment.text}
        candidates="members"
        autoFocus
      />
      <div className="row">
        <Button submit kind="primary" isBusy={isBusy}>
          {t("action.save")}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </div>
    </Form>
  );
}

function DeleteComment({ id, change, onClose }: ChangeProps & { id: string }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(DeleteCommentDocument);
  const remove = async () => {
    if (!(await run({ input: { commentId: id } }))) return;
    onClose();
    change({ kind: "deleted", id });
    toast(t("comment.deleted"));
  };
  return (
    <ConfirmDialog
      title={t("comment.deleteTitle")}
      action={t("action.delete")}
      isBusy={isBusy}
      problems={problems}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>{t("comment.deleteText")}</p>
    </ConfirmDialog>
  );
}

interface CommentFormProps {
  formRef: RefObject<HTMLFormElement | null>;
  postId: string;
  replyTo: CommentFieldsFragment | undefined;
  onCancelReply: () => void;
  onCreated: (comment: CommentFieldsFragment) => void;
}

function CommentForm({ formRef, postId, replyTo, onCancelReply, onCreated }: CommentFormProps) {
  const t = useTranslate();
  const [text, setText] = useState("");
  const mentions = useMentions({ text, onChange: setText, candidates: "members" });
  const { run, isBusy, problems } = useMutation(CreateCommentDocument);
  // The same until the comment is created: a request that is repeated after a lost response creates no second one.
  const draft = useRef<{ content: string; key: string }>(undefined);
  const isReady = text.trim() !== "" && characterCount(text) <= commentLimit && !isBusy;
  const create = async () => {
    if (!isReady) return;
    const content = JSON.stringify([replyTo?.id, text]);
    if (draft.current?.content !== content) draft.current = { content, key: newClientKey() };
    const input = { postId, text, replyToId: replyTo?.id, clientKey: draft.current.key };
    const payload = await run({ input });
    if (!payload?.commentEdge) return;
    draft.current = undefined;
    setText("");
    onCreated(payload.commentEdge.node);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (mentions.handleKeyDown(event)) return;
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      formRef.current?.requestSubmit();
    }
    if (event.key === "Escape" && replyTo) onCancelReply();
  };
  return (
    <div className="card" onKeyDown={handleKeyDown}>
      <Form formRef={formRef} problems={problems} onSubmit={create} className="stack tight">
        {replyTo && (
          <div className="row apart soft small">
            <span>{t("comment.replyTo", { name: replyTo.author?.displayName ?? t("person.deleted") })}</span>
            <Button kind="quiet" small onClick={onCancelReply}>
              {t("action.cancel")}
            </Button>
          </div>
        )}
        <TextArea
          name="text"
          label={t("comment.new")}
          limit={commentLimit}
          rows={2}
          {...mentions.fieldProps}
          onChange={(event) => setText(event.target.value)}
        />
        {mentions.list}
        <div className="row">
          <Button submit kind="primary" isBusy={!isReady}>
            {t("comment.publish")}
          </Button>
        </div>
      </Form>
    </div>
  );
}
