import { type ReactNode } from "react";
import { useViewer } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Link } from "../app/router";
import { Badge, Button } from "../components/buttons";
import { Callout, QueryView, useToast } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { ImageGallery } from "../components/images";
import { DateTime, PersonName, RelativeTime } from "../components/people";
import { UserText } from "../components/text";
import { useMutation, useQuery } from "../graphql/hooks";
import { joinList, useTranslate } from "../i18n/i18n";
import { AssignReportDocument, ReportPageDocument } from "./generated/moderation";
import { memberPath } from "./MemberPage";
import { MemberState } from "./MemberState";
import { statusTone, useKindOf, type Report } from "./ReportsPage";
import { ResolveForm } from "./ResolveForm";
import "./moderation.css";

export function ReportPage({ id }: { id: string }) {
  const query = useQuery(ReportPageDocument, { id });
  return (
    <QueryView query={query} pick={({ node }) => (node?.__typename === "Report" ? node : null)}>
      {(report) => <ReportView report={report} />}
    </QueryView>
  );
}

function ReportView({ report }: { report: Report }) {
  const t = useTranslate();
  const kindOf = useKindOf();
  const { user } = useViewer();
  return (
    <>
      <Heading
        title={t("report.about", { kind: kindOf(report) })}
        back={{ to: "/moderation", name: t("moderation.reports") }}
      >
        <Badge tone={statusTone[report.status]}>{t(`report.${report.status}`)}</Badge>
      </Heading>
      <div className="stack wide">
        <Assignment report={report} />
        <Content report={report} />
        <Complaints report={report} />
        {report.status === "RESOLVED" ? (
          <Resolution report={report} />
        ) : report.user?.id === user.id ? (
          <Callout icon="person">{t("report.own")}</Callout>
        ) : (
          <ResolveForm report={report} />
        )}
      </div>
    </>
  );
}

function Assignment({ report }: { report: Report }) {
  const t = useTranslate();
  const toast = useToast();
  const { user } = useViewer();
  const { run, isBusy, problems } = useMutation(AssignReportDocument);
  const isMine = report.assignee?.id === user.id;
  if (report.status === "RESOLVED" && !report.assignee) return null;
  const assign = async (assigneeId: string | null) => {
    if (!(await run({ input: { reportId: report.id, assigneeId } }))) return;
    toast(t(assigneeId ? "report.assigned" : "report.unassigned"));
  };
  return (
    <div className="stack tight">
      <ErrorSummary problems={problems} />
      <div className="row apart">
        <p>
          {report.assignee ? (
            <>
              <span className="soft">{t("report.assignee")}</span> <PersonName person={report.assignee} />
            </>
          ) : (
            <span className="soft">{t("report.noAssignee")}</span>
          )}
        </p>
        {report.status !== "RESOLVED" && (
          <div className="row">
            {!isMine && (
              <Button icon="person" isBusy={isBusy} onClick={() => void assign(user.id)}>
                {t("report.assignMe")}
              </Button>
            )}
            {report.assignee && (
              <Button kind="quiet" isBusy={isBusy} onClick={() => void assign(null)}>
                {t("report.unassign")}
              </Button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}

/** The copy of the first complaint, which does not change, and what has become of the original. */
function Content({ report }: { report: Report }) {
  const t = useTranslate();
  const { copy, subject, user } = report;
  const now = subject?.__typename === "User" ? subject.about : subject?.text;
  const isDeleted = !subject || (subject.__typename === "Message" && subject.deletedAt !== null);
  const isChanged = !isDeleted && copy !== null && (now ?? null) !== copy.text;
  return (
    <section className="card stack" aria-labelledby="copy">
      <div>
        <h2 id="copy">{t("report.copy")}</h2>
        <p className="soft small">
          {copy ? t("report.copyText", { username: `@${copy.username}` }) : t("report.copyGone")}
        </p>
      </div>
      {copy && (
        <blockquote className="copy">
          {copy.text === null ? <p className="soft">{t("report.noText")}</p> : <UserText text={copy.text} />}
          <ImageGallery images={copy.images} by={copy.username} />
        </blockquote>
      )}
      {isDeleted && (
        <Callout icon="trash" tone="warn">
          {t("report.deleted")}
        </Callout>
      )}
      {isChanged && (
        <div className="stack tight">
          <h3>{t("report.now")}</h3>
          {now ? <UserText text={now} /> : <p className="soft">{t("report.noText")}</p>}
        </div>
      )}
      {!isDeleted && <SubjectLink report={report} />}
      <div className="row author">
        <span className="soft small">{t("report.author")}</span>
        <PersonName person={user} />
        {user && <MemberState member={user} />}
        {user && !user.isGuest && (
          <Link className="small" to={memberPath(user.username)}>
            {t("member.open")}
          </Link>
        )}
      </div>
    </section>
  );
}

/** Where the content can be seen. Moderators see a message in its conversation only as members. */
function SubjectLink({ report: { subject } }: { report: Report }) {
  const t = useTranslate();
  const link = (to: string, text: ReactNode) => (
    <p>
      <Link to={to}>{text}</Link>
    </p>
  );
  switch (subject?.__typename) {
    case "Post":
      return link(`/posts/${subject.id}`, t("report.open"));
    case "Comment":
      return subject.post && link(`/posts/${subject.post.id}`, t("report.open"));
    case "Message":
      return subject.conversation && link(`/messages/${subject.conversation.id}?message=${subject.id}`, t("report.open"));
    case "User":
      return link(`/people/${encodeURIComponent(subject.username)}`, t("report.open"));
    default:
      return null;
  }
}

function Complaints({ report }: { report: Report }) {
  const t = useTranslate();
  const more = report.complaintCount - report.complaints.length;
  return (
    <section className="card stack" aria-labelledby="complaints">
      <h2 id="complaints">{t("report.complaints", { count: report.complaintCount })}</h2>
      <ul className="stack">
        {report.complaints.map((complaint, index) => (
          <li key={complaint.reporter?.id ?? index}>
            <p className="small">
              <PersonName person={complaint.reporter} /> <span className="soft">·</span>{" "}
              <span className="soft">
                <RelativeTime at={complaint.createdAt} />
              </span>
            </p>
            <UserText text={complaint.reason} />
          </li>
        ))}
      </ul>
      {more > 0 && <p className="soft small">{t("report.more", { count: more })}</p>}
    </section>
  );
}

function Resolution({ report: { resolution } }: { report: Report }) {
  const t = useTranslate();
  if (!resolution) return null;
  const { actions, message, note, resolver, resolvedAt } = resolution;
  return (
    <section className="card stack" aria-labelledby="decision">
      <h2 id="decision">{t("report.decision")}</h2>
      <dl className="facts">
        <div className="fact">
          <dt>{t("report.actions")}</dt>
          <dd>{actions.length === 0 ? t("report.dismissed") : joinList(actions.map((action) => t(`report.did.${action}`)))}</dd>
        </div>
        <div className="fact">
          <dt>{t("report.resolver")}</dt>
          <dd>
            <PersonName person={resolver} />, <DateTime at={resolvedAt} />
          </dd>
        </div>
        {message && (
          <div className="fact">
            <dt>{t("report.message")}</dt>
            <dd>
              <UserText text={message} />
            </dd>
          </div>
        )}
        {note && (
          <div className="fact">
            <dt>{t("report.note")}</dt>
            <dd>
              <UserText text={note} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
