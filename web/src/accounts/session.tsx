// Who is logged in. The session is an HttpOnly cookie, so the page asks the server for the viewer.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { Provider, type Client } from "urql";
import { requestHeadingFocus } from "../app/router";
import { SessionDocument, type ViewerFieldsFragment } from "./generated/accounts";
import { storage } from "../components/storage";
import { connect, type GraphQLConnection } from "../graphql/client";
import { useQuery } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { deviceTimeZone } from "../i18n/time";

export type Viewer = ViewerFieldsFragment;

interface SessionState {
  /** Undefined until the first response of the server, null without a session. */
  viewer: Viewer | null | undefined;
  problem: Problem | undefined;
  /** The time zone in which times are shown. */
  zone: string;
  /** Starts over with a new client and an empty cache, after logging in or out. */
  restart: () => void;
  /** Whether the server has ended the previous session. */
  hasEnded: boolean;
  refetch: () => void;
}

const Context = createContext<SessionState | undefined>(undefined);

/** A role or language that changed while there was no socket is announced nowhere. */
const loadViewerAgain = (client: Client) =>
  void client.query(SessionDocument, {}, { requestPolicy: "network-only" }).toPromise();

export function SessionProvider({ children }: { children: ReactNode }) {
  const [connection, setConnection] = useState<GraphQLConnection>();
  const [generation, setGeneration] = useState(0);
  const [hasEnded, setEnded] = useState(false);
  const restart = useCallback((reason?: "ended") => {
    requestHeadingFocus();
    setEnded(reason === "ended");
    setGeneration((before) => before + 1);
  }, []);
  useEffect(() => {
    // When a session ends, many responses report it at the same time. Only the first one restarts.
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      restart("ended");
    };
    const newConnection = connect(end, loadViewerAgain);
    setConnection(newConnection);
    return () => {
      isOver = true;
      newConnection.close();
    };
  }, [generation, restart]);
  if (!connection) return null;
  return (
    <Provider value={connection.client}>
      <ViewerLoader restart={restart} hasEnded={hasEnded}>
        {children}
      </ViewerLoader>
    </Provider>
  );
}

function ViewerLoader({
  restart,
  hasEnded,
  children,
}: Pick<SessionState, "restart" | "hasEnded"> & { children: ReactNode }) {
  const { data, problem, refetch } = useQuery(SessionDocument, {});
  // Keeps the previous viewer while the next one loads, so that the page does not flicker.
  const [viewer, setViewer] = useState<SessionState["viewer"]>();
  useEffect(() => {
    if (data) setViewer(data.viewer);
    if (data?.viewer && !data.viewer.isGuest) storage.set(data.viewer.user.id, "member", true);
  }, [data]);
  // Members choose their zone in the settings. TimeZonePrompt shows when the device is in another one.
  const zone = viewer && !viewer.isGuest ? viewer.settings.timeZone : deviceTimeZone;
  const state = useMemo(
    () => ({ viewer, problem, zone, restart, hasEnded, refetch }),
    [viewer, problem, zone, restart, hasEnded, refetch],
  );
  return <Context value={state}>{children}</Context>;
}

export function useSession() {
  const session = useContext(Context);
  if (!session) throw new Error("SessionProvider is missing");
  return session;
}

/** Whether a viewer has the pages of moderators. */
export const isStaff = (viewer: Viewer | null | undefined) => viewer?.role === "MODERATOR" || viewer?.role === "ADMIN";

/** The viewer, for pages that require a session. */
export function useViewer(): Viewer {
  const { viewer } = useSession();
  if (!viewer) throw new Error("no session");
  return viewer;
}
