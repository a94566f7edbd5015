import { AttachButton, AttachedList, useAttachments } from "../components/attach";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Form, TextArea, TextField, textOf } from "../components/forms";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { CreateTopicDocument, UpdateTopicDocument, type TopicCardFragment } from "./generated/topics";

/** A new topic, or another wording for one that is there. */
export function TopicDialog({
  topic,
  onClose,
  onSaved,
}: {
  topic?: TopicCardFragment;
  onClose: () => void;
  onSaved?: (topic: TopicCardFragment) => void;
}) {
  const t = useText();
  const create = useWrite(CreateTopicDocument);
  const update = useWrite(UpdateTopicDocument);
  const picture = useAttachments(1);

  const save = async (values: FormData) => {
    const title = textOf(values, "title") ?? "";
    const description = textOf(values, "description");
    const [image] = picture.images;
    // Left out where nothing was chosen: absent means that the picture stays.
    const chosen = image ? { imageId: image.id } : {};
    const saved = topic
      ? (await update.run({ input: { topicId: topic.id, title, description, ...chosen } }))?.topic
      : (await create.run({ input: { title, description, ...chosen } }))?.topicEdge?.node;
    if (!saved) return;
    onClose();
    onSaved?.(saved);
  };
  return (
    <Dialog title={t(topic ? "topic.edit" : "topic.new")} onClose={onClose}>
      <Form problems={topic ? update.problems : create.problems} onSubmit={save}>
        <TextField name="title" label={t("topic.title")} defaultValue={topic?.title} />
        <TextArea
          name="description"
          label={t("topic.description")}
          isOptional
          defaultValue={topic?.description ?? ""}
        />
        <AttachedList attachments={picture} />
        <div className="row apart">
          <AttachButton attachments={picture} label={t("topic.picture")} />
          <Button submit kind="primary" isBusy={create.isBusy || update.isBusy || picture.isUploading}>
            {t(topic ? "action.save" : "topic.create")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
