import { Suspense, useEffect } from "react";
import { LogInPage } from "../accounts/LogInPage";
import { SessionProvider, useSession } from "../accounts/session";
import { ErrorState, Loading, ToastProvider } from "../components/feedback";
import { I18nProvider } from "../i18n/i18n";
import { ErrorBoundary } from "./ErrorBoundary";
import { navigate, usePath } from "./router";
import { findRoute } from "./routes";
import { Shell } from "./Shell";
import { WelcomePage } from "./WelcomePage";

export function App() {
  return (
    <I18nProvider>
      <ErrorBoundary>
        <SessionProvider>
          <ToastProvider>
            <CurrentPage />
          </ToastProvider>
        </SessionProvider>
      </ErrorBoundary>
    </I18nProvider>
  );
}

function CurrentPage() {
  const path = usePath();
  const { viewer, problem, refetch } = useSession();
  const { route, params } = findRoute(path);

  // A member has just logged in, or opened a bookmark of the login page.
  const isAlreadyLoggedIn = Boolean(viewer && !viewer.isGuest) && ["/login", "/signup"].includes(path);
  useEffect(() => {
    if (isAlreadyLoggedIn) navigate("/", { replace: true });
  }, [isAlreadyLoggedIn]);

  if (isAlreadyLoggedIn) return <Loading />;
  if (viewer === undefined) return problem ? <ErrorState problem={problem} onRetry={refetch} /> : <Loading />;
  if (path === "/" && (!viewer || viewer.isGuest)) return <WelcomePage />;
  const needsLogin = route.access === "members" ? !viewer || viewer.isGuest : route.access === "signedIn" && !viewer;
  const content = (
    <ErrorBoundary key={path}>
      <Suspense fallback={<Loading />}>{needsLogin ? <LogInPage /> : <route.page {...params} />}</Suspense>
    </ErrorBoundary>
  );
  return <Shell isWide={route.isWide}>{content}</Shell>;
}
