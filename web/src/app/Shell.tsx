// What stands around every page: the way to the other pages, who is signed in, and whether the server can be reached.
import { useState, type ReactNode } from "react";
import { useSession } from "../accounts/session";
import { IconButton, LinkButton } from "../components/buttons";
import { Segments } from "../components/forms";
import { Icon, type IconName } from "../components/icons";
import { Avatar } from "../components/pictures";
import { Outbox } from "../conversations/outbox";
import { useReachable } from "../graphql/hooks";
import { useSpeech, type Language } from "../i18n/language";
import type { Key } from "../i18n/catalogue";
import { Inbox, useInbox } from "../notifications/inbox";
import { applyTheme, chosenTheme, themes, type Theme } from "../theme/theme";
import { Link } from "./router";
import "./shell.css";

interface Place {
  to: string;
  name: Key;
  icon: IconName;
}

const places: Place[] = [
  { to: "/", name: "nav.feed", icon: "home" },
  { to: "/messages", name: "nav.messages", icon: "chat" },
  { to: "/lobby", name: "nav.lobby", icon: "lobby" },
  { to: "/mentoring", name: "nav.mentoring", icon: "teach" },
  { to: "/people", name: "nav.people", icon: "people" },
];

export function Shell({ isWide, children }: { isWide?: boolean; children: ReactNode }) {
  const { self } = useSession();
  const { t } = useSpeech();
  return (
    <Inbox>
      <Outbox>
        <a className="skip" href="#content">
          {t("nav.skip")}
        </a>
        <Connection />
        <div className={self && !self.isGuest ? "shell" : "shell outside"}>
          {self && !self.isGuest ? <MemberBar /> : <GuestBar />}
          <main id="content" className={isWide ? "wide" : undefined} tabIndex={-1}>
            {children}
          </main>
        </div>
      </Outbox>
    </Inbox>
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

function Count({ count, name }: { count: number; name: Key }) {
  const { t } = useSpeech();
  if (count === 0) return null;
  return (
    <span className="badge count">
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span className="unseen">{t(name, { count })}</span>
    </span>
  );
}

function MemberBar() {
  const { t } = useSpeech();
  const { self } = useSession();
  const { unread, unseen } = useInbox();
  return (
    <>
      <header className="bar">
        <Wordmark />
        <div className="bar-end">
          <Link to="/notifications" marks className="round" title={t("nav.notifications")}>
            <Icon name="bell" />
            <span className="unseen">{t("nav.notifications")}</span>
            <Count count={unseen} name="nav.unseen" />
          </Link>
          <Link to="/settings" className="round" title={t("nav.settings")}>
            <Avatar person={self?.user ?? null} size={32} />
            <span className="unseen">{t("nav.settings")}</span>
          </Link>
        </div>
      </header>
      <nav className="places" aria-label={t("nav.main")}>
        <ul>
          {places.map(({ to, name, icon }) => (
            <li key={to}>
              <Link to={to} marks>
                <Icon name={icon} size={22} />
                <span>{t(name)}</span>
                {to === "/messages" && <Count count={unread} name="nav.unread" />}
              </Link>
            </li>
          ))}
          <li className="aside">
            <Link to="/notifications" marks>
              <Icon name="bell" size={22} />
              <span>{t("nav.notifications")}</span>
              <Count count={unseen} name="nav.unseen" />
            </Link>
          </li>
          <li className="aside">
            <Link to="/settings" marks>
              <Icon name="settings" size={22} />
              <span>{t("nav.settings")}</span>
            </Link>
          </li>
        </ul>
        {self && (
          <Link to={`/people/${encodeURIComponent(self.user.username)}`} className="me">
            <Avatar person={self.user} size={36} />
            <span className="grow">
              <span className="line strong">{self.user.displayName}</span>
              <span className="line soft small">@{self.user.username}</span>
            </span>
          </Link>
        )}
      </nav>
    </>
  );
}

function GuestBar() {
  const { t } = useSpeech();
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

/** For those without settings: the other language, and the other light. */
export function Preferences() {
  const { t, language, setLanguage } = useSpeech();
  const [theme, setTheme] = useState(chosenTheme);
  const isDark = theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  const turn = () => {
    const next = isDark ? "light" : "dark";
    applyTheme(next);
    setTheme(next);
  };
  const other: Language = language === "en" ? "fr" : "en";
  return (
    <>
      <button className="button quiet small" type="button" lang={other} onClick={() => setLanguage(other)}>
        {other === "fr" ? "Français" : "English"}
      </button>
      <IconButton
        label={t(isDark ? "theme.toLight" : "theme.toDark")}
        icon={isDark ? "light" : "dark"}
        onClick={turn}
      />
    </>
  );
}

/** The same with names, in the settings. */
export function Appearance() {
  const { t, language, setLanguage } = useSpeech();
  const [theme, setTheme] = useState(chosenTheme);
  const choose = (next: Theme) => {
    applyTheme(next);
    setTheme(next);
  };
  return (
    <div className="stack">
      <div className="row apart">
        <span className="label">{t("theme.label")}</span>
        <Segments
          name="theme"
          label={t("theme.label")}
          value={theme}
          options={themes.map((name) => [name, t(`theme.${name}`)] as const)}
          onChoice={choose}
        />
      </div>
      <div className="row apart">
        <span className="label">{t("language.label")}</span>
        <Segments
          name="language"
          label={t("language.label")}
          value={language}
          options={[
            ["en", "English"],
            ["fr", "Français"],
          ]}
          onChoice={setLanguage}
        />
      </div>
    </div>
  );
}

function Connection() {
  const { t } = useSpeech();
  const isReachable = useReachable();
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
