import { Heading } from "../app/Heading";
import { Comments } from "../comments/Comments";
import { QueryView } from "../components/feedback";
import { useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { PostPageDocument } from "./generated/posts";
import { hidePost } from "./hiddenPosts";
import { PostCard } from "./PostCard";

export function PostPage({ id }: { id: string }) {
  const t = useTranslate();
  const query = useQuery(PostPageDocument, { id });
  return (
    <QueryView query={query} pick={(data) => data.post}>
      {(post) => (
        <>
          <Heading title={t("post.title")} back={{ to: "/", name: t("nav.feed") }} />
          <PostCard post={post} />
          <Comments postId={id} onPostDeleted={() => hidePost(id)} />
        </>
      )}
    </QueryView>
  );
}
