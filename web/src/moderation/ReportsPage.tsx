import { useViewer } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Link, useSearchParam } from "../app/router";
import { Badge } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { SegmentedControl } from "../components/forms";
import { PaginatedList } from "../components/pagination";
import { RelativeTime } from "../components/people";
import { Name } from "../components/text";
import type { ReportFilter } from "../graphql/generated/schema";
import { useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { ReportsDocument, type ReportDetailsFragment, type ReportItemFragment } from "./generated/moderation";
import { ModerationTabs } from "./ModerationTabs";
import { useModerationFeed } from "./ReportCount";
import "./moderation.css";

export type Report = ReportDetailsFragment;

const views = ["undecided", "unassigned", "mine", "decided", "all"] as const;
type View = (typeof views)[number];

export const statusTone = { OPEN: "warn", ASSIGNED: "accent", RESOLVED: "good" };

/** The queue, latest complaint first. The feed of the page keeps it current. */
export function ReportsPage() {
  const t = useTranslate();
  const { user } = useViewer();
  const [selected, select] = useSearchParam("show");
  const view = views.find((name) => name === selected) ?? "undecided";
  const filters: Record<View, ReportFilter> = {
    undecided: { statuses: ["OPEN", "ASSIGNED"] },
    unassigned: { statuses: ["OPEN"] },
    mine: { statuses: ["ASSIGNED"], assigneeId: user.id },
    decided: { statuses: ["RESOLVED"] },
    all: {},
  };
  return (
    <>
      <Heading title={t("nav.moderation")} />
      <ModerationTabs />
      <div className="stack">
        <SegmentedControl
          name="show"
          label={t("moderation.show")}
          value={view}
          options={views.map((name) => [name, t(`moderation.${name}`)] as const)}
          onChange={select}
        />
        <ReportList filter={filters[view]} />
      </div>
    </>
  );
}

const pageSize = 30;

export function ReportList({ filter }: { filter: ReportFilter }) {
  const t = useTranslate();
  const { data } = useQuery(ReportsDocument, { filter, first: pageSize, after: null });
  useModerationFeed(data?.moderation?.eventsCursor);
  return (
    <PaginatedList
      query={ReportsDocument}
      variables={{ filter, first: pageSize }}
      pick={(data) => data.moderation?.reports}
      empty={
        <EmptyState icon="check" title={t("moderation.none")}>
          <p>{t("moderation.noneText")}</p>
        </EmptyState>
      }
    >
      {(reports, index) => (
        <ul className={index === 0 ? "card flush rows" : "card flush rows next-page"} aria-label={t("moderation.reports")}>
          {reports.map((report) => (
            <li key={report.id}>
              <ReportRow report={report} />
            </li>
          ))}
        </ul>
      )}
    </PaginatedList>
  );
}

/** The kind of what was reported. Once it is deleted, only its copy is left. */
export function useKindOf() {
  const t = useTranslate();
  return ({ subject }: Pick<ReportItemFragment, "subject">) => t(subject ? `report.${subject.__typename}` : "report.content");
}

function ReportRow({ report }: { report: ReportItemFragment }) {
  const t = useTranslate();
  const kindOf = useKindOf();
  const [latest] = report.complaints;
  const excerpt = report.copy?.text ?? latest?.reason ?? "";
  return (
    <Link className="entry report" to={`/moderation/reports/${report.id}`}>
      <span className="grow">
        <span className="row">
          <span className="strong">{kindOf(report)}</span>
          <span className="soft small">
            <Name text={report.user?.displayName ?? report.copy?.username ?? t("person.deleted")} />
          </span>
        </span>
        <span className="line" dir="auto">
          {excerpt}
        </span>
        <span className="soft small line">
          {t("report.complaints", { count: report.complaintCount })} ·{" "}
          <RelativeTime at={latest?.createdAt ?? report.createdAt} />
          {latest && report.copy?.text != null && (
            <>
              {" · "}
              <Name text={latest.reason} />
            </>
          )}
        </span>
      </span>
      <span className="states">
        <Badge tone={statusTone[report.status]}>{t(`report.${report.status}`)}</Badge>
        {report.assignee && (
          <span className="soft small line">
            <Name text={report.assignee.displayName} />
          </span>
        )}
      </span>
    </Link>
  );
}
