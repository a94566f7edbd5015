// All routes of the client. A page's code loads when the page is first opened.
import { lazy, type ComponentType } from "react";
import { matchPath, type Params } from "./router";

/** A page that its module exports by name. */
function lazyPage<Name extends string>(load: () => Promise<Record<Name, ComponentType<never>>>, name: Name) {
  const loadDefault = async () => ({ default: (await load())[name] as ComponentType<Params> });
  return Object.assign(lazy(loadDefault), { preload: () => void load() });
}

interface Route {
  path: string;
  /** `preload` starts loading the code before the page is rendered. */
  page: ComponentType<Params> & { preload: () => void };
  access: "public" | "signedIn" | "members";
  /** Uses the full width instead of one column. */
  isWide?: boolean;
}

const loadLinkPages = () => import("../accounts/LinkPages");
const loadSettings = () => import("../settings/SettingsPage");

const routes: Route[] = [
  { path: "/", page: lazyPage(() => import("../posts/FeedPage"), "FeedPage"), access: "members" },
  { path: "/login", page: lazyPage(() => import("../accounts/LogInPage"), "LogInPage"), access: "public" },
  { path: "/signup", page: lazyPage(() => import("../accounts/SignUpPage"), "SignUpPage"), access: "public" },
  { path: "/forgot-password", page: lazyPage(loadLinkPages, "ForgotPasswordPage"), access: "public" },
  { path: "/reset-password", page: lazyPage(loadLinkPages, "ResetPasswordPage"), access: "public" },
  { path: "/confirm-email", page: lazyPage(loadLinkPages, "ConfirmEmailPage"), access: "public" },
  { path: "/undo-email-change", page: lazyPage(loadLinkPages, "UndoEmailChangePage"), access: "public" },
  { path: "/lobby", page: lazyPage(() => import("../lobby/LobbyPage"), "LobbyPage"), access: "public", isWide: true },
  { path: "/people", page: lazyPage(() => import("../people/PeoplePage"), "PeoplePage"), access: "members" },
  {
    path: "/people/:username",
    page: lazyPage(() => import("../people/ProfilePage"), "ProfilePage"),
    access: "signedIn",
  },
  { path: "/posts/:id", page: lazyPage(() => import("../posts/PostPage"), "PostPage"), access: "members" },
  ...["/messages", "/messages/:id"].map((path) => ({
    path,
    page: lazyPage(() => import("../conversations/MessagesPage"), "MessagesPage"),
    access: "members" as const,
    isWide: true,
  })),
  {
    path: "/notifications",
    page: lazyPage(() => import("../notifications/NotificationsPage"), "NotificationsPage"),
    access: "members",
  },
  { path: "/mentoring", page: lazyPage(() => import("../mentoring/TopicsPage"), "TopicsPage"), access: "members" },
  {
    path: "/mentoring/topics/:id",
    page: lazyPage(() => import("../mentoring/TopicPage"), "TopicPage"),
    access: "members",
  },
  {
    path: "/mentoring/offers/:id",
    page: lazyPage(() => import("../mentoring/OfferPage"), "OfferPage"),
    access: "members",
  },
  {
    path: "/mentoring/offers/:id/edit",
    page: lazyPage(() => import("../mentoring/EditOfferPage"), "EditOfferPage"),
    access: "members",
  },
  {
    path: "/mentoring/topics/:topicId/teach",
    page: lazyPage(() => import("../mentoring/EditOfferPage"), "NewOfferPage"),
    access: "members",
  },
  {
    path: "/mentoring/teaching",
    page: lazyPage(() => import("../mentoring/TeachingPage"), "TeachingPage"),
    access: "members",
  },
  {
    path: "/mentoring/bookings",
    page: lazyPage(() => import("../mentoring/BookingsPage"), "BookingsPage"),
    access: "members",
  },
  {
    path: "/mentoring/bookings/:id",
    page: lazyPage(() => import("../mentoring/BookingPage"), "BookingPage"),
    access: "members",
  },
  { path: "/settings", page: lazyPage(loadSettings, "SettingsPage"), access: "members" },
  { path: "/settings/:section", page: lazyPage(loadSettings, "SettingsPage"), access: "members" },
];

const notFound: Route = { path: "", page: lazyPage(() => import("./NotFoundPage"), "NotFoundPage"), access: "public" };

export function findRoute(path: string): { route: Route; params: Params } {
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return { route: notFound, params: {} };
}
