import { Suspense, useEffect } from "react";
import { LogInPage } from "../accounts/LogInPage";
import { SessionProvider, useSession } from "../accounts/session";
import { Failure, ToastProvider, Waiting } from "../components/feedback";
import { LanguageProvider } from "../i18n/language";
import { Boundary } from "./Boundary";
import { navigate, usePath } from "./router";
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

  // Whoever is inside has nothing to do at the gate: just now, or by an old bookmark.
  const isThrough = Boolean(self && !self.isGuest) && ["/login", "/signup"].includes(path);
  useEffect(() => {
    if (isThrough) navigate("/", { replace: true });
  }, [isThrough]);

  if (isThrough) return <Waiting />;
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
