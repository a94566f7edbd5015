import { useState } from "react";
import { Link } from "../app/router";
import { Button, Menu, type MenuItem } from "../components/buttons";
import { ConfirmDialog } from "../components/dialog";
import { useToast } from "../components/feedback";
import { postLimit } from "../components/limits";
import { Form, textValue } from "../components/forms";
import { MentionArea } from "../components/mentions";
import { PersonAvatar, PersonName, RelativeTime } from "../components/people";
import { FileList } from "../components/files";
import { ImageGallery } from "../components/images";
import { useShare } from "../components/sharing";
import { UserText } from "../components/text";
import { textMenuItems, type TextDialog } from "../components/textMenu";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { ReportDialog } from "../people/ReportDialog";
import { Reactions } from "../reactions/Reactions";
import { DeletePostDocument, UpdatePostDocument, type PostCardFragment } from "./generated/posts";
import { hidePost, useIsHidden } from "./hiddenPosts";
import "./posts.css";

export function PostCard({ post }: { post: PostCardFragment }) {
  const t = useTranslate();
  const [open, setOpen] = useState<TextDialog>();
  const close = () => setOpen(undefined);
  const share = useShare();
  const toast = useToast();
  if (useIsHidden(post.id)) return null;

  const path = `/posts/${post.id}`;
  const sharePost = () => void share(path).then((url) => url && toast(url));
  const menuItems: MenuItem[] = [{ label: t("share.page"), icon: "link", onSelect: sharePost }, ...textMenuItems(t, post, setOpen)];
  return (
    <article className="card post" aria-label={t("post.by", { name: post.author?.displayName ?? t("person.deleted") })}>
      <header>
        <PersonAvatar person={post.author} size={44} />
        <div className="grow">
          <PersonName person={post.author} />
          <p className="soft small">
            <Link to={path} className="soft">
              <RelativeTime at={post.publishedAt} />
            </Link>
            {post.editedAt && ` · ${t("post.edited")}`}
          </p>
        </div>
        <Menu label={t("post.actions")} items={menuItems} />
      </header>
      {open === "edit" ? <EditPost post={post} onClose={close} /> : <UserText text={post.text} mentions="any" />}
      <ImageGallery images={post.images} by={post.author?.displayName ?? t("person.deleted")} />
      <FileList files={post.files} />
      <footer className="row apart">
        <Reactions subject={post} />
        <Link to={path} className="soft small comment-count">
          {t("comment.count", { count: post.commentCount })}
        </Link>
      </footer>
      {open === "delete" && <DeletePost id={post.id} onClose={close} />}
      {open === "report" && <ReportDialog id={post.id} onClose={close} />}
    </article>
  );
}

function EditPost({ post, onClose }: { post: PostCardFragment; onClose: () => void }) {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(UpdatePostDocument);
  const save = async (values: FormData) => {
    if (await run({ input: { postId: post.id, text: textValue(values, "text") ?? "" } })) onClose();
  };
  return (
    <Form problems={problems} onSubmit={save}>
      <MentionArea
        name="text"
        label={t("post.text")}
        limit={postLimit}
        defaultValue={post.text}
        candidates="members"
        rows={4}
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

function DeletePost({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(DeletePostDocument);
  const remove = async () => {
    if (!(await run({ input: { postId: id } }))) return;
    onClose();
    hidePost(id);
    toast(t("post.deleted"));
  };
  return (
    <ConfirmDialog
      title={t("post.deleteTitle")}
      action={t("action.delete")}
      isBusy={isBusy}
      problems={problems}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>{t("post.deleteText")}</p>
    </ConfirmDialog>
  );
}
