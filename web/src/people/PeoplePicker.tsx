import { useEffect, useState } from "react";
import { TextField } from "../components/forms";
import { Icon } from "../components/icons";
import { Avatar } from "../components/images";
import { Username, type Person } from "../components/people";
import { Name } from "../components/text";
import { useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { SearchPeopleDocument } from "./generated/people";

interface PeoplePickerProps {
  /** The path of the users in the problems of the form. */
  path: string;
  hint?: string;
  selected: readonly Person[];
  onChange: (selected: readonly Person[]) => void;
  /** The ids of users who are not offered. */
  excluded?: readonly string[];
}

/** Finds users by name and selects some. */
export function PeoplePicker({ path, hint, selected, onChange, excluded = [] }: PeoplePickerProps) {
  const t = useTranslate();
  const [input, setInput] = useState("");
  const [name, setName] = useState("");
  useEffect(() => {
    const timer = window.setTimeout(() => setName(input.trim()), 250);
    return () => window.clearTimeout(timer);
  }, [input]);
  const { data } = useQuery(SearchPeopleDocument, { filter: name ? { name } : {}, first: 8 });
  const found = data?.searchUsers?.edges
    .map(({ node }) => node)
    .filter(({ id }) => !excluded.includes(id) && !selected.some((one) => one.id === id));
  return (
    <>
      {selected.length > 0 && (
        <ul className="chips" aria-label={t("messages.selected")}>
          {selected.map((person) => (
            <li className="chip" key={person.id}>
              <Name text={person.displayName} fallback={`@${person.username}`} />
              <button
                type="button"
                aria-label={t("tags.remove", { name: person.displayName })}
                onClick={() => onChange(selected.filter(({ id }) => id !== person.id))}
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <TextField
        name="name"
        path={path}
        label={t("messages.addPeople")}
        hint={hint}
        value={input}
        onChange={(event) => setInput(event.target.value)}
        autoComplete="off"
      />
      {name && found?.length === 0 && <p className="soft small">{t("people.none")}</p>}
      <ul className="search-results">
        {found?.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              className="entry"
              onClick={() => {
                onChange([...selected, person]);
                setInput("");
              }}
            >
              <Avatar person={person} size={36} />
              <span className="grow">
                <span className="visually-hidden">{t("messages.add")} </span>
                <span className="strong">
                  <Name text={person.displayName} />
                </span>{" "}
                <span className="soft small">
                  <Username of={person} />
                </span>
              </span>
              <Icon name="plus" size={18} />
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
