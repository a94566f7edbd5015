import { useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useSession, useViewer } from "../accounts/session";
import { Badge, Button } from "../components/buttons";
import { ConfirmDialog } from "../components/dialog";
import { useToast } from "../components/feedback";
import { PersonName, RelativeTime } from "../components/people";
import { Name } from "../components/text";
import { useMutation } from "../graphql/hooks";
import { useI18n, useTranslate } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import { RevokeInvitationDocument, type InvitationFieldsFragment } from "./generated/invitations";

type Invitation = InvitationFieldsFragment;

/** One page of invitations. Those of other members have the names of their creators. */
export function InvitationList({ invitations, isFirst }: { invitations: readonly Invitation[]; isFirst: boolean }) {
  const t = useTranslate();
  const [revoking, setRevoking] = useState<Invitation>();
  const list = useRef<HTMLUListElement>(null);
  return (
    <>
      <ul
        ref={list}
        tabIndex={-1}
        className={isFirst ? "card flush rows" : "card flush rows next-page"}
        aria-label={t("invitation.list")}
      >
        {invitations.map((invitation) => (
          <InvitationRow key={invitation.id} invitation={invitation} onRevoke={() => setRevoking(invitation)} />
        ))}
      </ul>
      {revoking && (
        <RevokeDialog
          invitation={revoking}
          onClose={() => setRevoking(undefined)}
          // The button that opened the dialog is gone.
          onRevoked={() => list.current?.focus()}
        />
      )}
    </>
  );
}

function stateOf({ isUsable, revokedAt, expiresAt }: Invitation) {
  if (isUsable) return "usable";
  if (revokedAt) return "revoked";
  return Date.parse(expiresAt) <= Date.now() ? "expired" : "used";
}

/** What names an invitation: its address, or its note. */
function useNameOf() {
  const t = useTranslate();
  return ({ email, note }: Invitation) => email ?? note ?? t("invitation.link");
}

function InvitationRow({ invitation, onRevoke }: { invitation: Invitation; onRevoke: () => void }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const { user } = useViewer();
  const nameOf = useNameOf();
  const { creator, email, note, isUsable, useCount, maxUses, createdAt, expiresAt } = invitation;
  const state = stateOf(invitation);
  return (
    <li className="entry">
      <div className="grow">
        <div className="row">
          <span className="strong">
            <Name text={nameOf(invitation)} />
          </span>
          <Badge tone={isUsable ? "good" : undefined}>{t(`invitation.${state}`)}</Badge>
        </div>
        {email && note && (
          <p className="small">
            <Name text={note} />
          </p>
        )}
        <p className="soft small">
          {t("invitation.uses", { count: useCount, max: maxUses })}
          {isUsable && <> · {t("invitation.until", { time: formatDateTime(expiresAt, language, zone) })}</>}
          {creator && creator.id !== user.id && (
            <>
              {" · "}
              <PersonName person={creator} />
            </>
          )}
          {" · "}
          <RelativeTime at={createdAt} />
        </p>
      </div>
      {isUsable && (
        <Button small aria-label={t("invitation.revokeOne", { name: nameOf(invitation) })} onClick={onRevoke}>
          {t("invitation.revoke")}
        </Button>
      )}
    </li>
  );
}

interface RevokeDialogProps {
  invitation: Invitation;
  onClose: () => void;
  onRevoked: () => void;
}

function RevokeDialog({ invitation, onClose, onRevoked }: RevokeDialogProps) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(RevokeInvitationDocument);
  const revoke = async () => {
    if (!(await run({ input: { invitationId: invitation.id } }))) return;
    toast(t("invitation.revokedNow"));
    // A dialog that closes returns the focus.
    flushSync(onClose);
    onRevoked();
  };
  return (
    <ConfirmDialog
      title={t("invitation.revokeTitle")}
      action={t("invitation.revoke")}
      isBusy={isBusy}
      problems={problems}
      onConfirm={() => void revoke()}
      onClose={onClose}
    >
      <p>{t("invitation.revokeText")}</p>
    </ConfirmDialog>
  );
}
