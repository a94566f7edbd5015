// The words of users, in any script and direction. Everything that a user has written is shown by these two components.
import { Link } from "../app/router";
import { useTranslate } from "../i18n/i18n";

/** Addresses that become links. Signs that change the direction end one, so that it cannot show another host. */
const addresses =
  /\b(?:https?:\/\/|mailto:|www\.)[^\s<>"\u200e\u200f\u202a-\u202e\u2066-\u2069]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const safeProtocols = ["http:", "https:", "mailto:"];

type Part = { text: string; href?: string };

/** Splits a text at its addresses. Joined, the parts are the text. */
export function splitAddresses(text: string): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(addresses)) {
    const address = withoutTrailingSigns(found);
    const href = safeAddress(address);
    if (!href) continue;
    if (index > end) parts.push({ text: text.slice(end, index) });
    parts.push({ text: address, href });
    end = index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Without the full stop of the sentence, and without a bracket that was opened before the address. */
function withoutTrailingSigns(address: string): string {
  const last = address.at(-1) ?? "";
  const opening = { ")": "(", "]": "[", "}": "{" }[last];
  const isUnbalanced = opening && address.split(opening).length < address.split(last).length;
  return isUnbalanced || /[.,;:!?'’»*_~]/.test(last) ? withoutTrailingSigns(address.slice(0, -1)) : address;
}

function safeAddress(address: string) {
  const full = /^www\./i.test(address) ? `https://${address}` : /^\w+:/.test(address) ? address : `mailto:${address}`;
  return URL.canParse(full) && safeProtocols.includes(new URL(full).protocol) ? full : undefined;
}

interface Mentioned {
  username: string;
  isGuest: boolean;
}

/** `@` and the longest name behind it, but not within a word or an address. */
const mentionPattern = /(?<![\p{L}\p{N}_.-])@([\p{L}\p{N}_.-]+)/gu;

type MentionPart = { text: string; mentioned?: Mentioned };

/**
 * Splits a text at its mentions. Signs at the end of a name may belong to the sentence. Without a list of users, every
 * possible username counts.
 */
function splitMentions(text: string, users: readonly Mentioned[] | "any"): MentionPart[] {
  const find = (name: string): Mentioned | undefined => {
    const user =
      users === "any"
        ? /^.{3,30}$/u.test(name.replace(/[.-]+$/, "")) && { username: name.replace(/[.-]+$/, ""), isGuest: false }
        : users.find(({ username }) => username.toLowerCase() === name.toLowerCase());
    if (user) return user;
    return /[.-]$/.test(name) ? find(name.slice(0, -1)) : undefined;
  };
  const parts: MentionPart[] = [];
  let end = 0;
  for (const { 1: name = "", index } of text.matchAll(mentionPattern)) {
    const mentioned = find(name);
    if (!mentioned) continue;
    if (index > end) parts.push({ text: text.slice(end, index) });
    end = index + 1 + mentioned.username.length;
    parts.push({ text: text.slice(index, end), mentioned });
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Whether a text has a sign that can be seen. Some letters are blank. */
export const isVisible = (text: string) => /[^\p{C}\p{Z}\p{M}\u115f\u1160\u3164\uffa0\u2800]/u.test(text);

interface UserTextProps {
  text: string;
  className?: string;
  /** The users whose `@username` links to their profile, by default none. */
  mentions?: readonly Mentioned[] | "any";
}

/** A text of several lines, with links. Its own letters decide its direction. */
export function UserText({ text, className = "", mentions = [] }: UserTextProps) {
  const t = useTranslate();
  if (!isVisible(text)) return <p className={`soft ${className}`}>{t("text.invisible")}</p>;
  return (
    <p className={`long ${className}`} dir="auto">
      {splitAddresses(text).map(({ text, href }, index) =>
        href ? (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {text}
          </a>
        ) : (
          splitMentions(text, mentions).map(({ text, mentioned }, place) =>
            !mentioned ? (
              text
            ) : mentioned.isGuest ? (
              <strong key={`${index}-${place}`}>{text}</strong>
            ) : (
              <Link key={`${index}-${place}`} className="mention" to={`/people/${encodeURIComponent(mentioned.username)}`}>
                {text}
              </Link>
            ),
          )
        ),
      )}
    </p>
  );
}

/** A name or another short text within a line. Its direction does not affect the words around it. */
export function Name({ text, fallback }: { text: string; fallback?: string }) {
  const t = useTranslate();
  return <bdi>{isVisible(text) ? text : (fallback ?? t("text.invisible"))}</bdi>;
}

/** A text of a user, or a sentence of the client with names: that one has the direction of the page. */
export const Title = ({ text }: { text: string }) => (text.includes("\u2068") ? text : <bdi>{text}</bdi>);
