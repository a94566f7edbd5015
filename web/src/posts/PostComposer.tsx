import { useRef, type KeyboardEvent } from "react";
import { useViewer } from "../accounts/session";
import { AttachButton, AttachmentList, useAttachments } from "../components/attachments";
import { Button } from "../components/buttons";
import { Form, TextArea } from "../components/forms";
import { Avatar } from "../components/images";
import { characterCount, postLimit } from "../components/limits";
import { useMentions } from "../components/mentions";
import { useStoredText } from "../components/storage";
import { useTranslate } from "../i18n/i18n";
import { feedRecipient } from "../outbox/delivery";
import { useOutbox } from "../outbox/outbox";

/** The form for a new post. The browser stores the draft with its images until it is sent. */
export function PostComposer() {
  const t = useTranslate();
  const { user } = useViewer();
  const { send } = useOutbox();
  const attachments = useAttachments({ draft: feedRecipient });
  const [text, setText] = useStoredText(user.id, "draft:post");
  const mentions = useMentions({ text, onChange: setText, candidates: "members" });
  const form = useRef<HTMLFormElement>(null);
  const isOpen = text !== "" || attachments.list.length > 0;
  const isReady = text.trim() !== "" && characterCount(text) <= postLimit && !attachments.isUploading;

  const publish = () => {
    if (!isReady) return;
    send(feedRecipient, text.trim(), attachments.list);
    setText("");
    attachments.clear();
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
      className={["card composer", isOpen && "open", attachments.isDropping && "dropping"].filter(Boolean).join(" ")}
      onKeyDown={handleKeyDown}
      {...attachments.handlers}
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
        <AttachmentList attachments={attachments} />
        <div className="row apart">
          <AttachButton attachments={attachments} />
          <Button submit kind="primary" isBusy={!isReady}>
            {t("post.publish")}
          </Button>
        </div>
      </Form>
    </div>
  );
}
