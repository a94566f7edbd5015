import { useEffect, useState } from "react";
import { Heading } from "../app/Heading";
import { useSearch } from "../app/router";
import { Button } from "../components/buttons";
import { Empty } from "../components/feedback";
import { Form, TextField } from "../components/forms";
import { Icon } from "../components/icons";
import { Pages } from "../components/pages";
import { PersonLine } from "../components/people";
import { TagField } from "../components/tags";
import { useText } from "../i18n/language";
import { SearchPeopleDocument, type PersonInListFragment } from "./generated/people";
import { usePresence } from "./presence";
import { Study } from "./Study";

/** Finding people. What is searched for stands in the address, so that it can be shared and gone back to. */
export function PeoplePage() {
  const t = useText();
  const [text, setText] = useSearch("text");
  const [field, setField] = useSearch("field");
  const [year, setYear] = useSearch("year");
  const [skills, setSkills] = useSearch("skills");
  const [online, setOnline] = useSearch("online");
  const [typed, setTyped] = useState(text);
  const [isOpen, setOpen] = useState(Boolean(field || year || skills || online));
  const tags = skills ? skills.split(",") : [];

  useEffect(() => {
    const timer = window.setTimeout(() => typed !== text && setText(typed), 300);
    return () => window.clearTimeout(timer);
  });
  const filter = {
    text: text.trim() || null,
    fieldOfStudy: field.trim() || null,
    year: /^\d+$/.test(year) ? Number(year) : null,
    skills: tags.length > 0 ? tags : null,
    isOnline: online ? true : null,
  };
  return (
    <>
      <Heading title={t("nav.people")}>
        <Button kind="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} icon="settings">
          {t("people.filters")}
        </Button>
      </Heading>
      <search className="stack">
        <div className="search">
          <Icon name="search" />
          <input
            className="input"
            type="search"
            aria-label={t("people.search")}
            placeholder={t("people.search")}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        {isOpen && (
          <Form className="card stack" onSubmit={() => {}}>
            <div className="pair">
              <TextField
                name="field"
                label={t("profile.fieldOfStudy")}
                defaultValue={field}
                onBlur={(event) => setField(event.target.value)}
              />
              <TextField
                name="year"
                label={t("profile.year")}
                inputMode="numeric"
                defaultValue={year}
                onBlur={(event) => setYear(event.target.value)}
              />
            </div>
            <TagField
              path="skills"
              label={t("profile.skills")}
              hint={t("people.skillsHint")}
              tags={tags}
              onChange={(all) => setSkills(all.join(","))}
            />
            <label className="switch">
              <input
                type="checkbox"
                role="switch"
                checked={Boolean(online)}
                onChange={(event) => setOnline(event.target.checked ? "1" : "")}
              />
              <span className="label">{t("people.online")}</span>
            </label>
          </Form>
        )}
        <div>
          <Pages
            query={SearchPeopleDocument}
            variables={{ filter, first: 30 }}
            pick={(data) => data.searchUsers}
            empty={
              <Empty icon="people" title={t("people.none")}>
                <p>{t("people.noneText")}</p>
              </Empty>
            }
          >
            {(people, place) => <PeopleList people={people} isFirst={place === 0} />}
          </Pages>
        </div>
      </search>
    </>
  );
}

function PeopleList({ people, isFirst }: { people: PersonInListFragment[]; isFirst: boolean }) {
  const isOnline = usePresence(people);
  return (
    <ul className={isFirst ? "card flush rows" : "card flush rows further"}>
      {people.map((person) => (
        <li key={person.id}>
          <PersonLine person={person} isOnline={isOnline(person)} about={<Study person={person} />} />
        </li>
      ))}
    </ul>
  );
}
