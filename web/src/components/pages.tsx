// Lists that go on. Each page is read by itself, so that a change reads again only what it must.
import { useState, type ReactNode } from "react";
import type { AnyVariables, TypedDocumentNode } from "urql";
import { useRead } from "../graphql/hooks";
import { useSpeech } from "../i18n/language";
import { Button } from "./buttons";
import { Failure, Waiting } from "./feedback";

interface Connection<Node> {
  edges: readonly { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface PagesProps<Data, Variables extends AnyVariables, Node> {
  query: TypedDocumentNode<Data, Variables>;
  /** All variables but the cursor. */
  variables: Omit<Variables, "after">;
  pick: (data: Data) => Connection<Node> | null | undefined;
  empty?: ReactNode;
  children: (nodes: Node[], place: number) => ReactNode;
}

export function Pages<Data, Variables extends AnyVariables, Node>(props: PagesProps<Data, Variables, Node>) {
  const [after, setAfter] = useState<readonly (string | null)[]>([null]);
  // Another question begins at its first page.
  const asked = JSON.stringify(props.variables);
  const [current, setCurrent] = useState(asked);
  if (current !== asked) {
    setCurrent(asked);
    setAfter([null]);
  }
  return after.map((cursor, place) => (
    <OnePage
      key={cursor ?? ""}
      {...props}
      cursor={cursor}
      place={place}
      isLast={place === after.length - 1}
      onMore={(next) => setAfter((all) => [...all, next])}
    />
  ));
}

interface OnePageProps<Data, Variables extends AnyVariables, Node> extends PagesProps<Data, Variables, Node> {
  cursor: string | null;
  place: number;
  isLast: boolean;
  onMore: (cursor: string) => void;
}

function OnePage<Data, Variables extends AnyVariables, Node>({
  query,
  variables,
  pick,
  empty,
  children,
  cursor,
  place,
  isLast,
  onMore,
}: OnePageProps<Data, Variables, Node>) {
  const { t } = useSpeech();
  const reading = useRead(query, { ...variables, after: cursor } as unknown as Variables);
  const list = reading.data && pick(reading.data);
  if (!list) {
    if (reading.problem) return <Failure problem={reading.problem} again={reading.again} />;
    return reading.data ? empty : <Waiting />;
  }
  if (place === 0 && list.edges.length === 0) return empty;
  const { hasNextPage, endCursor } = list.pageInfo;
  return (
    <>
      {children(
        list.edges.map(({ node }) => node),
        place,
      )}
      {isLast && hasNextPage && endCursor && (
        <div className="more">
          <Button onClick={() => onMore(endCursor)}>{t("action.more")}</Button>
        </div>
      )}
    </>
  );
}
