import { Heading } from "../app/Heading";
import { EmptyState } from "../components/feedback";
import { PaginatedList } from "../components/pagination";
import { useTranslate } from "../i18n/i18n";
import { AllInvitationsDocument } from "../invitations/generated/invitations";
import { InvitationList } from "../invitations/InvitationList";
import { ModerationTabs } from "./ModerationTabs";
import "./moderation.css";

/** The invitations of all members. Moderators can revoke them. */
export function InvitationsPage() {
  const t = useTranslate();
  return (
    <>
      <Heading title={t("nav.moderation")} />
      <ModerationTabs />
      <PaginatedList
        query={AllInvitationsDocument}
        variables={{ first: 30 }}
        pick={(data) => data.moderation?.invitations}
        empty={<EmptyState icon="people" title={t("invitation.noneOfAll")} />}
      >
        {(invitations, index) => <InvitationList invitations={invitations} isFirst={index === 0} />}
      </PaginatedList>
    </>
  );
}
