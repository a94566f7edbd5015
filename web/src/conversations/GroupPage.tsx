// The page of a group: its title, image and members. Its owner changes them.
import { useState, type ReactNode } from "react";
import { useViewer } from "../accounts/session";
import { Heading } from "../app/Heading";
import { AttachButton, AttachmentList, useAttachments } from "../components/attachments";
import { Badge, Button, Menu } from "../components/buttons";
import { ConfirmDialog, Dialog } from "../components/dialog";
import { QueryView, useToast } from "../components/feedback";
import { Form, Switch, TextField, textValue } from "../components/forms";
import { AvatarGroup } from "../components/images";
import { groupTitleLimit } from "../components/limits";
import { type Person, PersonRow, Username } from "../components/people";
import { useMutation, useQuery, useSubscription } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { PeoplePicker } from "../people/PeoplePicker";
import { usePresence } from "../people/presence";
import {
  AddGroupMembersDocument,
  ConversationChangedDocument,
  GroupDocument,
  RemoveGroupMemberDocument,
  TransferGroupDocument,
  UpdateGroupDocument,
  type GroupFieldsFragment,
} from "./generated/conversations";
import { LeaveDialog } from "./LeaveDialog";
import { conversationTitle, otherMembers } from "./members";
import "./conversations.css";

export function GroupPage({ id }: { id: string }) {
  const query = useQuery(GroupDocument, { id });
  const { data, refetch } = query;
  const after = data?.conversation?.eventsCursor;
  // The cache applies the changes. After a removal or a reset, the page may show what is no longer there.
  useSubscription(
    ConversationChangedDocument,
    after ? { conversationId: id, after } : undefined,
    ({ conversationChanged: { __typename: type } }) => type === "FeedReset" && refetch(),
    refetch,
  );
  return (
    <QueryView query={query} pick={(found) => found.conversation}>
      {(group) => <Group group={group} />}
    </QueryView>
  );
}

function Group({ group }: { group: GroupFieldsFragment }) {
  const t = useTranslate();
  const viewer = useViewer();
  const [open, setOpen] = useState<"add" | "leave">();
  const close = () => setOpen(undefined);
  const title = conversationTitle(group, viewer.user.id, t);
  return (
    <>
      <Heading title={t("group.heading", { title })} back={{ to: `/messages/${group.id}`, name: title }}>
        <Button icon="out" onClick={() => setOpen("leave")}>
          {t("thread.leave")}
        </Button>
      </Heading>
      <div className="stack wide">
        {group.viewerCanManage && <GroupForm group={group} />}
        <section className="card flush" aria-labelledby="group-members">
          <div className="row apart group-members">
            <h2 id="group-members">{t("thread.memberCount", { count: group.members.length })}</h2>
            {group.viewerCanManage && (
              <Button small icon="plus" onClick={() => setOpen("add")}>
                {t("messages.addPeople")}
              </Button>
            )}
          </div>
          <Members group={group} />
        </section>
        {!group.viewerCanManage && (
          <p className="soft small">{t(group.isHistoryShared ? "group.historyOn" : "group.historyOff")}</p>
        )}
      </div>
      {open === "add" && <AddMembersDialog group={group} onClose={close} />}
      {open === "leave" && <LeaveDialog conversationId={group.id} onClose={close} />}
    </>
  );
}

function GroupForm({ group }: { group: GroupFieldsFragment }) {
  const t = useTranslate();
  const toast = useToast();
  const viewer = useViewer();
  const { run, isBusy, problems } = useMutation(UpdateGroupDocument);
  const image = useAttachments({ max: 1 });
  const change = async (input: { title?: string; imageId?: string | null; isHistoryShared?: boolean }) => {
    if (await run({ input: { conversationId: group.id, ...input } })) toast(t("state.saved"));
  };
  const save = async (values: FormData) => {
    const images = await image.upload();
    if (!images) return;
    const imageId = images[0]?.id;
    await change({
      title: textValue(values, "title") ?? "",
      isHistoryShared: values.has("isHistoryShared"),
      ...(imageId && { imageId }),
    });
    image.clear();
  };
  return (
    <section className="card" aria-label={t("group.settings")}>
      <Form problems={problems} onSubmit={(values) => void save(values)}>
        <div className="row">
          <AvatarGroup people={otherMembers(group, viewer.user.id)} image={group.image} size={72} />
          <AttachButton attachments={image} label={t(group.image ? "group.changeImage" : "group.addImage")} />
          {group.image && (
            <Button small kind="quiet" onClick={() => void change({ imageId: null })}>
              {t("group.removeImage")}
            </Button>
          )}
        </div>
        <AttachmentList attachments={image} />
        <TextField
          key={group.title}
          name="title"
          label={t("group.title")}
          limit={groupTitleLimit}
          defaultValue={group.title ?? ""}
        />
        <Switch
          key={String(group.isHistoryShared)}
          name="isHistoryShared"
          label={t("group.history")}
          hint={t("group.historyHint")}
          defaultChecked={group.isHistoryShared}
        />
        <div>
          <Button submit kind="primary" isBusy={isBusy || image.isUploading}>
            {t("action.save")}
          </Button>
        </div>
      </Form>
    </section>
  );
}

function Members({ group }: { group: GroupFieldsFragment }) {
  const t = useTranslate();
  const viewer = useViewer();
  const isOnline = usePresence(group.members);
  const [open, setOpen] = useState<{ action: "remove" | "transfer"; person: Person }>();
  const close = () => setOpen(undefined);
  return (
    <ul className="rows">
      {group.members.map((person) => {
        const isOwner = group.owner?.id === person.id;
        const canChange = group.viewerCanManage && person.id !== viewer.user.id;
        return (
          <li key={person.id}>
            <PersonRow
              person={person}
              isOnline={isOnline(person)}
              about={
                <>
                  <Username of={person} /> {isOwner && <Badge tone="accent">{t("group.owner")}</Badge>}
                </>
              }
              action={
                canChange && (
                  <Menu
                    label={t("group.memberActions", { name: person.displayName })}
                    items={[
                      { label: t("group.transfer"), icon: "person", onSelect: () => setOpen({ action: "transfer", person }) },
                      {
                        label: t("group.remove"),
                        icon: "out",
                        isDestructive: true,
                        onSelect: () => setOpen({ action: "remove", person }),
                      },
                    ]}
                  />
                )
              }
            />
          </li>
        );
      })}
      {open?.action === "remove" && <RemoveDialog groupId={group.id} person={open.person} onClose={close} />}
      {open?.action === "transfer" && <TransferDialog groupId={group.id} person={open.person} onClose={close} />}
    </ul>
  );
}

interface MemberDialogProps {
  groupId: string;
  person: Person;
  onClose: () => void;
}

function RemoveDialog({ groupId, person, onClose }: MemberDialogProps) {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(RemoveGroupMemberDocument);
  const remove = async () => {
    if (await run({ input: { conversationId: groupId, userId: person.id } })) onClose();
  };
  return (
    <ConfirmDialog
      title={t("group.removeTitle", { name: person.displayName })}
      action={t("group.remove")}
      isBusy={isBusy}
      problems={problems}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>{t("group.removeText")}</p>
    </ConfirmDialog>
  );
}

function TransferDialog({ groupId, person, onClose }: MemberDialogProps) {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(TransferGroupDocument);
  const transfer = async () => {
    if (await run({ input: { conversationId: groupId, userId: person.id } })) onClose();
  };
  return (
    <ConfirmDialog
      title={t("group.transferTitle", { name: person.displayName })}
      action={t("group.transfer")}
      isBusy={isBusy}
      problems={problems}
      onConfirm={() => void transfer()}
      onClose={onClose}
    >
      <p>{t("group.transferText")}</p>
    </ConfirmDialog>
  );
}

function AddMembersDialog({ group, onClose }: { group: GroupFieldsFragment; onClose: () => void }): ReactNode {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(AddGroupMembersDocument);
  const [selected, setSelected] = useState<readonly Person[]>([]);
  const add = async () => {
    if (await run({ input: { conversationId: group.id, userIds: selected.map(({ id }) => id) } })) onClose();
  };
  return (
    <Dialog title={t("messages.addPeople")} onClose={onClose}>
      <Form problems={problems} onSubmit={() => void add()}>
        <PeoplePicker
          path="userIds"
          hint={t(group.isHistoryShared ? "group.historyOn" : "group.historyOff")}
          selected={selected}
          onChange={setSelected}
          excluded={group.members.map(({ id }) => id)}
        />
        <Button submit kind="primary" isBusy={isBusy || selected.length === 0}>
          {t("group.add")}
        </Button>
      </Form>
    </Dialog>
  );
}
