// urql's hooks with three additions: a failed query runs again by itself, what was read stays readable while the server
// cannot be reached, and a mutation returns either its payload or the problems to show.
import { useCallback, useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from "react";
import {
  useClient,
  useMutation as useUrqlMutation,
  useQuery as useUrqlQuery,
  type AnyVariables,
  type Client,
  type CombinedError,
  type RequestPolicy,
  type TypedDocumentNode,
} from "urql";
import { connectivity } from "./connectivity";
import { isTransient, toProblem, type Problem } from "./problems";

export const useIsReachable = () => useSyncExternalStore(connectivity.subscribe, connectivity.isReachable);

export interface QueryState<Data> {
  data: Data | undefined;
  problem: Problem | undefined;
  isLoading: boolean;
  refetch: () => void;
}

interface Options {
  pause?: boolean;
  requestPolicy?: RequestPolicy;
}

export function useQuery<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { pause = false, requestPolicy = "cache-and-network" }: Options = {},
): QueryState<Data> {
  const [result, execute] = useUrqlQuery<Data, Variables>({ query, variables, pause, requestPolicy } as never);
  const refetch = useCallback(() => execute({ requestPolicy: "network-only" }), [execute]);
  const problem = result.error && toProblem(result.error);
  useRetry(result.error, refetch);

  // A response without errors is kept, and shown beside the problem of a later one.
  const client = useClient();
  const key = JSON.stringify(variables);
  const kept = useRef<{ client: Client; key: string; data: Data | undefined }>(undefined);
  if (kept.current?.client !== client || kept.current.key !== key) kept.current = { client, key, data: undefined };
  if (result.data && !problem && !pause) kept.current.data = result.data;
  const data = (problem && canRecover(problem) && kept.current.data) || result.data;
  return { data, problem, isLoading: result.fetching && !data, refetch };
}

/** Whether a query may succeed later. Other problems, such as a lost permission, hide what was read before. */
const canRecover = (problem: Problem) => isTransient(problem) || problem.code === "INTERNAL_SERVER_ERROR";

/** Runs a failed query again when the server is reachable again, and otherwise after a delay that doubles. */
function useRetry(error: CombinedError | undefined, refetch: () => void) {
  const attempts = useRef(0);
  useEffect(() => {
    const problem = error && toProblem(error);
    if (!problem || !canRecover(problem)) {
      attempts.current = 0;
      return;
    }
    const delay = (problem.retryAfter ?? Math.min(2 * 2 ** attempts.current, 60)) * 1000;
    const timer = window.setTimeout(() => {
      attempts.current += 1;
      if (connectivity.isReachable()) refetch();
    }, delay);
    const stop = connectivity.onReachable(refetch);
    return () => {
      stop();
      window.clearTimeout(timer);
    };
    // Each failure is an error of its own.
  }, [error, refetch]);
}

/** The payload of a mutation: its one root field. */
export type PayloadOf<Data> = NonNullable<Data[Exclude<keyof Data, "__typename">]>;

interface MutationResult<Data> {
  payload?: PayloadOf<Data>;
  /** The payload of a mutation with user errors. It may have more details, such as conflicting bookings. */
  rejected?: PayloadOf<Data>;
  problems: Problem[];
}

function toMutationResult<Data>(result: {
  data?: Data;
  error?: Parameters<typeof toProblem>[0];
}): MutationResult<Data> {
  if (result.error) return { problems: [toProblem(result.error)] };
  const [payload] = Object.values(result.data ?? {}) as (PayloadOf<Data> & { userErrors?: Problem[] })[];
  const problems = (payload?.userErrors ?? []).map((problem) => ({ ...problem, isTranslated: true }));
  return problems.length > 0 ? { rejected: payload, problems } : { payload, problems };
}

const idle = { problems: [] };

export interface MutationState<Data, Variables> {
  /** Returns the payload, or undefined when there are problems. */
  run: (variables: Variables) => Promise<PayloadOf<Data> | undefined>;
  isBusy: boolean;
  problems: Problem[];
  rejected: PayloadOf<Data> | undefined;
  /** Forgets the problems, because the input has changed. */
  reset: () => void;
}

/** A mutation whose problems stay until the next run begins. */
export function useMutation<Data, Variables extends AnyVariables>(
  mutation: TypedDocumentNode<Data, Variables>,
): MutationState<Data, Variables> {
  const [{ fetching }, execute] = useUrqlMutation(mutation);
  const [last, setLast] = useState<MutationResult<Data>>(idle);
  const run = useCallback(
    async (variables: Variables) => {
      setLast(idle);
      const result = toMutationResult(await execute(variables));
      setLast(result);
      return result.payload;
    },
    [execute],
  );
  const reset = useCallback(() => setLast(idle), []);
  return { run, isBusy: fetching, problems: last.problems, rejected: last.rejected, reset };
}

/** Runs a mutation outside a component's state. */
export async function mutate<Data, Variables extends AnyVariables>(
  client: Client,
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<MutationResult<Data>> {
  return toMutationResult(await client.mutation(mutation, variables).toPromise());
}

/** Subscribes while `variables` are defined, and calls `onEvent` once for each event. */
export function useSubscription<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables | undefined,
  onEvent: (data: Data) => void,
  onEnd?: (problem: Problem) => void,
) {
  const client = useClient();
  const handleEvent = useEffectEvent(onEvent);
  const handleEnd = useEffectEvent((problem: Problem) => onEnd?.(problem));
  // Callers create the variables on each render, so they are compared by value.
  const variablesKey = variables && JSON.stringify(variables);
  useEffect(() => {
    if (!variablesKey) return;
    const { unsubscribe } = client
      .subscription(document, JSON.parse(variablesKey) as Variables)
      .subscribe(({ data, error }) => {
        if (data) handleEvent(data);
        else if (error) handleEnd(toProblem(error));
      });
    return unsubscribe;
  }, [client, document, variablesKey]);
}
