import { Icon } from "../components/icons";
import type { Key } from "../i18n/catalogue";
import { useText } from "../i18n/language";
import type { ContactCardFragment, LinksFragment } from "./generated/people";

const networks = ["website", "linkedin", "github", "instagram", "twitter", "facebook", "youtube"] as const;

/** Links to elsewhere. Only web addresses become links, whatever somebody may have entered. */
export function SocialLinks({ links }: { links: LinksFragment }) {
  const t = useText();
  const given = networks.flatMap((name) => {
    const url = links[name];
    return url && /^https?:\/\//i.test(url) ? [{ name, url }] : [];
  });
  if (given.length === 0 && !links.description) return null;
  return (
    <div className="stack tight">
      {links.description && <p className="soft long">{links.description}</p>}
      <ul className="row">
        {given.map(({ name, url }) => (
          <li key={name}>
            <a className="chip" href={url} rel="noopener noreferrer nofollow me" target="_blank">
              <Icon name="link" size={14} />
              {t(`links.${name}` as Key)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

const facts = ["email", "occupation", "studentNumber", "homeAddress", "county", "country"] as const;

/** What this person lets the viewer know. */
export function Contact({ contact }: { contact: ContactCardFragment | null }) {
  const t = useText();
  const given = facts.filter((name) => contact?.[name]);
  if (!contact || given.length === 0) return null;
  return (
    <dl className="facts">
      {given.map((name) => (
        <div className="fact" key={name}>
          <dt>{t(`contact.${name}` as Key)}</dt>
          <dd>{name === "email" ? <a href={`mailto:${contact.email}`}>{contact.email}</a> : contact[name]}</dd>
        </div>
      ))}
    </dl>
  );
}
