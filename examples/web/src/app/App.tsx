import { Suspense, useEffect, useRef } from "react";
import { LogInPage } from "../accounts/LogInPage";
import { SessionProvider, useSession } from "../accounts/session";
import { Failure, ToastProvider, Waiting } from "../components/feedback";
import { LanguageProvider, useText } from "../i18n/language";
import { Boundary } from "./Boundary";
import { usePath } from "./router";
import { routeOf } from "./routes";
import { Shell } from "./Shell";
import { Welcome } from "./Welcome";

export function App() {
  return (
    <LanguageProvider>
      <Boundary>
        <SessionProvider>
          <ToastProvider>
            <Page />
          </ToastProvider>
        </SessionProvider>
      </Boundary>
    </LanguageProvider>
  );
}

function Page() {
  const path = usePath();
  const { self, problem, again } = useSession();
  const { route, params } = routeOf(path);
  useArrival(path);

  if (self === undefined) return problem ? <Failure problem={problem} again={again} /> : <Waiting />;
  if (path === "/" && (!self || self.isGuest)) return <Welcome />;
  // Everything but a few pages is for members; a guest has the lobby and what lies around it.
  const isRefused = route.for === "members" ? !self || self.isGuest : route.for === "signedIn" && !self;
  const content = (
    <Boundary key={path}>
      <Suspense fallback={<Waiting />}>{isRefused ? <LogInPage /> : <route.page {...params} />}</Suspense>
    </Boundary>
  );
  return <Shell isWide={route.isWide}>{content}</Shell>;
}

/** After a change of pages, those who listen and those who use keys begin at its heading. */
function useArrival(path: string) {
  const before = useRef(path);
  const t = useText();
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    const arrive = () => document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
    const timer = window.setTimeout(arrive, 60);
    return () => window.clearTimeout(timer);
  }, [path, t]);
}
