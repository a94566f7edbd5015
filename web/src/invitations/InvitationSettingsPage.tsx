import { useSignInOptions } from "../accounts/useSignInOptions";
import { EmptyState, Loading } from "../components/feedback";
import { PaginatedList } from "../components/pagination";
import { useTranslate } from "../i18n/i18n";
import { SettingsFrame } from "../settings/SettingsFrame";
import { MyInvitationsDocument } from "./generated/invitations";
import { InvitationList } from "./InvitationList";
import { NewInvitation } from "./NewInvitation";

/** The invitations of the viewer. Those of an earlier role stay, and can still be revoked. */
export function InvitationSettingsPage() {
  const t = useTranslate();
  const { canInvite, isLoading } = useSignInOptions();
  return (
    <SettingsFrame section="invitations">
      {isLoading ? (
        <Loading />
      ) : (
        <div className="stack wide">
          {canInvite ? <NewInvitation /> : <EmptyState icon="lock" title={t("invitation.notYours")} />}
          <PaginatedList
            query={MyInvitationsDocument}
            variables={{ first: 20 }}
            pick={(data) => data.viewer?.invitations}
            empty={canInvite && <p className="soft">{t("invitation.none")}</p>}
          >
            {(invitations, index) => <InvitationList invitations={invitations} isFirst={index === 0} />}
          </PaginatedList>
        </div>
      )}
    </SettingsFrame>
  );
}
