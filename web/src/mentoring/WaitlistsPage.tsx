import { useSession } from "../accounts/session";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { Link } from "../app/router";
import { Button, LinkButton } from "../components/buttons";
import { Callout, EmptyState, QueryView, useToast } from "../components/feedback";
import { Icon } from "../components/icons";
import { Name } from "../components/text";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import { LeaveWaitlistDocument, type WaitlistPlaceFragment } from "./generated/waitlists";
import { MentoringTabs } from "./MentoringTabs";
import { slotPath } from "./paths";
import { useWaitlists } from "./useWaitlists";
import "./mentoring.css";

/** The full slots for which the viewer waits, and the seats that are held for them. */
export function WaitlistsPage() {
  const { t } = useI18n();
  const query = useWaitlists();
  return (
    <>
      <Heading title={t("mentoring.waitlists")} />
      <MentoringTabs />
      <div className="stack wide">
        <TimeZonePrompt />
        <QueryView query={query} pick={(data) => data.viewer?.waitlistEntries}>
          {(places) =>
            places.length === 0 ? (
              <EmptyState icon="clock" title={t("waitlist.none")}>
                <p>{t("waitlist.noneText")}</p>
                <LinkButton to="/mentoring">{t("mentoring.topics")}</LinkButton>
              </EmptyState>
            ) : (
              <ul className="card flush rows" aria-label={t("mentoring.waitlists")}>
                {places.map((place) => (
                  <li key={place.id}>
                    <PlaceRow place={place} />
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </div>
    </>
  );
}

function PlaceRow({ place }: { place: WaitlistPlaceFragment }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const toast = useToast();
  const { run, isBusy } = useMutation(LeaveWaitlistDocument);
  const { appointment, position, offerExpiresAt } = place;
  const topic = appointment?.topic.title ?? t("offer.closed");
  const time = formatDateTime(place.startsAt, language, zone);
  const leave = async () => {
    toast(t((await run({ input: { waitlistEntryId: place.id } })) ? "waitlist.left" : "state.failed"));
  };
  return (
    <>
      <div className="entry">
        <Icon name="clock" />
        <span className="grow">
          <span className="strong line" dir="auto">
            {appointment ? <Link to={`/mentoring/offers/${appointment.id}`}>{topic}</Link> : topic}
          </span>
          <span className="soft small line">
            <time dateTime={place.startsAt}>{time}</time> ·{" "}
            <Name text={appointment?.mentor?.displayName ?? t("person.deleted")} />
          </span>
          {position !== null && <span className="small line">{t("waitlist.position", { position })}</span>}
        </span>
      </div>
      <div className="row-actions stack tight">
        {offerExpiresAt && (
          <Callout icon="check" tone="good">
            {t("waitlist.heldUntil", { time: formatDateTime(offerExpiresAt, language, zone) })}
          </Callout>
        )}
        <div className="row">
          {offerExpiresAt && appointment && (
            <LinkButton
              kind="primary"
              to={slotPath(appointment.id, "at", place.startsAt)}
              aria-label={t("waitlist.bookOne", { topic, time })}
            >
              {t("waitlist.book")}
            </LinkButton>
          )}
          <Button isBusy={isBusy} aria-label={t("waitlist.leaveOne", { topic, time })} onClick={() => void leave()}>
            {t("waitlist.leave")}
          </Button>
        </div>
      </div>
    </>
  );
}
