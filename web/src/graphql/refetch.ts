// Queries that are asked for again while a request for them is under way.
import { makeOperation, mapExchange, type Client, type Operation } from "urql";

/**
 * urql drops what asks for a query before the response to its last request has arrived. That response may be older than
 * the event or the mutation because of which the query was asked for, and would stay on the page. So the query is fetched
 * again after it: one request at a time, however many events arrive.
 *
 * Put the exchange behind the cache, and call `watch` once with the client.
 */
export function createRefetching() {
  const pending = new Set<number>();
  const outdated = new Set<number>();
  /** While the cache handles the result of a mutation or a subscription. What other queries bring asks for nothing new. */
  let isChange = false;
  let client: Client | undefined;

  const fetchAgain = (operation: Operation) =>
    client?.reexecuteOperation(makeOperation("query", operation, { ...operation.context, requestPolicy: "network-only" }));

  const exchange = mapExchange({
    onOperation({ kind, key }) {
      if (kind === "query") pending.add(key);
      if (kind !== "teardown") return;
      pending.delete(key);
      outdated.delete(key);
    },
    onResult(result) {
      const { operation } = result;
      isChange = operation.kind !== "query";
      queueMicrotask(() => (isChange = false));
      if (operation.kind !== "query") return;
      pending.delete(operation.key);
      // Failed requests are repeated by `useQuery`.
      if (!outdated.delete(operation.key) || result.error) return;
      queueMicrotask(() => fetchAgain(operation));
      return { ...result, stale: true };
    },
  });

  const watch = (watched: Client) => {
    client = watched;
    const { reexecuteOperation, executeRequestOperation } = watched;
    watched.reexecuteOperation = (operation) => {
      if (isChange && pending.has(operation.key)) outdated.add(operation.key);
      reexecuteOperation(operation);
    };
    watched.executeRequestOperation = (operation) => {
      if (operation.context.requestPolicy === "network-only" && pending.has(operation.key)) outdated.add(operation.key);
      return executeRequestOperation(operation);
    };
  };
  return { exchange, watch };
}
