import { useViewer, useSession } from "../accounts/session";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { Link, useSearchParam } from "../app/router";
import { Badge, LinkButton } from "../components/buttons";
import { Callout, EmptyState } from "../components/feedback";
import { Icon } from "../components/icons";
import { SegmentedControl } from "../components/forms";
import { PaginatedList } from "../components/pagination";
import { Name } from "../components/text";
import type { BookingFilter, BookingRole, BookingStatus } from "../graphql/generated/schema";
import { useQuery } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { addDays, formatDatePart, formatDateTime, formatTime, zonedInstant } from "../i18n/time";
import {
  BookingFilterNamesDocument,
  BookingsDocument,
  WaitingRequestsDocument,
  type BookingCardFragment,
} from "./generated/bookings";
import { statusTone } from "./status";
import { MentoringTabs } from "./MentoringTabs";
import { RequestActions } from "./Requests";
import { useWaitlists } from "./useWaitlists";
import "./mentoring.css";

const statuses: BookingStatus[] = [
  "UPCOMING",
  "REQUESTED",
  "COMPLETED",
  "CANCELLED",
  "DECLINED",
  "EXPIRED",
  "NO_SHOW",
];
/** In the address, all statuses. */
const anyStatus = "ALL";
const roles = ["both", "STUDENT", "MENTOR"] as const;

export function BookingsPage() {
  const { t } = useI18n();
  const { zone } = useSession();
  const [role, setRole] = useSearchParam("role");
  const [status, setStatus] = useSearchParam("status");
  const [from, setFrom] = useSearchParam("from");
  const [until, setUntil] = useSearchParam("until");
  const [userId, setUserId] = useSearchParam("with");
  const [topicId, setTopicId] = useSearchParam("topic");
  const selectedStatus = status === anyStatus ? anyStatus : (statuses.find((name) => name === status) ?? "UPCOMING");
  const selectedRole = roles.find((name) => name === role) ?? "both";
  const filter: BookingFilter = {
    role: selectedRole === "both" ? null : (selectedRole as BookingRole),
    statuses: selectedStatus === anyStatus ? [] : [selectedStatus],
    from: from ? zonedInstant(from, "00:00", zone).toISOString() : null,
    // While the first day is later than the last one, the last one does not count.
    to: until && !(from > until) ? zonedInstant(addDays(until), "00:00", zone).toISOString() : null,
    userId: userId || null,
    topicId: topicId || null,
  };
  return (
    <>
      <Heading title={t("mentoring.bookings")} />
      <MentoringTabs />
      <div className="stack">
        <TimeZonePrompt />
        {selectedStatus !== "REQUESTED" && <WaitingRequests />}
        <HeldSeats />
        <div className="row">
          <SegmentedControl
            name="status"
            label={t("booking.status")}
            value={selectedStatus}
            options={[
              ...statuses.map((name) => [name, t(`status.${name}`)] as const),
              [anyStatus, t("booking.anyStatus")] as const,
            ]}
            onChange={setStatus}
          />
          <SegmentedControl
            name="role"
            label={t("booking.role")}
            value={selectedRole}
            options={roles.map((name) => [name, t(`booking.${name}`)] as const)}
            onChange={setRole}
          />
          <div className="row period">
            <DateFilter label={t("booking.from")} value={from} onChange={setFrom} />
            <DateFilter label={t("booking.until")} value={until} min={from} onChange={setUntil} />
          </div>
        </div>
        <FilterChips userId={userId} topicId={topicId} onRemoveUser={() => setUserId("")} onRemoveTopic={() => setTopicId("")} />
        <PaginatedList
          query={BookingsDocument}
          variables={{ filter, first: 30 }}
          pick={(data) => data.bookings}
          empty={
            <EmptyState icon="calendar" title={t("booking.none")}>
              <p>{t("booking.noneText")}</p>
              <LinkButton to="/mentoring">{t("mentoring.topics")}</LinkButton>
            </EmptyState>
          }
        >
          {(bookings) => (
            <ul className="card flush rows">
              {bookings.map((booking) => (
                <li key={booking.id}>
                  <BookingRow booking={booking} />
                  {booking.viewerCanApprove && (
                    <div className="row-actions">
                      <RequestActions booking={booking} isInList />
                    </div>
                  )}
                </li>
              ))}
            </ul>
          )}
        </PaginatedList>
      </div>
    </>
  );
}

/** Leads a mentor to the requests that wait for a decision. */
function WaitingRequests() {
  const { t } = useI18n();
  const { data } = useQuery(WaitingRequestsDocument, {});
  const count = data?.bookings?.totalCount ?? 0;
  if (count === 0) return null;
  return (
    <Callout icon="clock" tone="warn">
      <Link to="/mentoring/bookings?status=REQUESTED&role=MENTOR">{t("request.count", { count })}</Link>
    </Callout>
  );
}

/** Leads a student to a seat that is held for them, before it goes to the next one. */
function HeldSeats() {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const { data } = useWaitlists();
  const until = data?.viewer?.waitlistEntries.find(({ offerExpiresAt }) => offerExpiresAt)?.offerExpiresAt;
  if (!until) return null;
  return (
    <Callout icon="clock" tone="warn">
      <Link to="/mentoring/waitlists">{t("waitlist.heldUntil", { time: formatDateTime(until, language, zone) })}</Link>
    </Callout>
  );
}

interface DateFilterProps {
  label: string;
  value: string;
  min?: string;
  onChange: (date: string) => void;
}

function DateFilter({ label, value, min, onChange }: DateFilterProps) {
  return (
    <label className="row">
      <span className="soft small">{label}</span>
      <input
        className="input date"
        type="date"
        value={value}
        min={min}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

interface FilterChipsProps {
  userId: string;
  topicId: string;
  onRemoveUser: () => void;
  onRemoveTopic: () => void;
}

/** The member and the topic to which the list is limited. */
function FilterChips({ userId, topicId, onRemoveUser, onRemoveTopic }: FilterChipsProps) {
  const { t } = useI18n();
  const [hasUser, hasTopic] = [userId !== "", topicId !== ""];
  const { data } = useQuery(
    BookingFilterNamesDocument,
    { userId, hasUser, topicId, hasTopic },
    { pause: !hasUser && !hasTopic },
  );
  const chips = [
    ...(hasUser ? [{ key: "user", name: data?.user?.displayName ?? t("person.unavailable"), remove: onRemoveUser }] : []),
    ...(hasTopic ? [{ key: "topic", name: data?.topic?.title ?? t("booking.topic"), remove: onRemoveTopic }] : []),
  ];
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label={t("booking.limits")}>
      {chips.map(({ key, name, remove }) => (
        <li className="chip" key={key}>
          <Name text={name} />
          <button type="button" aria-label={t("tags.remove", { name })} onClick={remove}>
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

export function BookingRow({ booking }: { booking: BookingCardFragment }) {
  const { t, language } = useI18n();
  const { user } = useViewer();
  const { zone } = useSession();
  const isMentor = booking.mentor?.id === user.id;
  const other = isMentor ? booking.student : booking.mentor;
  const formatPart = (style: Intl.DateTimeFormatOptions) => formatDatePart(booking.startsAt, language, zone, style);
  return (
    <Link className="entry" to={`/mentoring/bookings/${booking.id}`}>
      <span className="date-badge" aria-hidden="true">
        <span>{formatPart({ month: "short" })}</span>
        <strong>{formatPart({ day: "numeric" })}</strong>
      </span>
      <span className="grow">
        <span className="strong line" dir="auto">
          {booking.topic.title}
        </span>
        <span className="soft small line">
          <span className="visually-hidden">{formatPart({ dateStyle: "full" })}, </span>
          {formatTime(booking.startsAt, language, zone)} – {formatTime(booking.endsAt, language, zone)} ·{" "}
          <Name text={other?.displayName ?? t("person.deleted")} />
        </span>
        {booking.approvalExpiresAt && (
          <span className="soft small line">
            {t("request.until", { time: formatDateTime(booking.approvalExpiresAt, language, zone) })}
          </span>
        )}
      </span>
      {isMentor && <Badge>{t("booking.MENTOR")}</Badge>}
      {booking.status !== "UPCOMING" && (
        <Badge tone={statusTone[booking.status]}>{t(`status.${booking.status}`)}</Badge>
      )}
    </Link>
  );
}
