// urql's hooks with the habits of this client: what failed is asked again as soon as the server is back, and a write
// answers with its payload or with problems.
import { useCallback, useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import {
  useClient,
  useMutation,
  useQuery,
  type AnyVariables,
  type Client,
  type RequestPolicy,
  type TypedDocumentNode,
} from "urql";
import { problemOf, type Problem } from "./problems";
import { reach } from "./reach";

export const useReachable = () => useSyncExternalStore(reach.subscribe, reach.isReachable);

export interface Reading<Data> {
  data: Data | undefined;
  problem: Problem | undefined;
  isLoading: boolean;
  again: () => void;
}

interface Options {
  pause?: boolean;
  requestPolicy?: RequestPolicy;
}

/** Reads and keeps reading: the cache first, then the server. */
export function useRead<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { pause = false, requestPolicy = "cache-and-network" }: Options = {},
): Reading<Data> {
  const [result, execute] = useQuery<Data, Variables>({ query, variables, pause, requestPolicy } as never);
  const again = useCallback(() => execute({ requestPolicy: "network-only" }), [execute]);
  const hasFailed = result.error !== undefined;
  useEffect(() => {
    if (!hasFailed) return;
    return reach.subscribe(() => reach.isReachable() && again());
  }, [hasFailed, again]);
  return {
    data: result.data,
    problem: result.error && problemOf(result.error),
    isLoading: result.fetching && !result.data,
    again,
  };
}

/** The payload of a mutation: its one root field. */
export type PayloadOf<Data> = NonNullable<Data[Exclude<keyof Data, "__typename">]>;
interface Outcome<Data> {
  payload?: PayloadOf<Data>;
  /** The payload of a write that was refused: it may say more than the problems do. */
  refused?: PayloadOf<Data>;
  problems: Problem[];
}

function outcomeOf<Data>(result: { data?: Data; error?: Parameters<typeof problemOf>[0] }): Outcome<Data> {
  if (result.error) return { problems: [problemOf(result.error)] };
  const [payload] = Object.values(result.data ?? {}) as (PayloadOf<Data> & { userErrors?: Problem[] })[];
  const problems = payload?.userErrors ?? [];
  return problems.length > 0 ? { refused: payload, problems } : { payload, problems };
}

const untried = { problems: [] };

export interface Writing<Data, Variables> {
  /** Gives back the payload, or nothing when there were problems. */
  run: (variables: Variables) => Promise<PayloadOf<Data> | undefined>;
  isBusy: boolean;
  problems: Problem[];
  refused: PayloadOf<Data> | undefined;
}

/** Writes, and keeps what the server had against it until the next try. */
export function useWrite<Data, Variables extends AnyVariables>(
  mutation: TypedDocumentNode<Data, Variables>,
): Writing<Data, Variables> {
  const [{ fetching }, execute] = useMutation(mutation);
  const [last, setLast] = useState<Outcome<Data>>(untried);
  const run = useCallback(
    async (variables: Variables) => {
      const outcome = outcomeOf(await execute(variables));
      setLast(outcome);
      return outcome.payload;
    },
    [execute],
  );
  return { run, isBusy: fetching, problems: last.problems, refused: last.refused };
}

/** The same without a component around it. */
export async function write<Data, Variables extends AnyVariables>(
  client: Client,
  mutation: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Outcome<Data>> {
  return outcomeOf(await client.mutation(mutation, variables).toPromise());
}

/** Follows a subscription for as long as `variables` are there, and hands on each event once. */
export function useEvents<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables | undefined,
  onEvent: (data: Data) => void,
  onEnd?: (problem: Problem) => void,
) {
  const client = useClient();
  const happened = useEffectEvent(onEvent);
  const ended = useEffectEvent((problem: Problem) => onEnd?.(problem));
  // Variables are compared by what they say.
  const said = variables && JSON.stringify(variables);
  useEffect(() => {
    if (!said) return;
    const { unsubscribe } = client
      .subscription(document, JSON.parse(said) as Variables)
      .subscribe(({ data, error }) => {
        if (data) happened(data);
        else if (error) ended(problemOf(error));
      });
    return unsubscribe;
  }, [client, document, said]);
}
