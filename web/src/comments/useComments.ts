// The comments of one post: the newest page, earlier ones on request, and what the stream of the post changes.
import { useCallback, useEffect, useReducer, useState } from "react";
import { useClient } from "urql";
import { useSubscription } from "../graphql/hooks";
import { toProblem, type Problem } from "../graphql/problems";
import type { ReactionsFragment } from "../reactions/generated/reactions";
import { CommentCountDocument, PostChangedDocument, PostCommentsDocument, type CommentFieldsFragment } from "./generated/comments";

const pageSize = 50;

type Change =
  | { kind: "reset" }
  | { kind: "earlier"; comments: readonly CommentFieldsFragment[] }
  | { kind: "added"; comment: CommentFieldsFragment }
  | { kind: "changed"; comment: CommentFieldsFragment }
  | { kind: "deleted"; id: string }
  | { kind: "reactions"; subject: ReactionsFragment };

function reduce(comments: readonly CommentFieldsFragment[], change: Change): readonly CommentFieldsFragment[] {
  const replaced = (id: string, next: (old: CommentFieldsFragment) => CommentFieldsFragment) =>
    comments.map((one) => (one.id === id ? next(one) : one));
  switch (change.kind) {
    case "reset":
      return [];
    case "earlier": {
      const known = new Set(comments.map(({ id }) => id));
      return [...change.comments.filter(({ id }) => !known.has(id)), ...comments];
    }
    case "added":
      return comments.some(({ id }) => id === change.comment.id) ? comments : [...comments, change.comment];
    case "changed":
      return replaced(change.comment.id, () => change.comment);
    case "deleted":
      return comments
        .filter(({ id }) => id !== change.id)
        .map((one) => (one.replyTo?.id === change.id ? { ...one, replyTo: null } : one));
    case "reactions":
      return replaced(change.subject.id, (old) => ({ ...old, reactionGroups: change.subject.reactionGroups }));
  }
}

export function useComments(postId: string, onPostDeleted: () => void) {
  const client = useClient();
  const [comments, change] = useReducer(reduce, []);
  const [page, setPage] = useState<{ before: string | null; hasEarlier: boolean; after: string }>();
  const [problem, setProblem] = useState<Problem>();
  const [generation, setGeneration] = useState(0);

  const load = useCallback(
    async (before: string | null) => {
      const variables = { id: postId, last: pageSize, before };
      const result = await client.query(PostCommentsDocument, variables, { requestPolicy: "network-only" }).toPromise();
      setProblem(result.error && toProblem(result.error));
      const post = result.data?.post;
      if (!post?.comments) return;
      const { nodes, pageInfo } = post.comments;
      change({ kind: "earlier", comments: nodes });
      setPage((old) => ({
        before: pageInfo.startCursor,
        hasEarlier: pageInfo.hasPreviousPage,
        after: old?.after ?? post.eventsCursor,
      }));
    },
    [client, postId],
  );
  useEffect(() => {
    change({ kind: "reset" });
    setPage(undefined);
    void load(null);
  }, [load, generation]);

  useSubscription(
    PostChangedDocument,
    page ? { id: postId, after: page.after } : undefined,
    ({ postChanged: event }) => {
      if (event.__typename === "CommentAdded") {
        if (event.commentEdge) change({ kind: "added", comment: event.commentEdge.node });
      } else if (event.__typename === "CommentChanged") {
        if (event.comment) change({ kind: "changed", comment: event.comment });
        else {
          change({ kind: "deleted", id: event.commentId });
          void client.query(CommentCountDocument, { id: postId }, { requestPolicy: "network-only" }).toPromise();
        }
      } else if (event.__typename === "ReactionsChanged") {
        if (event.subject) change({ kind: "reactions", subject: event.subject });
      } else if (event.__typename === "PostChanged") {
        if (!event.post) onPostDeleted();
      } else if (event.__typename === "FeedReset") {
        setGeneration((before) => before + 1);
      }
    },
  );
  return {
    comments,
    change,
    problem,
    isLoading: !page && !problem,
    loadEarlier: page?.hasEarlier ? () => load(page.before) : undefined,
    retry: () => setGeneration((before) => before + 1),
  };
}
