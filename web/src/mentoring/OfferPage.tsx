import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { lazyDialog } from "../app/lazyDialog";
import { navigate, useSearchParam } from "../app/router";
import { LinkButton } from "../components/buttons";
import { Callout, QueryView } from "../components/feedback";
import { Icon } from "../components/icons";
import { PersonRow } from "../components/people";
import { ShareButton } from "../components/sharing";
import { Name, UserText } from "../components/text";
import { useQuery } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDuration } from "../i18n/time";
import { OfferPageDocument, type OfferDetailsFragment } from "./generated/offers";
import { SlotPicker } from "./SlotPicker";
import { slotPath } from "./paths";
import "./mentoring.css";

const BookDialog = lazyDialog(() => import("./BookDialog"), "BookDialog");
const WaitlistDialog = lazyDialog(() => import("./WaitlistDialog"), "WaitlistDialog");

export function OfferPage({ id }: { id: string }) {
  const query = useQuery(OfferPageDocument, { id });
  return (
    <QueryView query={query} pick={(data) => data.appointment}>
      {(offer) => <OfferDetails offer={offer} onOutdated={query.refetch} />}
    </QueryView>
  );
}

function OfferDetails({ offer, onOutdated }: { offer: OfferDetailsFragment; onOutdated: () => void }) {
  const { t, language } = useI18n();
  // In the address, so that a link to a slot opens it, also after signing up.
  const [at, setAt] = useSearchParam("at");
  const [wait, setWait] = useSearchParam("wait");
  const isOpen = offer.viewerCanBook && !Number.isNaN(Date.parse(at));
  const name = offer.mentor?.displayName ?? t("person.deleted");
  return (
    <div className="stack wide">
      <div>
        <Heading
          title={t("offer.title", { topic: offer.topic.title, name })}
          back={{ to: `/mentoring/topics/${offer.topic.id}`, name: offer.topic.title }}
        >
          <ShareButton path={`/mentoring/offers/${offer.id}`} label={t("share.page")} />
          {offer.viewerCanEdit && (
            <LinkButton to={`/mentoring/offers/${offer.id}/edit`} icon="edit">
              {t("offer.edit")}
            </LinkButton>
          )}
        </Heading>
        <section className="card stack">
          <PersonRow person={offer.mentor} about={offer.mentor?.fieldOfStudy && <Name text={offer.mentor.fieldOfStudy} />} size={52} />
          {offer.description && <UserText text={offer.description} />}
          <ul className="row details">
            <li>
              <Icon name="clock" size={18} /> {t("offer.minutes", { count: offer.sessionMinutes })}
            </li>
            {offer.seats > 1 && (
              <li>
                <Icon name="people" size={18} /> {t("offer.seats", { count: offer.seats })}
              </li>
            )}
            {offer.location && (
              <li>
                <Icon name="pin" size={18} /> <UserText text={offer.location} />
              </li>
            )}
            {offer.isApprovalRequired && (
              <li>
                <Icon name="check" size={18} /> {t("offer.approval")}
              </li>
            )}
          </ul>
          <p className="soft small">
            {t("offer.notice", { time: formatDuration(offer.cancellationNoticeMinutes, language) })}
          </p>
        </section>
      </div>
      <section className="card stack" aria-labelledby="choose">
        <h2 id="choose">{t("offer.choose")}</h2>
        {offer.viewerCanEdit && <Callout icon="person">{t("offer.own")}</Callout>}
        {!offer.isActive && (
          <Callout icon="warning" tone="warn">
            {t("offer.closed")}
          </Callout>
        )}
        <TimeZonePrompt />
        <SlotPicker
          source={{ appointmentId: offer.id, includesFull: offer.viewerCanBook }}
          zone={offer.timeZone}
          horizonDays={offer.horizonDays}
          isPickable={offer.viewerCanBook}
          onPick={({ startsAt, seatsLeft }) => (seatsLeft > 0 ? setAt : setWait)(startsAt)}
        />
      </section>
      {isOpen && (
        <BookDialog offer={offer} startsAt={at} onPick={setAt} onOutdated={onOutdated} onClose={() => setAt("")} />
      )}
      {!isOpen && offer.viewerCanBook && !Number.isNaN(Date.parse(wait)) && (
        <WaitlistDialog
          appointmentId={offer.id}
          startsAt={wait}
          onBook={() => navigate(slotPath(offer.id, "at", wait), { replace: true })}
          onClose={() => setWait("")}
        />
      )}
    </div>
  );
}
