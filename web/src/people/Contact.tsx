import { Icon } from "../components/icons";
import { Name, UserText } from "../components/text";
import type { MessageKey } from "../i18n/generated/messages";
import { useTranslate } from "../i18n/i18n";
import type { ContactCardFragment, LinksFragment } from "./generated/people";

const networks = ["website", "linkedin", "github", "instagram", "twitter", "facebook", "youtube"] as const;

/** Social links. Only http and https URLs become links, so that no `javascript:` URL does. */
export function SocialLinks({ links }: { links: LinksFragment }) {
  const t = useTranslate();
  const given = networks.flatMap((name) => {
    const url = links[name];
    return url && /^https?:\/\//i.test(url) ? [{ name, url }] : [];
  });
  if (given.length === 0 && !links.description) return null;
  return (
    <div className="stack tight">
      {links.description && <UserText className="soft" text={links.description} />}
      <ul className="row">
        {given.map(({ name, url }) => (
          <li key={name}>
            <a className="chip" href={url} rel="noopener noreferrer nofollow me" target="_blank">
              <Icon name="link" size={14} />
              {t(`links.${name}` as MessageKey)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

const contactFields = ["email", "occupation", "studentNumber", "homeAddress", "county", "country"] as const;

/** The contact details that the user shares with the viewer. */
export function ContactDetails({ contact }: { contact: ContactCardFragment | null }) {
  const t = useTranslate();
  const given = contactFields.filter((name) => contact?.[name]);
  if (!contact || given.length === 0) return null;
  return (
    <dl className="facts">
      {given.map((name) => (
        <div className="fact" key={name}>
          <dt>{t(`contact.${name}` as MessageKey)}</dt>
          <dd>{name === "email" ? <a href={`mailto:${contact.email}`}>{contact.email}</a> : <Name text={contact[name] ?? ""} />}</dd>
        </div>
      ))}
    </dl>
  );
}
