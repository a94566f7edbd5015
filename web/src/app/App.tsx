import { Suspense, useEffect } from "react";
import { isStaff, SessionProvider, useSession } from "../accounts/session";
import { ErrorState, Loading, ToastProvider } from "../components/feedback";
import { I18nProvider, useTranslate } from "../i18n/i18n";
import type { Translation } from "../i18n/start";
import { ErrorBoundary } from "./ErrorBoundary";
import { useAccountLanguage } from "./languages";
import { navigate, sitePath, usePath } from "./router";
import { findRoute, logInPage, notFound, preloadSections, welcomePage } from "./routes";
import { Shell } from "./Shell";

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
  const t = useTranslate();
  useAccountLanguage();
  useEffect(() => {
    document.querySelector<HTMLMetaElement>("meta[name=description]")?.setAttribute("content", t("app.description"));
  }, [t]);
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
  const isWelcome = path === "/" && !isMember;
  const needsLogin = { public: false, signedIn: !viewer, members: !isMember, staff: !isMember }[route.access];
  // For members, pages of moderators do not exist.
  const isHidden = route.access === "staff" && !isStaff(viewer);
  const Page = isWelcome ? welcomePage : needsLogin ? logInPage : isHidden ? notFound.page : route.page;
  const content = (
    <ErrorBoundary key={route.isOnePage ? "" : path} onRetry={Page.preload}>
      <Suspense fallback={<Loading />}>
        <Page {...params} />
      </Suspense>
    </ErrorBoundary>
  );
  return <Shell isWide={isWelcome || route.isWide}>{content}</Shell>;
}
