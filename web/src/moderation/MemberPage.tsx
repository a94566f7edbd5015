import { useState } from "react";
import { useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { QueryView, useToast } from "../components/feedback";
import { Form, SelectField, TextArea, textValue } from "../components/forms";
import { PasswordField } from "../components/passwords";
import { PersonRow, Username } from "../components/people";
import { UserText } from "../components/text";
import type { Role } from "../graphql/generated/schema";
import { useMutation, useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import {
  LockMemberDocument,
  ModeratedMemberDocument,
  SetRoleDocument,
  UnlockMemberDocument,
  type ModeratedFragment,
} from "./generated/moderation";
import { LockEndFields, readLockEnd } from "./lockEnd";
import { MemberState } from "./MemberState";
import { ReportList } from "./ReportsPage";
import { StaffLog } from "./StaffLogPage";
import "./moderation.css";

const reasonLimit = 1000;

export const memberPath = (username: string) => `/moderation/members/${encodeURIComponent(username)}`;

/** One account as moderators see it: its state, the reports about it, what was done. */
export function MemberPage({ username }: { username: string }) {
  const query = useQuery(ModeratedMemberDocument, { username });
  return (
    <QueryView query={query} pick={(data) => data.user}>
      {(member) => <Member member={member} />}
    </QueryView>
  );
}

function Member({ member }: { member: ModeratedFragment }) {
  const t = useTranslate();
  const [open, setOpen] = useState<"lock" | "unlock" | "role">();
  const close = () => setOpen(undefined);
  const { moderation } = member;
  return (
    <>
      <Heading title={member.displayName} back={{ to: "/moderation", name: t("nav.moderation") }} />
      <div className="stack wide">
        <section className="card stack">
          <PersonRow person={member} about={<Username of={member} />} action={<MemberState member={member} />} />
          {moderation?.lockReason && (
            <div>
              <h3>{t("lock.reason")}</h3>
              <UserText text={moderation.lockReason} />
            </div>
          )}
          <div className="row">
            {moderation?.viewerCanLock && (
              <Button kind="danger" icon="lock" onClick={() => setOpen("lock")}>
                {t(moderation.isLocked ? "lock.change" : "lock.do")}
              </Button>
            )}
            {moderation?.viewerCanLock && moderation.isLocked && (
              <Button onClick={() => setOpen("unlock")}>{t("lock.undo")}</Button>
            )}
            {moderation?.viewerCanSetRole && (
              <Button icon="person" onClick={() => setOpen("role")}>
                {t("role.change")}
              </Button>
            )}
          </div>
        </section>
        <section className="stack">
          <h2>{t("member.reports")}</h2>
          <ReportList filter={{ userId: member.id }} />
        </section>
        <section className="stack">
          <h2>{t("member.actions")}</h2>
          <StaffLog filter={{ userId: member.id }} />
        </section>
      </div>
      {open === "lock" && <LockDialog member={member} onClose={close} />}
      {open === "unlock" && <UnlockDialog member={member} onClose={close} />}
      {open === "role" && moderation && <RoleDialog member={member} role={moderation.role} onClose={close} />}
    </>
  );
}

interface MemberDialogProps {
  member: ModeratedFragment;
  onClose: () => void;
}

function LockDialog({ member, onClose }: MemberDialogProps) {
  const t = useTranslate();
  const toast = useToast();
  const { zone } = useSession();
  const { run, isBusy, problems } = useMutation(LockMemberDocument);
  const lock = async (values: FormData) => {
    const endsAt = readLockEnd(values, zone);
    const input = { userId: member.id, reason: textValue(values, "reason") ?? "", ...(endsAt && { endsAt }) };
    if (!(await run({ input }))) return;
    toast(t("lock.done", { name: member.displayName }));
    onClose();
  };
  return (
    <Dialog title={t("lock.title", { name: member.displayName })} onClose={onClose}>
      <p className="soft">{t("lock.text")}</p>
      <Form problems={problems} onSubmit={(values) => void lock(values)}>
        <TextArea name="reason" label={t("lock.reason")} hint={t("lock.reasonHint")} limit={reasonLimit} />
        <LockEndFields path="endsAt" />
        <Button submit kind="danger" isBusy={isBusy}>
          {t("lock.do")}
        </Button>
      </Form>
    </Dialog>
  );
}

function UnlockDialog({ member, onClose }: MemberDialogProps) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(UnlockMemberDocument);
  const unlock = async (values: FormData) => {
    if (!(await run({ input: { userId: member.id, note: textValue(values, "note") } }))) return;
    toast(t("lock.undone", { name: member.displayName }));
    onClose();
  };
  return (
    <Dialog title={t("lock.undoTitle", { name: member.displayName })} onClose={onClose}>
      <Form problems={problems} onSubmit={(values) => void unlock(values)}>
        <TextArea name="note" label={t("report.note")} hint={t("report.noteHint")} isOptional />
        <Button submit kind="primary" isBusy={isBusy}>
          {t("lock.undo")}
        </Button>
      </Form>
    </Dialog>
  );
}

const roles = ["MEMBER", "MODERATOR", "ADMIN"] as const;

/** The server asks for the password if the login is older than 10 minutes. The field appears after that error. */
function RoleDialog({ member, role, onClose }: MemberDialogProps & { role: Role }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(SetRoleDocument);
  const needsPassword = problems.some(({ code }) => ["REAUTHENTICATION_REQUIRED", "CREDENTIALS_WRONG"].includes(code));
  const save = async (values: FormData) => {
    const input = {
      userId: member.id,
      role: values.get("role") as Role,
      password: values.get("password") as string | null,
    };
    if (!(await run({ input }))) return;
    toast(t("state.saved"));
    onClose();
  };
  return (
    <Dialog title={t("role.title", { name: member.displayName })} onClose={onClose}>
      <p className="soft">{t("role.text")}</p>
      <Form problems={problems} onSubmit={(values) => void save(values)}>
        <SelectField
          name="role"
          label={t("role.label")}
          defaultValue={role}
          options={roles.map((one) => [one, t(`role.${one}`)] as const)}
        />
        {needsPassword && (
          <PasswordField />
        )}
        <Button submit kind="primary" isBusy={isBusy}>
          {t("action.save")}
        </Button>
      </Form>
    </Dialog>
  );
}
