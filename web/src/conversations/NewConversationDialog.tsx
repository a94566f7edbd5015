import { useRef, useState } from "react";
import { navigate } from "../app/router";
import { AttachButton, AttachmentList, useAttachments } from "../components/attachments";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Form, Switch, TextField, textValue } from "../components/forms";
import { groupTitleLimit } from "../components/limits";
import type { Person } from "../components/people";
import { newClientKey } from "../components/storage";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { PeoplePicker } from "../people/PeoplePicker";
import { CreateGroupDocument, StartConversationDocument } from "./generated/conversations";

/** Selects people and opens their conversation, or creates a group with a title. */
export function NewConversationDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslate();
  const start = useMutation(StartConversationDocument);
  const create = useMutation(CreateGroupDocument);
  const image = useAttachments({ max: 1 });
  const [selected, setSelected] = useState<readonly Person[]>([]);
  const [title, setTitle] = useState("");
  // The same for each attempt: a request that is repeated after a lost response creates no second group.
  const draft = useRef<{ content: string; key: string }>(undefined);
  const isGroup = title.trim() !== "";
  const isBusy = start.isBusy || create.isBusy || image.isUploading;

  const submit = async (values: FormData) => {
    const userIds = selected.map(({ id }) => id);
    let payload;
    if (isGroup) {
      const images = await image.upload();
      if (!images) return;
      const content = { title: textValue(values, "title") ?? "", userIds, imageId: images[0]?.id, isHistoryShared: values.has("isHistoryShared") };
      const written = JSON.stringify(content);
      if (draft.current?.content !== written) draft.current = { content: written, key: newClientKey() };
      payload = await create.run({ input: { ...content, clientKey: draft.current.key } });
    } else payload = await start.run({ input: { userIds } });
    if (!payload?.conversation) return;
    onClose();
    navigate(`/messages/${payload.conversation.id}`);
  };
  return (
    <Dialog title={t("messages.new")} onClose={onClose}>
      <Form problems={isGroup ? create.problems : start.problems} onSubmit={(values) => void submit(values)}>
        <PeoplePicker path="userIds" hint={t("messages.addPeopleHint")} selected={selected} onChange={setSelected} />
        {selected.length > 0 && (
          <TextField
            name="title"
            label={t("group.title")}
            hint={t("group.titleHint")}
            isOptional
            limit={groupTitleLimit}
            value={title}
            onChange={(event) => setTitle(event.target.value)}
          />
        )}
        {isGroup && (
          <>
            <div className="row">
              <AttachButton attachments={image} label={t("group.addImage")} />
              <span className="small soft">{t("group.image")}</span>
            </div>
            <AttachmentList attachments={image} />
            <Switch name="isHistoryShared" label={t("group.history")} hint={t("group.historyHint")} />
          </>
        )}
        <Button submit kind="primary" isBusy={isBusy || selected.length === 0}>
          {t(isGroup ? "group.create" : "messages.start")}
        </Button>
      </Form>
    </Dialog>
  );
}
