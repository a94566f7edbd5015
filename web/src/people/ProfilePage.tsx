import { useState } from "react";
import { useClient } from "urql";
import { isStaff, useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Link, navigate } from "../app/router";
import { Badge, Button, LinkButton, Menu } from "../components/buttons";
import { QueryView, useToast } from "../components/feedback";
import { Icon } from "../components/icons";
import { PaginatedList } from "../components/pagination";
import { RelativeTime, Username } from "../components/people";
import { Avatar } from "../components/images";
import { Name, UserText } from "../components/text";
import { StartConversationDocument } from "../conversations/generated/conversations";
import { useQuery, useMutation, mutate } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { UserPostsDocument } from "../posts/generated/posts";
import { PostCard } from "../posts/PostCard";
import { BlockUserDocument, ProfileDocument, UnblockUserDocument, type ProfileQuery } from "./generated/people";
import { ContactDetails, SocialLinks } from "./Contact";
import { usePresence } from "./presence";
import { ReportDialog } from "./ReportDialog";
import { MissingPerson } from "./MissingPerson";
import { StudySummary } from "./StudySummary";
import "./people.css";

type Profile = NonNullable<ProfileQuery["user"]>;

export function ProfilePage({ username }: { username: string }) {
  const query = useQuery(ProfileDocument, { username });
  return (
    <QueryView
      query={query}
      pick={(data) => data.user}
      missing={<MissingPerson />}
    >
      {(person) => <Profile person={person} />}
    </QueryView>
  );
}

function Profile({ person }: { person: Profile }) {
  const { t } = useI18n();
  const { viewer } = useSession();
  const isOnline = usePresence([person])(person);
  const isViewer = viewer?.user.id === person.id;
  const offers = person.appointments?.edges.map(({ node }) => node).filter(({ isActive }) => isActive) ?? [];
  return (
    <div className="stack wide">
      <section className="card profile">
        <Avatar person={person} size={104} isOnline={isOnline} />
        <div className="grow stack tight">
          <Heading title={person.displayName}>
            {isViewer ? (
              <LinkButton to="/settings" icon="edit">
                {t("profile.edit")}
              </LinkButton>
            ) : (
              <Actions person={person} />
            )}
          </Heading>
          <p className="soft">
            <Username of={person} />
            {person.presence && " · "}
            {person.presence && (isOnline ? t("person.online") : <LastSeen at={person.presence.lastSeenAt} />)}
          </p>
          {(person.fieldOfStudy || person.year) && (
            <p>
              <StudySummary person={{ fieldOfStudy: person.fieldOfStudy, year: person.year }} />
            </p>
          )}
          {person.skills.length > 0 && (
            <ul className="chips" aria-label={t("profile.skills")}>
              {person.skills.map((skill) => (
                <li key={skill}>
                  <Link className="chip" to={`/people?skills=${encodeURIComponent(skill)}`}>
                    <Name text={skill} />
                  </Link>
                </li>
              ))}
            </ul>
          )}
          {person.about && <UserText text={person.about} />}
          <SocialLinks links={person.socialLinks} />
          <ContactDetails contact={person.contact} />
        </div>
      </section>
      {offers.length > 0 && (
        <section className="stack">
          <div className="row apart">
            <h2>{t("profile.teaches")}</h2>
            {!viewer?.isGuest && (
              <LinkButton small icon="calendar" to={`/mentors/${encodeURIComponent(person.username)}`}>
                {t("offer.choose")}
              </LinkButton>
            )}
          </div>
          <ul className="card flush rows">
            {offers.map((offer) => (
              <li key={offer.id}>
                <Link className="entry" to={`/mentoring/offers/${offer.id}`}>
                  <Icon name="teach" />
                  <span className="grow strong" dir="auto">
                    {offer.topic.title}
                  </span>
                  <Badge>{t("offer.minutes", { count: offer.sessionMinutes })}</Badge>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {!person.isGuest && !viewer?.isGuest && (
        <section className="stack">
          <h2>{t("profile.posts")}</h2>
          <PaginatedList
            query={UserPostsDocument}
            variables={{ userId: person.id, first: 20 }}
            pick={(data) => data.user?.posts}
            empty={<p className="soft">{t("profile.noPosts")}</p>}
          >
            {(posts) => posts.map((post) => <PostCard key={post.id} post={post} />)}
          </PaginatedList>
        </section>
      )}
    </div>
  );
}

function LastSeen({ at }: { at: string | null }) {
  const { t } = useI18n();
  if (!at) return t("person.offline");
  return (
    <>
      {t("person.lastSeen")} <RelativeTime at={at} />
    </>
  );
}

function Actions({ person }: { person: Profile }) {
  const { t, explain } = useI18n();
  const client = useClient();
  const toast = useToast();
  const block = useMutation(BlockUserDocument);
  const unblock = useMutation(UnblockUserDocument);
  const { viewer } = useSession();
  const [isReporting, setReporting] = useState(false);
  const [isStarting, setStarting] = useState(false);

  const startConversation = async () => {
    setStarting(true);
    const { payload, problems } = await mutate(client, StartConversationDocument, { input: { userIds: [person.id] } });
    setStarting(false);
    if (payload?.conversation) navigate(`/messages/${payload.conversation.id}`);
    else if (problems[0]) toast(explain(problems[0]));
  };
  const toggleBlock = async () => {
    const change = person.viewerHasBlocked ? unblock : block;
    const payload = await change.run({ input: { userId: person.id } });
    toast(t(!payload ? "state.failed" : person.viewerHasBlocked ? "block.undone" : "block.done"));
  };
  return (
    <>
      {person.viewerCanMessage && (
        <Button kind="primary" icon="chat" isBusy={isStarting} onClick={() => void startConversation()}>
          {t("profile.message")}
        </Button>
      )}
      <Menu
        label={t("profile.actions")}
        items={[
          {
            label: t(person.viewerHasBlocked ? "block.undo" : "block.do"),
            icon: "lock",
            isDestructive: !person.viewerHasBlocked,
            onSelect: () => void toggleBlock(),
          },
          { label: t("action.report"), icon: "warning", onSelect: () => setReporting(true) },
          ...(isStaff(viewer)
            ? [
                {
                  label: t("member.open"),
                  icon: "shield" as const,
                  onSelect: () => navigate(`/moderation/members/${encodeURIComponent(person.username)}`),
                },
              ]
            : []),
        ]}
      />
      {isReporting && <ReportDialog id={person.id} onClose={() => setReporting(false)} />}
    </>
  );
}
