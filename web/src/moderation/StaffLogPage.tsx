import { useViewer } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Link, useSearchParam } from "../app/router";
import { EmptyState } from "../components/feedback";
import { SelectField, Switch } from "../components/forms";
import { PaginatedList } from "../components/pagination";
import { PersonName, RelativeTime } from "../components/people";
import { UserText } from "../components/text";
import type { StaffActionFilter, StaffActionKind } from "../graphql/generated/schema";
import { useTranslate } from "../i18n/i18n";
import { StaffActionsDocument, type StaffActionItemFragment } from "./generated/moderation";
import { ModerationTabs } from "./ModerationTabs";
import "./moderation.css";

/** Every kind, in the order of the filter. A missing one is a type error. */
const kinds = Object.keys({
  REPORT_RESOLVED: true,
  REPORT_ASSIGNED: true,
  CONTENT_REMOVED: true,
  MEMBER_WARNED: true,
  MEMBER_LOCKED: true,
  MEMBER_UNLOCKED: true,
  ROLE_CHANGED: true,
  GUEST_REMOVED: true,
  TOPIC_CHANGED: true,
  INVITATION_REVOKED: true,
  REGISTRATION_APPROVED: true,
  REGISTRATION_DECLINED: true,
} satisfies Record<StaffActionKind, true>) as StaffActionKind[];

/** What moderators and admins did, newest first. Nothing changes or deletes an entry. */
export function StaffLogPage() {
  const t = useTranslate();
  const { user } = useViewer();
  const [kind, setKind] = useSearchParam("kind");
  const [isMine, setMine] = useSearchParam("mine");
  const known = kinds.find((one) => one === kind);
  return (
    <>
      <Heading title={t("nav.moderation")} />
      <ModerationTabs />
      <div className="stack">
        <div className="pair log-filter">
          <SelectField
            name="kind"
            label={t("moderation.kind")}
            value={known ?? ""}
            onChange={(event) => setKind(event.target.value)}
            options={[
              ["", t("moderation.anyKind")] as const,
              ...kinds.map((one) => [one, t(`staff.${one}`)] as const),
            ]}
          />
          <Switch
            name="mine"
            label={t("moderation.onlyMine")}
            checked={isMine !== ""}
            onChange={(event) => setMine(event.target.checked ? "1" : "")}
          />
        </div>
        <StaffLog filter={{ kinds: known ? [known] : [], actorId: isMine ? user.id : null }} />
      </div>
    </>
  );
}

export function StaffLog({ filter }: { filter: StaffActionFilter }) {
  const t = useTranslate();
  return (
    <PaginatedList
      query={StaffActionsDocument}
      variables={{ filter, first: 30 }}
      pick={(data) => data.moderation?.staffActions}
      empty={<EmptyState icon="clock" title={t("moderation.noActions")} />}
    >
      {(actions, index) => (
        <ul className={index === 0 ? "card flush rows" : "card flush rows next-page"} aria-label={t("moderation.log")}>
          {actions.map((action) => (
            <StaffActionRow key={action.id} action={action} />
          ))}
        </ul>
      )}
    </PaginatedList>
  );
}

function StaffActionRow({ action }: { action: StaffActionItemFragment }) {
  const t = useTranslate();
  return (
    <li className="entry">
      <div className="grow stack tight">
        <p dir="auto">{action.text}</p>
        {action.note && <UserText className="small" text={action.note} />}
        <p className="soft small">
          {action.actor ? <PersonName person={action.actor} /> : t("moderation.operator")}
          {" · "}
          <RelativeTime at={action.happenedAt} />
          {action.report && (
            <>
              {" · "}
              <Link to={`/moderation/reports/${action.report.id}`}>{t("moderation.report")}</Link>
            </>
          )}
        </p>
      </div>
    </li>
  );
}
