// Lists that load page by page. Each page is a query of its own, so that a change fetches only the pages it affects.
import { useState, type ReactNode } from "react";
import type { AnyVariables, TypedDocumentNode } from "urql";
import { useQuery } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { Button } from "./buttons";
import { ErrorState, Loading } from "./feedback";

interface Connection<Node> {
  edges: readonly { cursor: string; node: Node }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

interface PaginatedListProps<Data, Variables extends AnyVariables, Node> {
  query: TypedDocumentNode<Data, Variables>;
  /** All variables but the cursor. */
  variables: Omit<Variables, "after">;
  pick: (data: Data) => Connection<Node> | null | undefined;
  empty?: ReactNode;
  children: (nodes: Node[], index: number) => ReactNode;
}

export function PaginatedList<Data, Variables extends AnyVariables, Node>(
  props: PaginatedListProps<Data, Variables, Node>,
) {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  // New variables start again at the first page.
  const variablesKey = JSON.stringify(props.variables);
  const [currentKey, setCurrentKey] = useState(variablesKey);
  if (currentKey !== variablesKey) {
    setCurrentKey(variablesKey);
    setCursors([null]);
  }
  return cursors.map((cursor, index) => (
    <ListPage
      key={cursor ?? ""}
      {...props}
      cursor={cursor}
      index={index}
      isLast={index === cursors.length - 1}
      onLoadMore={(next) => setCursors((all) => [...all, next])}
    />
  ));
}

interface ListPageProps<Data, Variables extends AnyVariables, Node> extends PaginatedListProps<Data, Variables, Node> {
  cursor: string | null;
  index: number;
  isLast: boolean;
  onLoadMore: (cursor: string) => void;
}

function ListPage<Data, Variables extends AnyVariables, Node>({
  query,
  variables,
  pick,
  empty,
  children,
  cursor,
  index,
  isLast,
  onLoadMore,
}: ListPageProps<Data, Variables, Node>) {
  const { t } = useI18n();
  const { data, problem, refetch } = useQuery(query, { ...variables, after: cursor } as unknown as Variables);
  const list = data && pick(data);
  if (!list) {
    if (problem) return <ErrorState problem={problem} onRetry={refetch} />;
    return data ? empty : <Loading />;
  }
  if (index === 0 && list.edges.length === 0) return empty;
  const { hasNextPage, endCursor } = list.pageInfo;
  return (
    <>
      {children(
        list.edges.map(({ node }) => node),
        index,
      )}
      {isLast && hasNextPage && endCursor && (
        <div className="more">
          <Button onClick={() => onLoadMore(endCursor)}>{t("action.more")}</Button>
        </div>
      )}
    </>
  );
}
