import { useRef, useState, type KeyboardEvent } from "react";
import { useSelf } from "../accounts/session";
import { AttachButton, AttachedList, useAttachments } from "../components/attach";
import { Button } from "../components/buttons";
import { Form, TextArea } from "../components/forms";
import { Avatar } from "../components/pictures";
import { newClientKey, stored } from "../components/stored";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { CreatePostDocument, type PostCardFragment } from "./generated/posts";

/** A new post. What is typed stays until it is published, also when the page is left. */
export function Composer({ onPublished }: { onPublished: (post: PostCardFragment) => void }) {
  const t = useText();
  const { user } = useSelf();
  const { run, isBusy, problems } = useWrite(CreatePostDocument);
  const attachments = useAttachments();
  const [text, setText] = useState(() => stored.read<string>(user.id, "draft:post") ?? "");
  const form = useRef<HTMLDivElement>(null);
  // The same key for every try: an answer that was lost does not make a second post.
  const key = useRef({ key: newClientKey(), content: "" });
  const isOpen = text !== "" || attachments.list.length > 0;

  const change = (to: string) => {
    setText(to);
    stored.write(user.id, "draft:post", to);
  };
  const publish = async () => {
    const imageIds = attachments.images.map(({ id }) => id);
    const content = JSON.stringify([text, imageIds]);
    if (key.current.content !== content) key.current = { key: newClientKey(), content };
    const payload = await run({ input: { text, imageIds, clientKey: key.current.key } });
    if (!payload) return;
    change("");
    attachments.clear();
    if (payload.postEdge) onPublished(payload.postEdge.node);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      form.current?.querySelector("form")?.requestSubmit();
    }
  };
  return (
    <div
      className={isOpen ? "card composer open" : "card composer"}
      ref={form}
      onKeyDown={press}
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
          onChange={(event) => change(event.target.value)}
        />
        <AttachedList attachments={attachments} />
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
