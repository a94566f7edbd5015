import { useSession } from "../accounts/session";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { navigate, useSearchParam } from "../app/router";
import { LinkButton } from "../components/buttons";
import { Callout, EmptyState, QueryView } from "../components/feedback";
import { SegmentedControl } from "../components/forms";
import { PersonRow } from "../components/people";
import { ShareButton } from "../components/sharing";
import { Name, UserText } from "../components/text";
import { useQuery } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { MissingPerson } from "../people/MissingPerson";
import { MentorPageDocument, type MentorPageQuery } from "./generated/offers";
import { OfferSummary } from "./OfferSummary";
import { mentorPath, slotPath } from "./paths";
import { PublicPageSwitch } from "./PublicPageSwitch";
import { SlotPicker } from "./SlotPicker";
import { VisitorsPage } from "./VisitorsPage";
import "./mentoring.css";

type Mentor = NonNullable<MentorPageQuery["user"]>;

/** The page that a mentor shares: topics and free times, for members and, if the mentor has chosen so, for everyone. */
export function MentorPage({ username = "" }: { username?: string }) {
  const { viewer } = useSession();
  return viewer && !viewer.isGuest ? <MembersView username={username} /> : <VisitorsPage username={username} />;
}

function MembersView({ username }: { username: string }) {
  const query = useQuery(MentorPageDocument, { username });
  return (
    <QueryView
      query={query}
      pick={(data) => data.user}
      missing={<MissingPerson />}
    >
      {(mentor) => <Offers mentor={mentor} />}
    </QueryView>
  );
}

function Offers({ mentor }: { mentor: Mentor }) {
  const { t } = useI18n();
  const { viewer } = useSession();
  const [selectedId, setSelectedId] = useSearchParam("offer");
  const offers = mentor.appointments?.edges.map(({ node }) => node).filter(({ isActive }) => isActive) ?? [];
  const offer = offers.find(({ id }) => id === selectedId) ?? offers[0];
  const isOwn = viewer?.user.id === mentor.id;
  return (
    <div className="stack wide">
      <div>
        <Heading title={t("mentor.title", { name: mentor.displayName })}>
          <ShareButton path={mentorPath(mentor.username)} label={t("share.page")} />
        </Heading>
        <section className="card stack">
          <PersonRow person={mentor} about={mentor.fieldOfStudy && <Name text={mentor.fieldOfStudy} />} size={52} />
          {mentor.about && <UserText text={mentor.about} />}
        </section>
      </div>
      {isOwn && (
        <Callout icon="link">
          <p>{t("mentor.own")}</p>
          <PublicPageSwitch />
        </Callout>
      )}
      {!offer ? (
        <EmptyState icon="teach" title={t("mentor.none")}>
          <LinkButton to="/mentoring">{t("mentoring.topics")}</LinkButton>
        </EmptyState>
      ) : (
        <section className="card stack" aria-labelledby="choose">
          <h2 id="choose">{t("offer.choose")}</h2>
          {offers.length > 1 && (
            <SegmentedControl
              name="offer"
              label={t("mentoring.topics")}
              value={offer.id}
              options={offers.map(({ id, topic }) => [id, topic.title] as const)}
              onChange={setSelectedId}
            />
          )}
          <OfferSummary {...offer} title={offer.topic.title} text={offer.description} />
          <TimeZonePrompt />
          <SlotPicker
            key={offer.id}
            source={{ appointmentId: offer.id, includesFull: offer.viewerCanBook }}
            zone={offer.timeZone}
            horizonDays={offer.horizonDays}
            isPickable={offer.viewerCanBook}
            onPick={({ startsAt, seatsLeft }) => navigate(slotPath(offer.id, seatsLeft > 0 ? "at" : "wait", startsAt))}
          />
        </section>
      )}
    </div>
  );
}
