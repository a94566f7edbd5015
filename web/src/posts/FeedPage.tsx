import { useEffect, useState } from "react";
import { Heading } from "../app/Heading";
import { useViewer } from "../accounts/session";
import { ResendConfirmation } from "../accounts/ResendConfirmation";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { LinkButton } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { PaginatedList } from "../components/pagination";
import { InviteButton } from "../components/sharing";
import { useSubscription, useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { feedRecipient } from "../outbox/delivery";
import { useOutbox } from "../outbox/outbox";
import { PostComposer } from "./PostComposer";
import { FeedDocument, PostsChangedDocument, type PostCardFragment } from "./generated/posts";
import { hidePost } from "./hiddenPosts";
import { PendingPost } from "./PendingPost";
import { PostCard } from "./PostCard";

const firstPage = { first: 20, after: null };

/** All posts, newest first. New posts appear above the loaded pages. */
export function FeedPage() {
  const t = useTranslate();
  const { isEmailConfirmed } = useViewer();
  const [newPosts, setNewPosts] = useState<readonly PostCardFragment[]>([]);
  const [generation, setGeneration] = useState(0);
  const add = (post: PostCardFragment) =>
    setNewPosts((all) => (all.some(({ id }) => id === post.id) ? all : [post, ...all]));

  const { pendingEntries, onDelivered } = useOutbox();
  const pending = pendingEntries.filter(({ to }) => to === feedRecipient);
  useEffect(() => onDelivered((delivered) => "post" in delivered && add(delivered.post)), [onDelivered]);

  // Subscribes after the newest post of the first page, so that no post between query and subscription is missed.
  const { data } = useQuery(FeedDocument, firstPage);
  const [subscribeAfter, setSubscribeAfter] = useState<string>();
  useEffect(() => {
    const cursor = data?.posts?.edges[0]?.cursor ?? data?.postsCursor;
    if (cursor) setSubscribeAfter((before) => before ?? cursor);
  }, [data]);
  useSubscription(
    PostsChangedDocument,
    subscribeAfter ? { after: subscribeAfter } : undefined,
    ({ postsChanged: event }) => {
      if (event.__typename === "PostAdded" && event.postEdge) add(event.postEdge.node);
      else if (event.__typename === "PostChanged") {
        const { postId, post } = event;
        if (post) setNewPosts((all) => all.map((one) => (one.id === postId ? post : one)));
        else hidePost(postId);
      } else if (event.__typename === "FeedReset") {
        setNewPosts([]);
        setGeneration((before) => before + 1);
      }
    },
  );
  const isNew = (post: PostCardFragment) => newPosts.some(({ id }) => id === post.id);
  return (
    <>
      <Heading title={t("nav.feed")} />
      <div className="feed">
        {!isEmailConfirmed && <ResendConfirmation />}
        <TimeZonePrompt />
        <PostComposer />
        {pending.toReversed().map((entry) => (
          <PendingPost key={entry.key} entry={entry} />
        ))}
        {newPosts.map((post) => (
          <PostCard key={post.id} post={post} />
        ))}
        <PaginatedList
          key={generation}
          query={FeedDocument}
          variables={{ first: firstPage.first }}
          pick={(data) => data.posts}
          empty={
            newPosts.length === 0 &&
            pending.length === 0 && (
              <EmptyState icon="home" title={t("feed.empty")}>
                <p>{t("feed.emptyText")}</p>
                <div className="row">
                  <LinkButton to="/people">{t("feed.people")}</LinkButton>
                  <InviteButton />
                </div>
              </EmptyState>
            )
          }
        >
          {(posts) => posts.filter((post) => !isNew(post)).map((post) => <PostCard key={post.id} post={post} />)}
        </PaginatedList>
      </div>
    </>
  );
}
