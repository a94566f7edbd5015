import { useEffect, useState } from "react";
import { Heading } from "../app/Heading";
import { useSearchParam } from "../app/router";
import { Button } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { Form, TextField } from "../components/forms";
import { Icon } from "../components/icons";
import { PaginatedList } from "../components/pagination";
import { PersonRow, Username } from "../components/people";
import { InviteButton } from "../components/sharing";
import { TagField } from "../components/tags";
import { useTranslate } from "../i18n/i18n";
import { SearchPeopleDocument, type PersonListItemFragment } from "./generated/people";
import { usePresence } from "./presence";
import { hasStudySummary, StudySummary } from "./StudySummary";

/** User search. The URL contains the filter, so that a search can be shared and restored. */
export function PeoplePage() {
  const t = useTranslate();
  const [text, setText] = useSearchParam("text");
  const [field, setField] = useSearchParam("field");
  const [year, setYear] = useSearchParam("year");
  const [skills, setSkills] = useSearchParam("skills");
  const [online, setOnline] = useSearchParam("online");
  const [input, setInput] = useState(text);
  const [isOpen, setOpen] = useState(Boolean(field || year || skills || online));
  const tags = skills ? skills.split(",") : [];

  useEffect(() => {
    const timer = window.setTimeout(() => input !== text && setText(input), 300);
    return () => window.clearTimeout(timer);
  });
  const filter = {
    text: text.trim() || null,
    fieldOfStudy: field.trim() || null,
    year: /^\d+$/.test(year) ? Number(year) : null,
    skills: tags.length > 0 ? tags : null,
    isOnline: online ? true : null,
  };
  const isFiltered = Object.values(filter).some((value) => value !== null);
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
            dir="auto"
            aria-label={t("people.search")}
            placeholder={t("people.search")}
            value={input}
            onChange={(event) => setInput(event.target.value)}
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
          <PaginatedList
            query={SearchPeopleDocument}
            variables={{ filter, first: 30 }}
            pick={(data) => data.searchUsers}
            empty={
              isFiltered ? (
                <EmptyState icon="people" title={t("people.none")}>
                  <p>{t("people.noneText")}</p>
                </EmptyState>
              ) : (
                <EmptyState icon="people" title={t("people.empty")}>
                  <p>{t("people.emptyText")}</p>
                  <InviteButton />
                </EmptyState>
              )
            }
          >
            {(people, index) => <PeopleList people={people} isFirst={index === 0} />}
          </PaginatedList>
        </div>
      </search>
    </>
  );
}

function PeopleList({ people, isFirst }: { people: PersonListItemFragment[]; isFirst: boolean }) {
  const isOnline = usePresence(people);
  return (
    <ul className={isFirst ? "card flush rows" : "card flush rows next-page"}>
      {people.map((person) => (
        <li key={person.id}>
          <PersonRow person={person} isOnline={isOnline(person)} about={hasStudySummary(person) ? <StudySummary person={person} /> : <Username of={person} />} />
        </li>
      ))}
    </ul>
  );
}
