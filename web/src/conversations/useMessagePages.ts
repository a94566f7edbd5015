// The pages of a log of messages: those before and behind what is loaded, and those around one message.
import { useCallback, useState } from "react";
import { useClient, type Client } from "urql";
import { toProblem, type Problem } from "../graphql/problems";
import { MessageByIdDocument, type MessagePageFragment } from "./generated/conversations";
import type { Timeline, TimelineAction } from "./timeline";

const pageSize = 30;

export type PageArguments = { last: number; before?: string } | { first: number; after: string };

/** Reads a page of the log from the server. */
export type ReadPage = (
  client: Client,
  page: PageArguments,
) => Promise<{ page?: MessagePageFragment | null; error?: Parameters<typeof toProblem>[0] }>;

/** Loads a page. Returns the problem if it fails. */
export type LoadPage = () => Promise<Problem | undefined>;

export interface MessagePages {
  loadEarlier: LoadPage;
  loadLater: LoadPage;
  /** Loads the messages around one. Returns whether the timeline has it then. */
  loadAround: (id: string) => Promise<boolean>;
  loadLatest: LoadPage;
}

/** `readPage` must stay the same between renders. */
export function useMessagePages(
  { entries, hasEarlier, startCursor, hasLater, endCursor }: Timeline,
  dispatch: (action: TimelineAction) => void,
  readPage: ReadPage,
): MessagePages {
  const client = useClient();
  const load = useCallback(
    async (side: "earlier" | "later", page: PageArguments | null) => {
      if (!page) return undefined;
      const result = await readPage(client, page);
      if (result.page) dispatch({ kind: "page", page: result.page, side });
      return result.error && toProblem(result.error);
    },
    [client, dispatch, readPage],
  );
  const loadEarlier = useCallback(
    () => load("earlier", hasEarlier && startCursor ? { last: pageSize, before: startCursor } : null),
    [load, hasEarlier, startCursor],
  );
  const loadLater = useCallback(
    () => load("later", hasLater && endCursor ? { first: pageSize, after: endCursor } : null),
    [load, hasLater, endCursor],
  );
  const loadAround = useCallback(
    async (id: string) => {
      if (entries.some((entry) => entry.id === id)) return true;
      const { data } = await client.query(MessageByIdDocument, { id }, { requestPolicy: "network-only" }).toPromise();
      const message = data?.node && "cursor" in data.node ? data.node : undefined;
      if (!message) return false;
      const [earlier, later] = await Promise.all([
        readPage(client, { last: pageSize / 2, before: message.cursor }),
        readPage(client, { first: pageSize, after: message.cursor }),
      ]);
      if (!earlier.page || !later.page) return false;
      const nodes = ({ edges }: MessagePageFragment) => edges.map(({ node }) => node);
      const window = {
        messages: [...nodes(earlier.page), message, ...nodes(later.page)],
        hasEarlier: earlier.page.pageInfo.hasPreviousPage,
        startCursor: earlier.page.pageInfo.startCursor,
        hasLater: later.page.pageInfo.hasNextPage,
        endCursor: later.page.pageInfo.endCursor,
      };
      dispatch({ kind: "window", window });
      return true;
    },
    [client, dispatch, readPage, entries],
  );
  const loadLatest = useCallback(async () => {
    const { page, error } = await readPage(client, { last: pageSize });
    if (page) {
      const { hasPreviousPage: hasEarlier, startCursor } = page.pageInfo;
      const messages = page.edges.map(({ node }) => node);
      dispatch({ kind: "window", window: { messages, hasEarlier, startCursor, hasLater: false, endCursor: null } });
    }
    return error && toProblem(error);
  }, [client, dispatch, readPage]);
  return { loadEarlier, loadLater, loadAround, loadLatest };
}

/** A message to scroll to. Each request is an object of its own. */
export interface Target {
  id: string;
}

/** Scrolls to a message, which is loaded first if necessary. `reveal` returns whether it was found. */
export function useTarget({ loadAround }: MessagePages) {
  const [target, setTarget] = useState<Target>();
  const reveal = useCallback(
    async (id: string) => {
      const isFound = await loadAround(id);
      if (isFound) setTarget({ id });
      return isFound;
    },
    [loadAround],
  );
  return { target, reveal };
}
