// The page that a mentor shares, without a session: topics and free times, and the way to book a chosen time.
import { Heading } from "../app/Heading";
import { usePath, useSearchParam } from "../app/router";
import { LinkButton } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Callout, QueryView } from "../components/feedback";
import { SegmentedControl } from "../components/forms";
import { Avatar } from "../components/images";
import { ShareButton } from "../components/sharing";
import { Name, UserText } from "../components/text";
import { useQuery } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { deviceTimeZone, formatDateTime, zoneLabel } from "../i18n/time";
import { PublicMentorDocument, type PublicMentorQuery } from "./generated/offers";
import { OfferSummary } from "./OfferSummary";
import { slotPath } from "./paths";
import { SlotPicker } from "./SlotPicker";
import "./mentoring.css";

type Mentor = NonNullable<PublicMentorQuery["publicMentor"]>;
type Offer = Mentor["offers"][number];

/** Mentors who do not show their page to everyone look like names that do not exist: both are an invitation. */
export function VisitorsPage({ username }: { username: string }) {
  const query = useQuery(PublicMentorDocument, { username });
  return (
    <QueryView query={query} pick={(data) => data.publicMentor} missing={<Invitation username={username} />}>
      {(mentor) => <Offers mentor={mentor} />}
    </QueryView>
  );
}

function Offers({ mentor }: { mentor: Mentor }) {
  const { t } = useI18n();
  const [selectedId, setSelectedId] = useSearchParam("offer");
  const [at, setAt] = useSearchParam("at");
  const { username, displayName, avatar, offers } = mentor;
  const offer = offers.find(({ appointmentId }) => appointmentId === selectedId) ?? offers[0];
  if (!offer) return <Invitation username={username} />;
  return (
    <div className="stack wide">
      <div>
        <Heading title={t("mentor.title", { name: displayName })}>
          <ShareButton path={`/mentors/${encodeURIComponent(username)}`} label={t("share.page")} />
        </Heading>
        <section className="card stack">
          <div className="entry person">
            <Avatar person={{ id: username, displayName, avatar }} size={52} />
            <div className="grow">
              <span className="name">
                <Name text={displayName} fallback={`@${username}`} />
              </span>
              <div className="soft small">
                <bdi dir="ltr">@{username}</bdi>
              </div>
            </div>
          </div>
          {mentor.about && <UserText text={mentor.about} />}
        </section>
      </div>
      <section className="card stack" aria-labelledby="choose">
        <h2 id="choose">{t("offer.choose")}</h2>
        {offers.length > 1 && (
          <SegmentedControl
            name="offer"
            label={t("mentoring.topics")}
            value={offer.appointmentId}
            options={offers.map(({ appointmentId, topicTitle }) => [appointmentId, topicTitle] as const)}
            onChange={setSelectedId}
          />
        )}
        <OfferSummary {...offer} title={offer.topicTitle} text={offer.description ?? offer.topicDescription} />
        <SlotPicker
          key={offer.appointmentId}
          source={{ username, offerId: offer.appointmentId }}
          zone={offer.timeZone}
          horizonDays={offer.horizonDays}
          isPickable
          onPick={({ startsAt }) => setAt(startsAt)}
        />
      </section>
      {!Number.isNaN(Date.parse(at)) && <Chosen offer={offer} at={at} onClose={() => setAt("")} />}
    </div>
  );
}

/** The chosen time. Signing up and logging in lead to the page on which it is booked. */
function Chosen({ offer, at, onClose }: { offer: Offer; at: string; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog title={t("mentor.chosen", { topic: offer.topicTitle })} onClose={onClose}>
      <ChosenTime at={at} />
      <p>{t("mentor.chosenText")}</p>
      <EntryButtons path={slotPath(offer.appointmentId, "at", at)} />
    </Dialog>
  );
}

/** For names without a public page: what members can do here, and the way back to this page. */
function Invitation({ username }: { username: string }) {
  const { t } = useI18n();
  const path = usePath();
  const [at] = useSearchParam("at");
  return (
    <div className="auth-page">
      <Heading title={t("mentor.invitation", { name: `@${username}` })} />
      <section className="card stack">
        <p>{t("mentor.invitationText")}</p>
        {!Number.isNaN(Date.parse(at)) && (
          <Callout icon="clock">
            <ChosenTime at={at} />
          </Callout>
        )}
        <EntryButtons path={path + location.search} />
      </section>
    </div>
  );
}

function ChosenTime({ at }: { at: string }) {
  const { t, language } = useI18n();
  return (
    <div>
      <p className="strong">{formatDateTime(at, language, deviceTimeZone)}</p>
      <p className="soft small">{t("offer.zone", { zone: zoneLabel(deviceTimeZone) })}</p>
    </div>
  );
}

/** Both lead to the path afterwards. */
function EntryButtons({ path }: { path: string }) {
  const { t } = useI18n();
  const next = `?next=${encodeURIComponent(path)}`;
  return (
    <div className="row">
      <LinkButton kind="primary" to={`/signup${next}`}>
        {t("mentor.signUp")}
      </LinkButton>
      <LinkButton to={`/login${next}`}>{t("action.logIn")}</LinkButton>
    </div>
  );
}
