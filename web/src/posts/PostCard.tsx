import { useState } from "react";
import { Link } from "../app/router";
import { Button, Menu, type Choice } from "../components/buttons";
import { Confirm } from "../components/dialog";
import { useToast } from "../components/feedback";
import { Form, TextArea, textOf } from "../components/forms";
import { Ago, Name } from "../components/people";
import { Avatar, Pictures } from "../components/pictures";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { ReportDialog } from "../people/ReportDialog";
import { DeletePostDocument, UpdatePostDocument, type PostCardFragment } from "./generated/posts";
import { hidePost, useIsGone } from "./gone";
import "./posts.css";

export function PostCard({ post }: { post: PostCardFragment }) {
  const t = useText();
  const [open, setOpen] = useState<"edit" | "delete" | "report">();
  const close = () => setOpen(undefined);
  if (useIsGone(post.id)) return null;

  const choices: Choice[] = [];
  if (post.viewerCanEdit) choices.push({ label: t("action.edit"), icon: "edit", act: () => setOpen("edit") });
  if (post.viewerCanDelete) {
    choices.push({ label: t("action.delete"), icon: "trash", isGrave: true, act: () => setOpen("delete") });
  }
  if (!post.viewerCanEdit) choices.push({ label: t("action.report"), icon: "warning", act: () => setOpen("report") });
  return (
    <article className="card post" aria-label={t("post.by", { name: post.author?.displayName ?? t("person.deleted") })}>
      <header>
        <Avatar person={post.author} size={44} />
        <div className="grow">
          <Name person={post.author} />
          <p className="soft small">
            <Link to={`/posts/${post.id}`} className="soft">
              <Ago at={post.publishedAt} />
            </Link>
            {post.editedAt && ` · ${t("post.edited")}`}
          </p>
        </div>
        <Menu label={t("post.actions")} choices={choices} />
      </header>
      {open === "edit" ? <EditPost post={post} onClose={close} /> : <p className="long">{post.text}</p>}
      <Pictures images={post.images} by={post.author?.displayName ?? t("person.deleted")} />
      {open === "delete" && <DeletePost id={post.id} onClose={close} />}
      {open === "report" && <ReportDialog id={post.id} onClose={close} />}
    </article>
  );
}

function EditPost({ post, onClose }: { post: PostCardFragment; onClose: () => void }) {
  const t = useText();
  const { run, isBusy, problems } = useWrite(UpdatePostDocument);
  const save = async (values: FormData) => {
    if (await run({ input: { postId: post.id, text: textOf(values, "text") ?? "" } })) onClose();
  };
  return (
    <Form problems={problems} onSubmit={save}>
      <TextArea name="text" label={t("post.text")} defaultValue={post.text} rows={4} autoFocus />
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

function DeletePost({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const { run, isBusy } = useWrite(DeletePostDocument);
  const remove = async () => {
    const payload = await run({ input: { postId: id } });
    onClose();
    if (payload) hidePost(id);
    toast(t(payload ? "post.deleted" : "state.failed"));
  };
  return (
    <Confirm
      title={t("post.deleteTitle")}
      action={t("action.delete")}
      isBusy={isBusy}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>{t("post.deleteText")}</p>
    </Confirm>
  );
}
