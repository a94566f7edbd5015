import { useRef, type KeyboardEvent } from "react";
import { useViewer } from "../accounts/session";
import { Button } from "../components/buttons";
import { AttachButtons, AttachedLists, useComposing } from "../components/composing";
import { Form, TextArea } from "../components/forms";
import { Avatar } from "../components/images";
import { characterCount, postLimit } from "../components/limits";
import { useMentions } from "../components/mentions";
import { useStoredText } from "../components/storage";
import { useTranslate } from "../i18n/i18n";
import { feedRecipient } from "../outbox/delivery";
import { useOutbox } from "../outbox/outbox";

/** The form for a new post. The browser stores the draft with its images and files until it is sent. */
export function PostComposer() {
  const t = useTranslate();
  const { user } = useViewer();
  const { send } = useOutbox();
  const composing = useComposing(feedRecipient);
  const [text, setText] = useStoredText(user.id, "draft:post");
  const mentions = useMentions({ text, onChange: setText, candidates: "members" });
  const form = useRef<HTMLFormElement>(null);
  const isOpen = text !== "" || !composing.isEmpty;
  const isReady = text.trim() !== "" && characterCount(text) <= postLimit && !composing.isUploading;

  const publish = () => {
    if (!isReady) return;
    send({ to: feedRecipient, text: text.trim(), images: composing.images.list, files: composing.files.list });
    setText("");
    composing.clear();
  };
  const handleKeyDown = (event: KeyboardEvent) => {
    if (mentions.handleKeyDown(event)) return;
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      form.current?.requestSubmit();
    }
  };
  return (
    <div
      className={["card composer", isOpen && "open", composing.isDropping && "dropping"].filter(Boolean).join(" ")}
      onKeyDown={handleKeyDown}
      {...composing.handlers}
    >
      <Avatar person={user} size={44} />
      <Form formRef={form} onSubmit={publish} className="grow stack tight">
        <TextArea
          name="text"
          label={t("post.new")}
          placeholder={t("post.placeholder")}
          limit={postLimit}
          rows={1}
          {...mentions.fieldProps}
          onChange={(event) => setText(event.target.value)}
        />
        {mentions.list}
        <AttachedLists composing={composing} />
        <div className="row apart">
          <AttachButtons composing={composing} />
          <Button submit kind="primary" isBusy={!isReady}>
            {t("post.publish")}
          </Button>
        </div>
      </Form>
    </div>
  );
}
