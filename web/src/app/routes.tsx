// Every address of the client. Pages come when they are first asked for.
import { lazy, type ComponentType } from "react";
import { match, type Params } from "./router";

/** A page as its module exports it, by its own name. */
function page<Name extends string>(load: () => Promise<Record<Name, ComponentType<never>>>, name: Name) {
  const fetched = async () => ({ default: (await load())[name] as ComponentType<Params> });
  return Object.assign(lazy(fetched), { fetch: () => void load() });
}

interface Route {
  path: string;
  /** Shown once it has arrived; `fetch` sends for it beforehand. */
  page: ComponentType<Params> & { fetch: () => void };
  for: "anybody" | "signedIn" | "members";
  /** Uses the whole width, not one column for reading. */
  isWide?: boolean;
}

const links = () => import("../accounts/LinkPages");
const settings = () => import("../settings/SettingsPage");

const routes: Route[] = [
  { path: "/", page: page(() => import("../posts/FeedPage"), "FeedPage"), for: "members" },
  { path: "/login", page: page(() => import("../accounts/LogInPage"), "LogInPage"), for: "anybody" },
  { path: "/signup", page: page(() => import("../accounts/SignUpPage"), "SignUpPage"), for: "anybody" },
  { path: "/forgot-password", page: page(links, "ForgotPasswordPage"), for: "anybody" },
  { path: "/reset-password", page: page(links, "ResetPasswordPage"), for: "anybody" },
  { path: "/confirm-email", page: page(links, "ConfirmEmailPage"), for: "anybody" },
  { path: "/undo-email-change", page: page(links, "UndoEmailChangePage"), for: "anybody" },
  { path: "/lobby", page: page(() => import("../lobby/LobbyPage"), "LobbyPage"), for: "anybody", isWide: true },
  { path: "/people", page: page(() => import("../people/PeoplePage"), "PeoplePage"), for: "members" },
  { path: "/people/:username", page: page(() => import("../people/ProfilePage"), "ProfilePage"), for: "signedIn" },
  { path: "/posts/:id", page: page(() => import("../posts/PostPage"), "PostPage"), for: "members" },
  ...["/messages", "/messages/:id"].map((path) => ({
    path,
    page: page(() => import("../conversations/MessagesPage"), "MessagesPage"),
    for: "members" as const,
    isWide: true,
  })),
  {
    path: "/notifications",
    page: page(() => import("../notifications/NotificationsPage"), "NotificationsPage"),
    for: "members",
  },
  { path: "/mentoring", page: page(() => import("../mentoring/TopicsPage"), "TopicsPage"), for: "members" },
  { path: "/mentoring/topics/:id", page: page(() => import("../mentoring/TopicPage"), "TopicPage"), for: "members" },
  { path: "/mentoring/offers/:id", page: page(() => import("../mentoring/OfferPage"), "OfferPage"), for: "members" },
  {
    path: "/mentoring/offers/:id/edit",
    page: page(() => import("../mentoring/EditOfferPage"), "EditOfferPage"),
    for: "members",
  },
  {
    path: "/mentoring/topics/:topicId/teach",
    page: page(() => import("../mentoring/EditOfferPage"), "NewOfferPage"),
    for: "members",
  },
  {
    path: "/mentoring/teaching",
    page: page(() => import("../mentoring/TeachingPage"), "TeachingPage"),
    for: "members",
  },
  {
    path: "/mentoring/bookings",
    page: page(() => import("../mentoring/BookingsPage"), "BookingsPage"),
    for: "members",
  },
  {
    path: "/mentoring/bookings/:id",
    page: page(() => import("../mentoring/BookingPage"), "BookingPage"),
    for: "members",
  },
  { path: "/settings", page: page(settings, "SettingsPage"), for: "members" },
  { path: "/settings/:section", page: page(settings, "SettingsPage"), for: "members" },
];

const missing: Route = { path: "", page: page(() => import("./MissingPage"), "MissingPage"), for: "anybody" };

export function routeOf(path: string): { route: Route; params: Params } {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return { route: missing, params: {} };
}
