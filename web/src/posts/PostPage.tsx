import { Heading } from "../app/Heading";
import { Loaded } from "../components/feedback";
import { useRead } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { OnePostDocument } from "./generated/posts";
import { PostCard } from "./PostCard";

export function PostPage({ id }: { id: string }) {
  const t = useText();
  const reading = useRead(OnePostDocument, { id });
  return (
    <>
      <Heading title={t("post.title")} back={{ to: "/", name: t("nav.feed") }} />
      <Loaded reading={reading} pick={(data) => data.post}>
        {(post) => <PostCard post={post} />}
      </Loaded>
    </>
  );
}
