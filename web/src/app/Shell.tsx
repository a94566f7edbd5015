// The frame of every page: navigation, the viewer, and the connection status.
import { lazy, Suspense, useState, type ComponentType, type ReactNode } from "react";
import { isStaff, useSession } from "../accounts/session";
import { IconButton, LinkButton } from "../components/buttons";
import { Icon, type IconName } from "../components/icons";
import { Avatar } from "../components/images";
import { Username } from "../components/people";
import { OutboxProvider } from "../outbox/outbox";
import { useIsReachable } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import type { MessageKey } from "../i18n/generated/messages";
import { InboxProvider, useInbox } from "../notifications/inbox";
import { applyTheme, storedTheme } from "../theme/theme";
import { LanguageMenu, LanguagePrompt } from "./languages";
import { Link } from "./router";
import "./shell.css";

interface NavItem {
  to: string;
  name: MessageKey;
  icon: IconName;
}

const navItems: NavItem[] = [
  { to: "/", name: "nav.feed", icon: "home" },
  { to: "/messages", name: "nav.messages", icon: "chat" },
  { to: "/lobby", name: "nav.lobby", icon: "lobby" },
  { to: "/mentoring", name: "nav.mentoring", icon: "teach" },
  { to: "/people", name: "nav.people", icon: "people" },
];

/** Parts for moderators only. A count that does not load is missing, and nothing else. */
const loadForStaff = (name: "ModerationFeed" | "ReportCount") =>
  lazy(() =>
    import("../moderation/ReportCount").then(
      (module): { default: ComponentType } => ({ default: module[name] }),
      () => ({ default: () => null }),
    ),
  );
const ModerationFeed = loadForStaff("ModerationFeed");
const ReportCount = loadForStaff("ReportCount");

export function Shell({ isWide, children }: { isWide?: boolean; children: ReactNode }) {
  const { viewer } = useSession();
  const { t } = useI18n();
  return (
    <InboxProvider>
      <OutboxProvider>
        <a className="skip" href="#content">
          {t("nav.skip")}
        </a>
        <ConnectionStatus />
        {isStaff(viewer) && (
          <Suspense>
            <ModerationFeed />
          </Suspense>
        )}
        <div className={viewer && !viewer.isGuest ? "shell" : "shell outside"}>
          {viewer && !viewer.isGuest ? <MemberNavigation /> : <GuestHeader />}
          <main id="content" className={isWide ? "wide" : undefined} tabIndex={-1}>
            <LanguagePrompt />
            {children}
          </main>
        </div>
      </OutboxProvider>
    </InboxProvider>
  );
}

export function Wordmark() {
  return (
    <Link to="/" className="wordmark">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="8" fill="var(--accent)" />
        <path
          d="M7 10c4-1.500 7-.8 9 1.200 2-2 5-2.700 9-1.200v12.500c-4-1.500-7-.8-9 1.200-2-2-5-2.700-9-1.200zM16 11.200v12.500"
          fill="none"
          stroke="var(--on-accent)"
          strokeWidth="2"
          strokeLinejoin="round"
        />
      </svg>
      Studyhall
    </Link>
  );
}

export function CountBadge({ count, text }: { count: number; text: string }) {
  const { formatNumber } = useI18n();
  if (count === 0) return null;
  return (
    <span className="badge count">
      <span aria-hidden="true">{count > 99 ? `${formatNumber(99)}+` : formatNumber(count)}</span>
      <span className="visually-hidden">{text}</span>
    </span>
  );
}

function MemberNavigation() {
  const { t } = useI18n();
  const { viewer } = useSession();
  const { unreadCount, unseenCount } = useInbox();
  return (
    <>
      <header className="bar">
        <Wordmark />
        <div className="bar-end">
          {isStaff(viewer) && (
            <Link to="/moderation" showsCurrent className="round" title={t("nav.moderation")}>
              <Icon name="shield" />
              <span className="visually-hidden">{t("nav.moderation")}</span>
              <Suspense>
                <ReportCount />
              </Suspense>
            </Link>
          )}
          <Link to="/notifications" showsCurrent className="round" title={t("nav.notifications")}>
            <Icon name="bell" />
            <span className="visually-hidden">{t("nav.notifications")}</span>
            <CountBadge count={unseenCount} text={t("nav.unseen", { count: unseenCount })} />
          </Link>
          <Link to="/settings" className="round" title={t("nav.settings")}>
            <Avatar person={viewer?.user ?? null} size={32} />
            <span className="visually-hidden">{t("nav.settings")}</span>
          </Link>
        </div>
      </header>
      <nav className="main-nav" aria-label={t("nav.main")}>
        <ul>
          {navItems.map(({ to, name, icon }) => (
            <li key={to}>
              <Link to={to} showsCurrent>
                <Icon name={icon} size={22} />
                <span>{t(name)}</span>
                {to === "/messages" && <CountBadge count={unreadCount} text={t("nav.unread", { count: unreadCount })} />}
              </Link>
            </li>
          ))}
          <li className="aside">
            <Link to="/notifications" showsCurrent>
              <Icon name="bell" size={22} />
              <span>{t("nav.notifications")}</span>
              <CountBadge count={unseenCount} text={t("nav.unseen", { count: unseenCount })} />
            </Link>
          </li>
          {isStaff(viewer) && (
            <li className="aside">
              <Link to="/moderation" showsCurrent>
                <Icon name="shield" size={22} />
                <span>{t("nav.moderation")}</span>
                <Suspense>
                  <ReportCount />
                </Suspense>
              </Link>
            </li>
          )}
          <li className="aside">
            <Link to="/settings" showsCurrent>
              <Icon name="settings" size={22} />
              <span>{t("nav.settings")}</span>
            </Link>
          </li>
        </ul>
        {viewer && (
          <Link to={`/people/${encodeURIComponent(viewer.user.username)}`} className="me">
            <Avatar person={viewer.user} size={36} />
            <span className="grow">
              <span className="line strong" dir="auto">
                {viewer.user.displayName}
              </span>
              <span className="line soft small">
                <Username of={viewer.user} />
              </span>
            </span>
          </Link>
        )}
      </nav>
    </>
  );
}

function GuestHeader() {
  const { t } = useI18n();
  return (
    <header className="bar">
      <Wordmark />
      <div className="bar-end">
        <Preferences />
        <LinkButton to="/login" kind="quiet">
          {t("action.logIn")}
        </LinkButton>
        <LinkButton to="/signup" kind="primary">
          {t("action.signUp")}
        </LinkButton>
      </div>
    </header>
  );
}

/** Language and theme for visitors and guests, who have no settings. */
export function Preferences() {
  const { t } = useI18n();
  const [theme, setTheme] = useState(storedTheme);
  const isDark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  const toggleTheme = () => {
    const next = isDark ? "light" : "dark";
    applyTheme(next);
    setTheme(next);
  };
  return (
    <>
      <LanguageMenu />
      <IconButton
        label={t(isDark ? "theme.toLight" : "theme.toDark")}
        icon={isDark ? "light" : "dark"}
        onClick={toggleTheme}
      />
    </>
  );
}

function ConnectionStatus() {
  const { t } = useI18n();
  const isReachable = useIsReachable();
  return (
    <div role="status" className="connection">
      {!isReachable && (
        <p>
          <Icon name="offline" size={18} />
          {t("state.offline")}
        </p>
      )}
    </div>
  );
}
