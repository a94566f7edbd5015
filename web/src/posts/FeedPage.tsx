import { useEffect, useState } from "react";
import { Heading } from "../app/Heading";
import { useSelf } from "../accounts/session";
import { ResendConfirmation } from "../accounts/ResendConfirmation";
import { ZoneOffer } from "../accounts/ZoneOffer";
import { LinkButton } from "../components/buttons";
import { Empty } from "../components/feedback";
import { Pages } from "../components/pages";
import { useEvents, useRead } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { Composer } from "./Composer";
import { FeedDocument, PostPublishedDocument, type PostCardFragment } from "./generated/posts";
import { hidePost } from "./gone";
import { PostCard } from "./PostCard";

const firstPage = { first: 20, after: null };

/** Everybody's posts, newest first; what is published meanwhile appears above. */
export function FeedPage() {
  const t = useText();
  const { isEmailConfirmed } = useSelf();
  const [fresh, setFresh] = useState<readonly PostCardFragment[]>([]);
  const [count, setCount] = useState(0);
  const add = (post: PostCardFragment) =>
    setFresh((all) => (all.some(({ id }) => id === post.id) ? all : [post, ...all]));

  // The stream begins after the newest post of the first page that was read, whenever that was: nothing is lost between.
  const { data } = useRead(FeedDocument, firstPage);
  const [from, setFrom] = useState<string>();
  useEffect(() => {
    const cursor = data?.posts?.edges[0]?.cursor ?? data?.postsCursor;
    if (cursor) setFrom((before) => before ?? cursor);
  }, [data]);
  useEvents(PostPublishedDocument, from ? { after: from } : undefined, ({ postPublished: event }) => {
    if (event.__typename === "PostAdded" && event.postEdge) add(event.postEdge.node);
    else if (event.__typename === "PostChanged") {
      const { postId, post } = event;
      if (post) setFresh((all) => all.map((one) => (one.id === postId ? post : one)));
      else hidePost(postId);
    } else if (event.__typename === "FeedReset") {
      setFresh([]);
      setCount((before) => before + 1);
    }
  });
  const isFresh = (post: PostCardFragment) => fresh.some(({ id }) => id === post.id);
  return (
    <>
      <Heading title={t("nav.feed")} />
      <div className="feed">
        {!isEmailConfirmed && <ResendConfirmation />}
        <ZoneOffer />
        <Composer onPublished={add} />
        {fresh.map((post) => (
          <PostCard key={post.id} post={post} />
        ))}
        <Pages
          key={count}
          query={FeedDocument}
          variables={{ first: firstPage.first }}
          pick={(data) => data.posts}
          empty={
            fresh.length === 0 && (
              <Empty icon="home" title={t("feed.empty")}>
                <p>{t("feed.emptyText")}</p>
                <LinkButton to="/people">{t("feed.people")}</LinkButton>
              </Empty>
            )
          }
        >
          {(posts) => posts.filter((post) => !isFresh(post)).map((post) => <PostCard key={post.id} post={post} />)}
        </Pages>
      </div>
    </>
  );
}
