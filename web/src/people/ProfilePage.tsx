import { useState } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { Link, navigate } from "../app/router";
import { Badge, Button, LinkButton, Menu } from "../components/buttons";
import { Empty, Loaded, useToast } from "../components/feedback";
import { Icon } from "../components/icons";
import { Pages } from "../components/pages";
import { Ago } from "../components/people";
import { Avatar } from "../components/pictures";
import { StartConversationDocument } from "../conversations/generated/conversations";
import { useRead, useWrite, write } from "../graphql/hooks";
import { useSpeech } from "../i18n/language";
import { PostsOfDocument } from "../posts/generated/posts";
import { PostCard } from "../posts/PostCard";
import { BlockUserDocument, ProfileDocument, UnblockUserDocument, type ProfileQuery } from "./generated/people";
import { Contact, SocialLinks } from "./Contact";
import { usePresence } from "./presence";
import { ReportDialog } from "./ReportDialog";
import "./people.css";

type Profile = NonNullable<ProfileQuery["user"]>;

export function ProfilePage({ username }: { username: string }) {
  const { t } = useSpeech();
  const reading = useRead(ProfileDocument, { username });
  return (
    <Loaded
      reading={reading}
      pick={(data) => data.user}
      missing={
        <>
          <Heading title={t("profile.missing")} isHidden />
          <Empty icon="people" title={t("profile.missing")}>
            <p>{t("profile.missingText")}</p>
          </Empty>
        </>
      }
    >
      {(person) => <Profile person={person} />}
    </Loaded>
  );
}

function Profile({ person }: { person: Profile }) {
  const { t } = useSpeech();
  const { self } = useSession();
  const isOnline = usePresence([person])(person);
  const isSelf = self?.user.id === person.id;
  const offers = person.appointments?.edges.map(({ node }) => node).filter(({ isActive }) => isActive) ?? [];
  return (
    <div className="stack wide">
      <section className="card profile">
        <Avatar person={person} size={104} isOnline={isOnline} />
        <div className="grow stack tight">
          <Heading title={person.displayName}>
            {isSelf ? (
              <LinkButton to="/settings" icon="edit">
                {t("profile.edit")}
              </LinkButton>
            ) : (
              <Actions person={person} />
            )}
          </Heading>
          <p className="soft">
            @{person.username}
            {person.presence && " · "}
            {person.presence && (isOnline ? t("person.online") : <LastSeen at={person.presence.lastSeenAt} />)}
          </p>
          {(person.fieldOfStudy || person.year) && (
            <p>
              {[person.fieldOfStudy, person.year && t("profile.inYear", { year: String(person.year) })]
                .filter(Boolean)
                .join(" · ")}
            </p>
          )}
          {person.skills.length > 0 && (
            <ul className="chips" aria-label={t("profile.skills")}>
              {person.skills.map((skill) => (
                <li key={skill}>
                  <Link className="chip" to={`/people?skills=${encodeURIComponent(skill)}`}>
                    {skill}
                  </Link>
                </li>
              ))}
            </ul>
          )}
          {person.about && <p className="long">{person.about}</p>}
          <SocialLinks links={person.socialLinks} />
          <Contact contact={person.contact} />
        </div>
      </section>
      {offers.length > 0 && (
        <section className="stack">
          <h2>{t("profile.teaches")}</h2>
          <ul className="card flush rows">
            {offers.map((offer) => (
              <li key={offer.id}>
                <Link className="entry" to={`/mentoring/offers/${offer.id}`}>
                  <Icon name="teach" />
                  <span className="grow strong">{offer.topic.title}</span>
                  <Badge>{t("offer.minutes", { count: offer.sessionMinutes })}</Badge>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {!person.isGuest && !self?.isGuest && (
        <section className="stack">
          <h2>{t("profile.posts")}</h2>
          <Pages
            query={PostsOfDocument}
            variables={{ userId: person.id, first: 20 }}
            pick={(data) => data.user?.posts}
            empty={<p className="soft">{t("profile.noPosts")}</p>}
          >
            {(posts) => posts.map((post) => <PostCard key={post.id} post={post} />)}
          </Pages>
        </section>
      )}
    </div>
  );
}

function LastSeen({ at }: { at: string | null }) {
  const { t } = useSpeech();
  if (!at) return t("person.offline");
  return (
    <>
      {t("person.lastSeen")} <Ago at={at} />
    </>
  );
}

function Actions({ person }: { person: Profile }) {
  const { t, explain } = useSpeech();
  const client = useClient();
  const toast = useToast();
  const block = useWrite(BlockUserDocument);
  const unblock = useWrite(UnblockUserDocument);
  const [isReporting, setReporting] = useState(false);
  const [isStarting, setStarting] = useState(false);

  const talk = async () => {
    setStarting(true);
    const { payload, problems } = await write(client, StartConversationDocument, { input: { userIds: [person.id] } });
    setStarting(false);
    if (payload?.conversation) navigate(`/messages/${payload.conversation.id}`);
    else if (problems[0]) toast(explain(problems[0]));
  };
  const toggle = async () => {
    const change = person.viewerHasBlocked ? unblock : block;
    const payload = await change.run({ input: { userId: person.id } });
    toast(t(!payload ? "state.failed" : person.viewerHasBlocked ? "block.undone" : "block.done"));
  };
  return (
    <>
      {person.viewerCanMessage && (
        <Button kind="primary" icon="chat" isBusy={isStarting} onClick={() => void talk()}>
          {t("profile.message")}
        </Button>
      )}
      <Menu
        label={t("profile.actions")}
        choices={[
          {
            label: t(person.viewerHasBlocked ? "block.undo" : "block.do"),
            icon: "lock",
            isGrave: !person.viewerHasBlocked,
            act: () => void toggle(),
          },
          { label: t("action.report"), icon: "warning", act: () => setReporting(true) },
        ]}
      />
      {isReporting && <ReportDialog id={person.id} onClose={() => setReporting(false)} />}
    </>
  );
}
