import { useSelf, useSession } from "../accounts/session";
import { ZoneOffer } from "../accounts/ZoneOffer";
import { Heading } from "../app/Heading";
import { Link, useSearch } from "../app/router";
import { Badge, LinkButton } from "../components/buttons";
import { Empty } from "../components/feedback";
import { Segments } from "../components/forms";
import { Pages } from "../components/pages";
import type { BookingRole, BookingStatus } from "../graphql/generated/schema";
import { useSpeech } from "../i18n/language";
import { partText, timeText } from "../i18n/time";
import { BookingsDocument, type BookingCardFragment } from "./generated/bookings";
import { MentoringTabs } from "./MentoringTabs";
import "./mentoring.css";

const statuses: BookingStatus[] = ["UPCOMING", "COMPLETED", "CANCELLED", "NO_SHOW"];
const roles = ["both", "STUDENT", "MENTOR"] as const;

export const tone = { UPCOMING: "accent", COMPLETED: "good", CANCELLED: "plain", NO_SHOW: "warn" };

export function BookingsPage() {
  const { t } = useSpeech();
  const [role, setRole] = useSearch("role");
  const [status, setStatus] = useSearch("status");
  const shown = statuses.find((name) => name === status) ?? "UPCOMING";
  const as = roles.find((name) => name === role) ?? "both";
  return (
    <>
      <Heading title={t("mentoring.bookings")} />
      <MentoringTabs />
      <div className="stack">
        <ZoneOffer />
        <div className="row">
          <Segments
            name="status"
            label={t("booking.as")}
            value={shown}
            options={statuses.map((name) => [name, t(`status.${name}`)] as const)}
            onChoice={setStatus}
          />
          <Segments
            name="role"
            label={t("booking.as")}
            value={as}
            options={roles.map((name) => [name, t(`booking.${name}`)] as const)}
            onChoice={setRole}
          />
        </div>
        <Pages
          query={BookingsDocument}
          variables={{ role: as === "both" ? null : (as as BookingRole), status: shown, first: 30 }}
          pick={(data) => data.bookings}
          empty={
            <Empty icon="calendar" title={t("booking.none")}>
              <p>{t("booking.noneText")}</p>
              <LinkButton to="/mentoring">{t("mentoring.topics")}</LinkButton>
            </Empty>
          }
        >
          {(bookings) => (
            <ul className="card flush rows">
              {bookings.map((booking) => (
                <li key={booking.id}>
                  <BookingLine booking={booking} />
                </li>
              ))}
            </ul>
          )}
        </Pages>
      </div>
    </>
  );
}

export function BookingLine({ booking }: { booking: BookingCardFragment }) {
  const { t, language } = useSpeech();
  const { user } = useSelf();
  const { zone } = useSession();
  const isMentor = booking.mentor?.id === user.id;
  const other = isMentor ? booking.student : booking.mentor;
  const part = (style: Intl.DateTimeFormatOptions) => partText(booking.startsAt, language, zone, style);
  return (
    <Link className="entry" to={`/mentoring/bookings/${booking.id}`}>
      <span className="leaf" aria-hidden="true">
        <span>{part({ month: "short" })}</span>
        <strong>{part({ day: "numeric" })}</strong>
      </span>
      <span className="grow">
        <span className="strong line">{booking.topic.title}</span>
        <span className="soft small line">
          <span className="unseen">{part({ dateStyle: "full" })}, </span>
          {timeText(booking.startsAt, language, zone)} – {timeText(booking.endsAt, language, zone)} ·{" "}
          {other?.displayName ?? t("person.deleted")}
        </span>
      </span>
      {isMentor && <Badge>{t("booking.MENTOR")}</Badge>}
      {booking.status !== "UPCOMING" && <Badge tone={tone[booking.status]}>{t(`status.${booking.status}`)}</Badge>}
    </Link>
  );
}
