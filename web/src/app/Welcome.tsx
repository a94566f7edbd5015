import { useState } from "react";
import { GuestDoor } from "../lobby/GuestDoor";
import { LinkButton } from "../components/buttons";
import { Icon, type IconName } from "../components/icons";
import type { Key } from "../i18n/catalogue";
import { useText } from "../i18n/language";
import { Heading } from "./Heading";
import { Shell } from "./Shell";
import "./welcome.css";

const offers: [IconName, Key, Key][] = [
  ["people", "welcome.people", "welcome.peopleText"],
  ["chat", "welcome.talk", "welcome.talkText"],
  ["teach", "welcome.learn", "welcome.learnText"],
];

/** The first page for somebody whom the server does not know. */
export function Welcome() {
  const t = useText();
  const [isAtDoor, setAtDoor] = useState(false);
  return (
    <Shell isWide>
      <div className="welcome">
        <section className="pitch">
          <Heading title={t("welcome.title")} />
          <p className="lead">{t("welcome.text")}</p>
          <div className="row">
            <LinkButton to="/signup" kind="primary">
              {t("welcome.signUp")}
            </LinkButton>
            <LinkButton to="/login">{t("action.logIn")}</LinkButton>
          </div>
        </section>
        <section className="card door" aria-labelledby="door">
          <div className="row">
            <Icon name="lobby" size={24} />
            <h2 id="door">{t("welcome.lobby")}</h2>
          </div>
          <p className="soft">{t("welcome.lobbyText")}</p>
          <GuestDoor isOpen={isAtDoor} onOpen={() => setAtDoor(true)} />
        </section>
        <ul className="offers">
          {offers.map(([icon, title, text]) => (
            <li key={title}>
              <span className="sign">
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
    </Shell>
  );
}
