import { Button } from "../components/buttons";
import { Empty } from "../components/feedback";
import { Problems } from "../components/forms";
import { Pages } from "../components/pages";
import { PersonLine } from "../components/people";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { UnblockUserDocument } from "../people/generated/people";
import { MyBlocksDocument } from "./generated/settings";

export function BlockedSection() {
  const t = useText();
  const { run, problems } = useWrite(UnblockUserDocument);
  return (
    <section className="stack">
      <p className="soft">{t("block.text")}</p>
      <Problems problems={problems} />
      <Pages
        query={MyBlocksDocument}
        variables={{ first: 50 }}
        pick={(data) => data.viewer?.blockedUsers}
        empty={<Empty icon="lock" title={t("block.nobody")} />}
      >
        {(people) => (
          <ul className="card flush rows">
            {people.map((person) => (
              <li key={person.id}>
                <PersonLine
                  person={person}
                  about={`@${person.username}`}
                  end={
                    <Button small onClick={() => void run({ input: { userId: person.id } })}>
                      {t("block.undo")}
                    </Button>
                  }
                />
              </li>
            ))}
          </ul>
        )}
      </Pages>
    </section>
  );
}
