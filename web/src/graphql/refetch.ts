// Lists that an event or a mutation invalidates while a request for them is under way.
import { makeOperation, type Client, type Exchange, type Operation } from "urql";
import { onPush, pipe } from "wonka";

/**
 * How long after an outdated response its query is fetched again, in milliseconds. However many events arrive, there is one
 * request in this time.
 */
const delay = 250;

/** The fields that the cache invalidates while it handles one result. */
const invalidated = new Set<string>();

export function recordInvalidation(field: string) {
  invalidated.add(field);
  queueMicrotask(() => invalidated.clear());
}

interface Selecting {
  selectionSet?: { selections: readonly (Selecting & { name?: { value: string } })[] };
}

/** Fields in fragments count where the fragments are defined. */
const selectsInvalidated = ({ selectionSet }: Selecting): boolean =>
  selectionSet?.selections.some((one) => invalidated.has(one.name?.value ?? "") || selectsInvalidated(one)) ?? false;

/**
 * The response that is under way may be older than the event, and would stay on the page: urql drops what asks for a query
 * before its response has arrived. So the query is fetched again after it.
 *
 * Put the exchange behind the cache, and call `watch` once with the client.
 */
export function createRefetching() {
  const pending = new Set<number>();
  const outdated = new Set<number>();
  let client: Client | undefined;

  const fetchAgain = (operation: Operation) =>
    client?.reexecuteOperation(makeOperation("query", operation, { ...operation.context, requestPolicy: "network-only" }));

  const exchange: Exchange =
    ({ forward }) =>
    (operations) =>
      pipe(
        operations,
        onPush(({ kind, key }) => {
          if (kind === "query") pending.add(key);
          if (kind !== "teardown") return;
          pending.delete(key);
          outdated.delete(key);
        }),
        forward,
        onPush(({ operation }) => {
          pending.delete(operation.key);
          if (outdated.delete(operation.key)) window.setTimeout(() => fetchAgain(operation), delay);
        }),
      );

  const watch = (watched: Client) => {
    client = watched;
    const { reexecuteOperation } = watched;
    watched.reexecuteOperation = (operation) => {
      const isOutdated = pending.has(operation.key) && operation.query.definitions.some((one) => selectsInvalidated(one as Selecting));
      if (isOutdated) outdated.add(operation.key);
      else reexecuteOperation(operation);
    };
  };
  return { exchange, watch };
}
