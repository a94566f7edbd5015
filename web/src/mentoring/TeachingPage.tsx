import { useViewer } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Link } from "../app/router";
import { Badge, LinkButton } from "../components/buttons";
import { EmptyState, QueryView } from "../components/feedback";
import { Icon } from "../components/icons";
import { ShareButton } from "../components/sharing";
import { useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { MyOffersDocument } from "./generated/offers";
import { MentoringTabs } from "./MentoringTabs";
import { mentorPath } from "./paths";
import { MentorSummary } from "./MentorSummary";
import "./mentoring.css";

export function TeachingPage() {
  const t = useTranslate();
  const { user } = useViewer();
  const query = useQuery(MyOffersDocument, { userId: user.id });
  return (
    <>
      <Heading title={t("mentoring.teaching")} />
      <MentoringTabs />
      <div className="stack wide">
        <MentorSummary />
        <QueryView query={query} pick={(data) => data.user?.appointments}>
          {({ edges }) =>
            edges.length === 0 ? (
              <EmptyState icon="teach" title={t("offer.none")}>
                <p>{t("offer.noneText")}</p>
                <LinkButton to="/mentoring" kind="primary">
                  {t("offer.findTopic")}
                </LinkButton>
              </EmptyState>
            ) : (
              <div className="stack">
                <div className="row">
                  <LinkButton to={mentorPath(user.username)} icon="person">
                    {t("mentor.open")}
                  </LinkButton>
                  <ShareButton path={mentorPath(user.username)} label={t("mentor.share")} />
                </div>
                <ul className="card flush rows">
                  {edges.map(({ node: offer }) => (
                    <li key={offer.id} className="row apart">
                      <Link className="entry grow" to={`/mentoring/offers/${offer.id}`}>
                        <Icon name="teach" />
                        <span className="grow">
                          <span className="strong" dir="auto">
                            {offer.topic.title}
                          </span>
                          <span className="row">
                            <Badge>{t("offer.minutes", { count: offer.sessionMinutes })}</Badge>
                            {offer.seats > 1 && <Badge>{t("offer.seats", { count: offer.seats })}</Badge>}
                            {!offer.isActive && <Badge tone="warn">{t("offer.inactive")}</Badge>}
                          </span>
                        </span>
                      </Link>
                      <LinkButton
                        kind="quiet"
                        icon="edit"
                        to={`/mentoring/offers/${offer.id}/edit`}
                        aria-label={t("offer.editOne", { topic: offer.topic.title })}
                      >
                        {t("action.edit")}
                      </LinkButton>
                    </li>
                  ))}
                </ul>
              </div>
            )
          }
        </QueryView>
      </div>
    </>
  );
}
