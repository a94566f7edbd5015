import { Button } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { PaginatedList } from "../components/pagination";
import { PersonRow, Username } from "../components/people";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { UnblockUserDocument } from "../people/generated/people";
import { BlockedUsersDocument } from "./generated/settings";

export function BlockedSection() {
  const t = useTranslate();
  const { run, problems } = useMutation(UnblockUserDocument);
  return (
    <section className="stack">
      <p className="soft">{t("block.text")}</p>
      <ErrorSummary problems={problems} />
      <PaginatedList
        query={BlockedUsersDocument}
        variables={{ first: 50 }}
        pick={(data) => data.viewer?.blockedUsers}
        empty={<EmptyState icon="lock" title={t("block.none")} />}
      >
        {(people) => (
          <ul className="card flush rows">
            {people.map((person) => (
              <li key={person.id}>
                <PersonRow
                  person={person}
                  about={<Username of={person} />}
                  action={
                    <Button small onClick={() => void run({ input: { userId: person.id } })}>
                      {t("block.undo")}
                    </Button>
                  }
                />
              </li>
            ))}
          </ul>
        )}
      </PaginatedList>
    </section>
  );
}
