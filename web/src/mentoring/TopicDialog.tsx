import { useState } from "react";
import { Link } from "../app/router";
import { AttachButton, AttachmentList, useAttachments } from "../components/attachments";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Callout } from "../components/feedback";
import { Form, TextArea, TextField, textValue } from "../components/forms";
import { useMutation, useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { CreateTopicDocument, TopicsDocument, UpdateTopicDocument, type TopicCardFragment } from "./generated/topics";

/** The server looks for this many words. */
const maxWords = 10;

/** Creates a topic or edits an existing one. */
export function TopicDialog({
  topic,
  onClose,
  onSaved,
}: {
  topic?: TopicCardFragment;
  onClose: () => void;
  onSaved?: (topic: TopicCardFragment) => void;
}) {
  const t = useTranslate();
  const create = useMutation(CreateTopicDocument);
  const update = useMutation(UpdateTopicDocument);
  const cover = useAttachments({ max: 1 });
  const [newTitle, setNewTitle] = useState("");
  const existing = useTopicsWithTitle(newTitle);

  const save = async (values: FormData) => {
    const title = textValue(values, "title") ?? "";
    const description = textValue(values, "description");
    const images = await cover.upload();
    if (!images) return;
    const [image] = images;
    // Absent without a new image, which leaves the current one unchanged.
    const imageInput = image ? { imageId: image.id } : {};
    const saved = topic
      ? (await update.run({ input: { topicId: topic.id, title, description, ...imageInput } }))?.topic
      : (await create.run({ input: { title, description, ...imageInput } }))?.topicEdge?.node;
    if (!saved) return;
    onClose();
    onSaved?.(saved);
  };
  return (
    <Dialog title={t(topic ? "topic.edit" : "topic.new")} onClose={onClose}>
      <Form problems={topic ? update.problems : create.problems} onSubmit={save}>
        <TextField
          name="title"
          label={t("topic.title")}
          defaultValue={topic?.title}
          onBlur={({ target }) => !topic && setNewTitle(target.value.trim())}
        />
        <div role="status">
          {existing.length > 0 && (
            <Callout icon="teach" tone="warn">
              {t("topic.exists")}
              {existing.map(({ id, title }) => (
                <div key={id} dir="auto">
                  <Link to={`/mentoring/topics/${id}`}>{title}</Link>
                </div>
              ))}
            </Callout>
          )}
        </div>
        <TextArea
          name="description"
          label={t("topic.description")}
          isOptional
          defaultValue={topic?.description ?? ""}
        />
        <AttachmentList attachments={cover} />
        <div className="row apart">
          <AttachButton attachments={cover} label={t("topic.image")} />
          <Button submit kind="primary" isBusy={create.isBusy || update.isBusy || cover.isUploading}>
            {t(topic ? "action.save" : "topic.create")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** The topics that have this title already. Two topics may have one, so this is a hint. */
function useTopicsWithTitle(title: string) {
  const text = title.split(/\s+/).slice(0, maxWords).join(" ");
  const { data } = useQuery(TopicsDocument, { filter: { text }, first: 20 }, { pause: !text });
  const topics = text ? (data?.topics?.edges.map(({ node }) => node) ?? []) : [];
  return topics.filter((topic) => topic.title.localeCompare(title, undefined, { sensitivity: "base" }) === 0);
}
