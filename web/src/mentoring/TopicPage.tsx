import { useState } from "react";
import { useViewer } from "../accounts/session";
import { Heading } from "../app/Heading";
import { lazyDialog } from "../app/lazyDialog";
import { Link, navigate } from "../app/router";
import { Badge, LinkButton, Menu } from "../components/buttons";
import { ConfirmDialog } from "../components/dialog";
import { EmptyState, QueryView, useToast } from "../components/feedback";
import { PersonAvatar, PersonName } from "../components/people";
import { ServerImage } from "../components/images";
import { Name, UserText } from "../components/text";
import { useQuery, useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { zoneLabel } from "../i18n/time";
import { DeleteTopicDocument, TopicPageDocument, UpdateTopicDocument, type TopicPageQuery } from "./generated/topics";
import type { OfferFragment } from "./generated/offers";
import "./mentoring.css";

const TopicDialog = lazyDialog(() => import("./TopicDialog"), "TopicDialog");

type Topic = NonNullable<TopicPageQuery["topic"]>;

export function TopicPage({ id }: { id: string }) {
  const query = useQuery(TopicPageDocument, { id });
  return (
    <QueryView query={query} pick={(data) => data.topic}>
      {(topic) => <TopicDetails topic={topic} />}
    </QueryView>
  );
}

function TopicDetails({ topic }: { topic: Topic }) {
  const { t } = useI18n();
  const viewer = useViewer();
  const offers = topic.appointments?.edges.map(({ node }) => node) ?? [];
  const own = offers.find(({ mentor }) => mentor?.id === viewer.user.id);
  return (
    <div className="stack wide">
      <div>
        <Heading title={topic.title} back={{ to: "/mentoring", name: t("mentoring.topics") }}>
          {own ? (
            <LinkButton to={`/mentoring/offers/${own.id}/edit`} icon="edit">
              {t("offer.edit")}
            </LinkButton>
          ) : (
            !topic.isArchived && (
              <LinkButton to={`/mentoring/topics/${topic.id}/teach`} icon="teach">
                {t("topic.teach")}
              </LinkButton>
            )
          )}
          <TopicActions topic={topic} />
        </Heading>
        <div className="stack">
          {topic.image && (
            <div className="banner">
              <ServerImage image={topic.image} size="MEDIUM" alt="" />
            </div>
          )}
          <div className="row">
            {topic.isArchived && <Badge tone="warn">{t("topic.archived")}</Badge>}
            <Badge>{t("topic.mentors", { count: topic.mentorCount })}</Badge>
            <Badge>{t("topic.bookings", { count: topic.bookingCount })}</Badge>
          </div>
          {topic.description && <UserText text={topic.description} />}
          {topic.creator && <p className="soft small">{t("topic.by", { name: topic.creator.displayName })}</p>}
        </div>
      </div>
      <section className="stack">
        <div className="row apart">
          <h2>{t("topic.offers")}</h2>
          {offers.some(({ isActive, viewerCanBook }) => isActive && viewerCanBook) && (
            <LinkButton kind="primary" to={`/mentoring/topics/${topic.id}/book`} icon="calendar">
              {t("anyMentor.open")}
            </LinkButton>
          )}
        </div>
        {offers.length === 0 ? (
          <EmptyState icon="teach" title={t("topic.noOffers")}>
            <p>{t("topic.noOffersText")}</p>
          </EmptyState>
        ) : (
          <ul className="stack">
            {offers.map((offer) => (
              <li key={offer.id}>
                <OfferCard offer={offer} />
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

function OfferCard({ offer }: { offer: OfferFragment }) {
  const { t } = useI18n();
  return (
    <article className="card offer">
      <PersonAvatar person={offer.mentor} size={52} />
      <div className="grow stack tight">
        <div>
          <PersonName person={offer.mentor} />
          {offer.mentor?.fieldOfStudy && (
            <p className="soft small" dir="auto">
              {offer.mentor.fieldOfStudy}
            </p>
          )}
        </div>
        {offer.description && (
          <p className="clamp" dir="auto">
            {offer.description}
          </p>
        )}
        <div className="row">
          <Badge>{t("offer.minutes", { count: offer.sessionMinutes })}</Badge>
          {offer.seats > 1 && <Badge>{t("offer.seats", { count: offer.seats })}</Badge>}
          {offer.location && (
            <Badge>
              <Name text={offer.location} />
            </Badge>
          )}
          <Badge>{zoneLabel(offer.timeZone)}</Badge>
          {offer.isApprovalRequired && <Badge>{t("offer.approval")}</Badge>}
          {!offer.isActive && <Badge tone="warn">{t("offer.inactive")}</Badge>}
        </div>
      </div>
      <Link className="button primary" to={`/mentoring/offers/${offer.id}`}>
        {t("offer.choose")}
      </Link>
    </article>
  );
}

function TopicActions({ topic }: { topic: Topic }) {
  const { t } = useI18n();
  const toast = useToast();
  const remove = useMutation(DeleteTopicDocument);
  const update = useMutation(UpdateTopicDocument);
  const [open, setOpen] = useState<"edit" | "delete">();
  const close = () => setOpen(undefined);
  if (!topic.viewerCanEdit) return null;

  const deleteTopic = async () => {
    const payload = await remove.run({ input: { topicId: topic.id } });
    if (!payload) return;
    close();
    toast(t(payload.deletedTopicId ? "topic.deleted" : "topic.archivedInstead"));
    if (payload.deletedTopicId) navigate("/mentoring", { replace: true });
  };
  const archive = async () => {
    const payload = await update.run({ input: { topicId: topic.id, isArchived: !topic.isArchived } });
    toast(t(payload ? "state.saved" : "state.failed"));
  };
  return (
    <>
      <Menu
        label={t("topic.actions")}
        items={[
          { label: t("action.edit"), icon: "edit", onSelect: () => setOpen("edit") },
          {
            label: t(topic.isArchived ? "topic.unarchive" : "topic.archive"),
            icon: "lock",
            onSelect: () => void archive(),
          },
          { label: t("action.delete"), icon: "trash", isDestructive: true, onSelect: () => setOpen("delete") },
        ]}
      />
      {open === "edit" && <TopicDialog topic={topic} onClose={close} />}
      {open === "delete" && (
        <ConfirmDialog
          title={t("topic.deleteTitle")}
          action={t("action.delete")}
          isBusy={remove.isBusy}
          problems={remove.problems}
          onConfirm={() => void deleteTopic()}
          onClose={close}
        >
          <p>{t("topic.deleteText")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
