// Who is signed in. The session itself is a cookie that no script can read; the page only asks who it is.
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { Provider } from "urql";
import { arrive } from "../app/router";
import { SessionDocument, type SelfFragment } from "./generated/accounts";
import { openLink, type Link } from "../graphql/client";
import { useRead } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { ownZone } from "../i18n/time";

export type Self = SelfFragment;

interface SessionState {
  /** Undefined until the server has answered for the first time, null when nobody is signed in. */
  self: Self | null | undefined;
  problem: Problem | undefined;
  /** The zone in which times are shown. */
  zone: string;
  /** After logging in or out: begins anew, with nothing kept. */
  restart: () => void;
  again: () => void;
}

const Context = createContext<SessionState | undefined>(undefined);

export function SessionProvider({ children }: { children: ReactNode }) {
  const [link, setLink] = useState<Link>();
  const [count, setCount] = useState(0);
  const restart = useCallback(() => {
    arrive();
    setCount((before) => before + 1);
  }, []);
  useEffect(() => {
    // One ended session is told by many answers at once, and means one new beginning.
    let isOver = false;
    const fresh = openLink(() => {
      if (isOver) return;
      isOver = true;
      restart();
    });
    setLink(fresh);
    return () => {
      isOver = true;
      fresh.close();
    };
  }, [count, restart]);
  if (!link) return null;
  return (
    <Provider value={link.client}>
      <Asked restart={restart}>{children}</Asked>
    </Provider>
  );
}

function Asked({ restart, children }: { restart: () => void; children: ReactNode }) {
  const { data, problem, again } = useRead(SessionDocument, {});
  // While a new session is being asked for, the page shows the one before: nothing flickers.
  const [self, setSelf] = useState<SessionState["self"]>();
  useEffect(() => {
    if (data) setSelf(data.viewer);
  }, [data]);
  // A member's own choice, also where this device is elsewhere (see ZoneOffer). Guests cannot choose.
  const zone = self && !self.isGuest ? self.settings.timeZone : ownZone;
  const state = useMemo(() => ({ self, problem, zone, restart, again }), [self, problem, zone, restart, again]);
  return <Context value={state}>{children}</Context>;
}

export function useSession() {
  const session = useContext(Context);
  if (!session) throw new Error("SessionProvider is missing");
  return session;
}

/** The signed-in person, on pages that only such a person sees. */
export function useSelf(): Self {
  const { self } = useSession();
  if (!self) throw new Error("nobody is signed in");
  return self;
}
