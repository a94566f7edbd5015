import { useState } from "react";
import { GuestEntry } from "../lobby/GuestEntry";
import { useSession } from "../accounts/session";
import { LinkButton } from "../components/buttons";
import { Callout } from "../components/feedback";
import { Icon, type IconName } from "../components/icons";
import type { MessageKey } from "../i18n/generated/messages";
import { useTranslate } from "../i18n/i18n";
import { Heading } from "./Heading";
import "./welcome.css";

const features: [IconName, MessageKey, MessageKey][] = [
  ["people", "welcome.people", "welcome.peopleText"],
  ["chat", "welcome.messages", "welcome.messagesText"],
  ["teach", "welcome.mentoring", "welcome.mentoringText"],
];

/** The start page for visitors and guests. */
export function WelcomePage() {
  const t = useTranslate();
  const { hasEnded } = useSession();
  const [isFormOpen, setFormOpen] = useState(false);
  return (
    <div className="welcome">
      <section className="pitch">
        <Heading title={t("welcome.title")} />
        {hasEnded && (
          <Callout icon="lock" tone="warn">
            {t("logIn.ended")}
          </Callout>
        )}
        <p className="lead">{t("welcome.text")}</p>
        <div className="row">
          <LinkButton to="/signup" kind="primary">
            {t("welcome.signUp")}
          </LinkButton>
          <LinkButton to="/login">{t("action.logIn")}</LinkButton>
        </div>
      </section>
      <section className="card lobby-card" aria-labelledby="door">
        <div className="row">
          <Icon name="lobby" size={24} />
          <h2 id="door">{t("welcome.lobby")}</h2>
        </div>
        <p className="soft">{t("welcome.lobbyText")}</p>
        <GuestEntry isOpen={isFormOpen} onOpen={() => setFormOpen(true)} />
      </section>
      <ul className="offers">
        {features.map(([icon, title, text]) => (
          <li key={title}>
            <span className="icon-badge">
              <Icon name={icon} size={24} />
            </span>
            <h2>{t(title)}</h2>
            <p className="soft">{t(text)}</p>
          </li>
        ))}
      </ul>
      <footer className="soft small">
        {t("welcome.developers")} <a href="/graphiql">GraphiQL</a>
      </footer>
    </div>
  );
}
