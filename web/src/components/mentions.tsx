// Completion of mentions: `@` opens a list of users. Arrows move in it, Enter and Tab insert a name, Escape closes it.
import { useId, useLayoutEffect, useRef, useState, type ComponentProps, type KeyboardEvent } from "react";
import { useSession } from "../accounts/session";
import { useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { SearchPeopleDocument } from "../people/generated/people";
import { TextArea } from "./forms";
import { Avatar } from "./images";
import { Username, type Person } from "./people";
import { Name } from "./text";
import "./mentions.css";

/** `@` and what is typed of a name, up to the caret. */
const typedMention = /(?:^|[^\p{L}\p{N}_.-])@([\p{L}\p{N}_.-]*)$/u;
const maxSuggestions = 6;

interface Typed {
  start: number;
  end: number;
  name: string;
}

interface Options {
  text: string;
  onChange: (text: string) => void;
  /** The users who can be mentioned: those of a conversation or of the lobby, or all members. */
  candidates: readonly Person[] | "members";
}

/** Returns the props of the text area, and the list to show beside it. */
export function useMentions({ text, onChange, candidates }: Options) {
  const t = useTranslate();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useState<Typed>();
  const [activeIndex, setActiveIndex] = useState(0);
  const [caret, setCaret] = useState<number>();
  const found = useCandidates(typed?.name, candidates);
  const isOpen = typed !== undefined && found.length > 0;
  const active = isOpen ? found[Math.min(activeIndex, found.length - 1)] : undefined;

  const readCaret = () => {
    const { current } = field;
    if (!current || current.selectionStart !== current.selectionEnd) return setTyped(undefined);
    const end = current.selectionStart;
    const name = typedMention.exec(current.value.slice(0, end))?.[1];
    const start = name === undefined ? undefined : end - name.length;
    if (start !== typed?.start || name !== typed?.name) setActiveIndex(0);
    setTyped(start === undefined || name === undefined ? undefined : { start, end, name });
  };
  useLayoutEffect(() => {
    if (caret === undefined) return;
    field.current?.focus();
    field.current?.setSelectionRange(caret, caret);
    setCaret(undefined);
  }, [caret]);
  const insert = ({ username }: Person) => {
    if (!typed) return;
    const rest = text.slice(typed.end);
    const inserted = username + (/^\s/.test(rest) ? "" : " ");
    onChange(text.slice(0, typed.start) + inserted + rest);
    setCaret(typed.start + inserted.length);
    setTyped(undefined);
  };
  /** Returns whether the list has used the key. */
  const handleKeyDown = (event: KeyboardEvent) => {
    if (!active || event.nativeEvent.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActiveIndex((found.indexOf(active) + step + found.length) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") insert(active);
    else if (event.key === "Escape") setTyped(undefined);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const optionId = (person: Person) => `${id}-${person.id}`;
  const fieldProps = {
    ref: field,
    value: text,
    "aria-autocomplete": "list" as const,
    "aria-controls": isOpen ? id : undefined,
    "aria-activedescendant": active && optionId(active),
    onSelect: readCaret,
    onBlur: () => setTyped(undefined),
  };
  const list = (
    <>
      <span role="status" className="visually-hidden">
        {isOpen && t("mention.found", { count: found.length })}
      </span>
      {isOpen && (
        <ul id={id} className="mentions" role="listbox" aria-label={t("mention.list")}>
          {found.map((person) => (
            <li
              key={person.id}
              id={optionId(person)}
              role="option"
              aria-selected={person === active}
              // The text area keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => insert(person)}
            >
              <Avatar person={person} size={28} />
              <span className="line grow">
                <span className="strong">
                  <Name text={person.displayName} />
                </span>{" "}
                <span className="soft small">
                  <Username of={person} />
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
  return { field, fieldProps, list, readCaret, handleKeyDown };
}

/** A text area with completion, for forms that read its value when they are submitted. */
export function MentionArea({
  candidates,
  defaultValue = "",
  onKeyDown,
  ...props
}: Pick<Options, "candidates"> & Omit<ComponentProps<typeof TextArea>, "defaultValue"> & { defaultValue?: string }) {
  const [text, setText] = useState(defaultValue);
  const mentions = useMentions({ text, onChange: setText, candidates });
  return (
    <>
      <TextArea
        {...props}
        {...mentions.fieldProps}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => mentions.handleKeyDown(event) || onKeyDown?.(event)}
      />
      {mentions.list}
    </>
  );
}

function useCandidates(name: string | undefined, candidates: readonly Person[] | "members") {
  const { viewer } = useSession();
  const isSearch = candidates === "members";
  const { data } = useQuery(
    SearchPeopleDocument,
    { filter: { name: name ?? "" }, first: maxSuggestions + 1 },
    { pause: !isSearch || !name },
  );
  if (name === undefined || (isSearch && !name)) return [];
  const start = name.toLowerCase();
  const matches = ({ username, displayName }: Person) =>
    [username, ...displayName.split(/\s+/)].some((word) => word.toLowerCase().startsWith(start));
  const users = isSearch ? (data?.searchUsers?.edges ?? []).map(({ node }) => node) : candidates.filter(matches);
  return users.filter(({ id }) => id !== viewer?.user.id).slice(0, maxSuggestions);
}
