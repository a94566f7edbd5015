// Lists that load page by page. Each page is a query of its own, so that a change fetches only the pages it affects.
import type { ReactNode } from "react";
import { createRequest, getOperationName, type AnyVariables, type TypedDocumentNode } from "urql";
import { usePlace } from "../app/places";
import { useQuery } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { Button } from "./buttons";
import { ErrorState, Loading, StaleNote } from "./feedback";

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

const firstCursors: readonly (string | null)[] = [null];

export function PaginatedList<Data, Variables extends AnyVariables, Node>(
  props: PaginatedListProps<Data, Variables, Node>,
) {
  // New variables start again at the first page. On the way back, the pages that were loaded are loaded again.
  const variablesKey = JSON.stringify(props.variables);
  const [loaded, setLoaded] = usePlace(`pages:${getOperationName(createRequest(props.query, {} as Variables).query)}`, {
    variablesKey,
    cursors: firstCursors,
  });
  const cursors = loaded.variablesKey === variablesKey ? loaded.cursors : firstCursors;
  return cursors.map((cursor, index) => (
    <ListPage
      key={cursor ?? ""}
      {...props}
      cursor={cursor}
      index={index}
      isLast={index === cursors.length - 1}
      onLoadMore={(next) => setLoaded({ variablesKey, cursors: [...cursors, next] })}
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
  const state = useQuery(query, { ...variables, after: cursor } as unknown as Variables);
  const { data, problem, refetch } = state;
  const list = data && pick(data);
  if (!list) {
    if (problem) return <ErrorState problem={problem} onRetry={refetch} />;
    return data ? empty : <Loading />;
  }
  if (index === 0 && list.edges.length === 0) return empty;
  const { hasNextPage, endCursor } = list.pageInfo;
  return (
    <>
      {index === 0 && <StaleNote query={state} />}
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
