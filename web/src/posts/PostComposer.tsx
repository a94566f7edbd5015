import { useRef, useState, type KeyboardEvent } from "react";
import { useViewer } from "../accounts/session";
import { AttachButton, AttachmentList, useAttachments } from "../components/attachments";
import { Button } from "../components/buttons";
import { Form, TextArea } from "../components/forms";
import { Avatar } from "../components/images";
import { newClientKey, storage } from "../components/storage";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { CreatePostDocument, type PostCardFragment } from "./generated/posts";

/** The form for a new post. The browser stores the draft until it is published. */
export function PostComposer({ onPublished }: { onPublished: (post: PostCardFragment) => void }) {
  const t = useTranslate();
  const { user } = useViewer();
  const { run, isBusy, problems } = useMutation(CreatePostDocument);
  const attachments = useAttachments();
  const [text, setText] = useState(() => storage.get<string>(user.id, "draft:post") ?? "");
  const form = useRef<HTMLDivElement>(null);
  // The same content keeps its idempotency key, so that repeating a lost request does not create a second post.
  const key = useRef({ key: newClientKey(), content: "" });
  const isOpen = text !== "" || attachments.list.length > 0;

  const updateText = (to: string) => {
    setText(to);
    storage.set(user.id, "draft:post", to);
  };
  const publish = async () => {
    const imageIds = attachments.images.map(({ id }) => id);
    const content = JSON.stringify([text, imageIds]);
    if (key.current.content !== content) key.current = { key: newClientKey(), content };
    const payload = await run({ input: { text, imageIds, clientKey: key.current.key } });
    if (!payload) return;
    updateText("");
    attachments.clear();
    if (payload.postEdge) onPublished(payload.postEdge.node);
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      form.current?.querySelector("form")?.requestSubmit();
    }
  };
  return (
    <div
      className={isOpen ? "card composer open" : "card composer"}
      ref={form}
      onKeyDown={handleKeyDown}
      onPaste={attachments.paste}
    >
      <Avatar person={user} size={44} />
      <Form problems={problems} onSubmit={() => void publish()} className="grow stack tight">
        <TextArea
          name="text"
          label={t("post.new")}
          placeholder={t("post.placeholder")}
          value={text}
          rows={1}
          onChange={(event) => updateText(event.target.value)}
        />
        <AttachmentList attachments={attachments} />
        <div className="row apart">
          <AttachButton attachments={attachments} />
          <Button submit kind="primary" isBusy={isBusy || attachments.isUploading || !text.trim()}>
            {t("post.publish")}
          </Button>
        </div>
      </Form>
    </div>
  );
}
