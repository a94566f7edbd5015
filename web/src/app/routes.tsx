// All routes of the client. A page's code loads when the page is first opened, or before that while the browser is idle.
import type { ComponentType } from "react";
import { connectivity } from "../graphql/connectivity";
import { lazyPart, type LazyPart } from "./lazy";
import { matchPath, type Params } from "./router";

/** A page that its module exports by name. */
const lazyPage = <Name extends string>(load: () => Promise<Record<Name, ComponentType<never>>>, name: Name) =>
  lazyPart(() => load().then((module) => module[name] as ComponentType<Params>));

interface Route {
  path: string;
  page: LazyPart<Params>;
  access: "public" | "signedIn" | "members" | "staff";
  /** Uses the full width instead of one column. */
  isWide?: boolean;
  /** The page keeps its state when only its parameters change. */
  isOnePage?: boolean;
}

/** The start page for visitors and guests. */
export const welcomePage = lazyPage(() => import("./WelcomePage"), "WelcomePage");
/** In place of a page that requires a session. */
export const logInPage = lazyPage(() => import("../accounts/LogInPage"), "LogInPage");

const loadLinkPages = () => import("../accounts/LinkPages");
const messagesPage = lazyPage(() => import("../conversations/MessagesPage"), "MessagesPage");
const loadSettings = () => import("../settings/SettingsPage");

const routes: Route[] = [
  { path: "/", page: lazyPage(() => import("../posts/FeedPage"), "FeedPage"), access: "members" },
  { path: "/login", page: logInPage, access: "public" },
  { path: "/signup", page: lazyPage(() => import("../accounts/SignUpPage"), "SignUpPage"), access: "public" },
  { path: "/signed-in", page: lazyPage(() => import("../accounts/SignedInPage"), "SignedInPage"), access: "public" },
  { path: "/forgot-password", page: lazyPage(loadLinkPages, "ForgotPasswordPage"), access: "public" },
  { path: "/reset-password", page: lazyPage(loadLinkPages, "ResetPasswordPage"), access: "public" },
  { path: "/confirm-email", page: lazyPage(loadLinkPages, "ConfirmEmailPage"), access: "public" },
  { path: "/unsubscribe", page: lazyPage(loadLinkPages, "UnsubscribePage"), access: "public" },
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
    page: messagesPage,
    access: "members" as const,
    isWide: true,
    isOnePage: true,
  })),
  {
    path: "/messages/:id/group",
    page: lazyPage(() => import("../conversations/GroupPage"), "GroupPage"),
    access: "members",
  },
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
    path: "/mentoring/topics/:id/book",
    page: lazyPage(() => import("../mentoring/AnyMentorPage"), "AnyMentorPage"),
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
    path: "/mentoring/time-off",
    page: lazyPage(() => import("../mentoring/TimeOffPage"), "TimeOffPage"),
    access: "members",
  },
  {
    path: "/mentoring/waitlists",
    page: lazyPage(() => import("../mentoring/WaitlistsPage"), "WaitlistsPage"),
    access: "members",
  },
  { path: "/mentors/:username", page: lazyPage(() => import("../mentoring/MentorPage"), "MentorPage"), access: "public" },
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
  { path: "/moderation", page: lazyPage(() => import("../moderation/ReportsPage"), "ReportsPage"), access: "staff" },
  {
    path: "/moderation/reports/:id",
    page: lazyPage(() => import("../moderation/ReportPage"), "ReportPage"),
    access: "staff",
  },
  {
    path: "/moderation/registrations",
    page: lazyPage(() => import("../moderation/RegistrationsPage"), "RegistrationsPage"),
    access: "staff",
  },
  {
    path: "/moderation/invitations",
    page: lazyPage(() => import("../moderation/InvitationsPage"), "InvitationsPage"),
    access: "staff",
  },
  {
    path: "/moderation/log",
    page: lazyPage(() => import("../moderation/StaffLogPage"), "StaffLogPage"),
    access: "staff",
  },
  {
    path: "/moderation/members/:username",
    page: lazyPage(() => import("../moderation/MemberPage"), "MemberPage"),
    access: "staff",
  },
  {
    path: "/account-deleted",
    page: lazyPage(() => import("../settings/AccountDeletedPage"), "AccountDeletedPage"),
    access: "public",
  },
  { path: "/settings", page: lazyPage(loadSettings, "SettingsPage"), access: "members" },
  {
    path: "/settings/notifications",
    page: lazyPage(() => import("../notifications/preferences/NotificationSettingsPage"), "NotificationSettingsPage"),
    access: "members",
  },
  {
    path: "/settings/invitations",
    page: lazyPage(() => import("../invitations/InvitationSettingsPage"), "InvitationSettingsPage"),
    access: "members",
  },
  { path: "/settings/:section", page: lazyPage(loadSettings, "SettingsPage"), access: "members" },
];

export const notFound: Route = { path: "", page: lazyPage(() => import("./NotFoundPage"), "NotFoundPage"), access: "public" };

export function findRoute(path: string): { route: Route; params: Params } {
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (params) return { route, params };
  }
  return { route: notFound, params: {} };
}

/** Loads the code of all sections while the browser is idle, so that they also open without a connection. */
export function preloadSections() {
  const { saveData } = (navigator as { connection?: { saveData?: boolean } }).connection ?? {};
  if (saveData) return;
  const paths = ["/", "/messages", "/lobby", "/mentoring", "/people", "/notifications", "/settings"];
  const preloadNext = () => {
    const path = paths.shift();
    if (path === undefined) return;
    if (connectivity.isReachable()) findRoute(path).route.page.preload();
    whenIdle(preloadNext);
  };
  window.setTimeout(() => whenIdle(preloadNext), 3000);
}

/** Safari has no idle callbacks. */
const whenIdle = (task: () => void) =>
  "requestIdleCallback" in window ? requestIdleCallback(task) : setTimeout(task, 500);
