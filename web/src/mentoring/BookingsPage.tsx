import { useViewer, useSession } from "../accounts/session";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { Link, useSearchParam } from "../app/router";
import { Badge, LinkButton } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { SegmentedControl } from "../components/forms";
import { PaginatedList } from "../components/pagination";
import { Name } from "../components/text";
import type { BookingRole, BookingStatus } from "../graphql/generated/schema";
import { useI18n } from "../i18n/i18n";
import { formatDatePart, formatTime } from "../i18n/time";
import { BookingsDocument, type BookingCardFragment } from "./generated/bookings";
import { MentoringTabs } from "./MentoringTabs";
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
const roles = ["both", "STUDENT", "MENTOR"] as const;

export const statusTone = {
  UPCOMING: "accent",
  REQUESTED: "accent",
  COMPLETED: "good",
  CANCELLED: "plain",
  DECLINED: "plain",
  EXPIRED: "plain",
  NO_SHOW: "warn",
};

export function BookingsPage() {
  const { t } = useI18n();
  const [role, setRole] = useSearchParam("role");
  const [status, setStatus] = useSearchParam("status");
  const selectedStatus = statuses.find((name) => name === status) ?? "UPCOMING";
  const selectedRole = roles.find((name) => name === role) ?? "both";
  return (
    <>
      <Heading title={t("mentoring.bookings")} />
      <MentoringTabs />
      <div className="stack">
        <TimeZonePrompt />
        <div className="row">
          <SegmentedControl
            name="status"
            label={t("booking.status")}
            value={selectedStatus}
            options={statuses.map((name) => [name, t(`status.${name}`)] as const)}
            onChange={setStatus}
          />
          <SegmentedControl
            name="role"
            label={t("booking.role")}
            value={selectedRole}
            options={roles.map((name) => [name, t(`booking.${name}`)] as const)}
            onChange={setRole}
          />
        </div>
        <PaginatedList
          query={BookingsDocument}
          variables={{
            role: selectedRole === "both" ? null : (selectedRole as BookingRole),
            status: selectedStatus,
            first: 30,
          }}
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
                </li>
              ))}
            </ul>
          )}
        </PaginatedList>
      </div>
    </>
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
      </span>
      {isMentor && <Badge>{t("booking.MENTOR")}</Badge>}
      {booking.status !== "UPCOMING" && (
        <Badge tone={statusTone[booking.status]}>{t(`status.${booking.status}`)}</Badge>
      )}
    </Link>
  );
}
