import { Suspense, useEffect } from "react";
import { LogInPage } from "../accounts/LogInPage";
import { SessionProvider, useSession } from "../accounts/session";
import { ErrorState, Loading, ToastProvider } from "../components/feedback";
import { I18nProvider } from "../i18n/i18n";
import type { Translation } from "../i18n/start";
import { ErrorBoundary } from "./ErrorBoundary";
import { navigate, sitePath, usePath } from "./router";
import { findRoute, preloadSections } from "./routes";
import { Shell } from "./Shell";
import { WelcomePage } from "./WelcomePage";

export function App({ translation }: { translation: Translation }) {
  return (
    <I18nProvider first={translation}>
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

/** Where a link to the login or sign-up page leads afterwards. */
const nextPath = () => sitePath(new URLSearchParams(location.search).get("next") ?? "");

function CurrentPage() {
  const path = usePath();
  const { viewer, problem, refetch } = useSession();
  const { route, params } = findRoute(path);

  // A member has just logged in, or opened a bookmark of the login page.
  const isMember = Boolean(viewer && !viewer.isGuest);
  const isAlreadyLoggedIn = isMember && ["/login", "/signup"].includes(path);
  useEffect(() => {
    if (isAlreadyLoggedIn) navigate(nextPath(), { replace: true });
  }, [isAlreadyLoggedIn]);

  useEffect(() => {
    if (isMember) preloadSections();
  }, [isMember]);

  if (isAlreadyLoggedIn) return <Loading />;
  if (viewer === undefined) return problem ? <ErrorState problem={problem} onRetry={refetch} /> : <Loading />;
  if (path === "/" && !isMember) return <WelcomePage />;
  const needsLogin = route.access === "members" ? !isMember : route.access === "signedIn" && !viewer;
  const content = (
    <ErrorBoundary key={route.isOnePage ? "" : path} onRetry={route.page.preload}>
      <Suspense fallback={<Loading />}>{needsLogin ? <LogInPage /> : <route.page {...params} />}</Suspense>
    </ErrorBoundary>
  );
  return <Shell isWide={route.isWide}>{content}</Shell>;
}
