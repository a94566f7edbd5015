import { useEffect, useState } from "react";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Form, TextField } from "../components/forms";
import { Icon } from "../components/icons";
import type { Person } from "../components/people";
import { Avatar } from "../components/images";
import { Name } from "../components/text";
import { useQuery, useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { SearchPeopleDocument } from "../people/generated/people";
import { StartConversationDocument } from "./generated/conversations";

/** Selects one or more people by name and opens their conversation, which is created when there is none. */
export function NewConversationDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(StartConversationDocument);
  const [selected, setSelected] = useState<readonly Person[]>([]);
  const [input, setInput] = useState("");
  const [name, setName] = useState("");
  useEffect(() => {
    const timer = window.setTimeout(() => setName(input.trim()), 250);
    return () => window.clearTimeout(timer);
  }, [input]);
  const { data } = useQuery(SearchPeopleDocument, { filter: name ? { name } : {}, first: 8 });
  const found = data?.searchUsers?.edges
    .map(({ node }) => node)
    .filter(({ id }) => !selected.some((one) => one.id === id));

  const start = async () => {
    const payload = await run({ input: { userIds: selected.map(({ id }) => id) } });
    if (!payload?.conversation) return;
    onClose();
    navigate(`/messages/${payload.conversation.id}`);
  };
  return (
    <Dialog title={t("messages.new")} onClose={onClose}>
      <Form problems={problems} onSubmit={() => void start()}>
        {selected.length > 0 && (
          <ul className="chips" aria-label={t("messages.selected")}>
            {selected.map((person) => (
              <li className="chip" key={person.id}>
                <Name text={person.displayName} fallback={`@${person.username}`} />
                <button
                  type="button"
                  aria-label={t("tags.remove", { name: person.displayName })}
                  onClick={() => setSelected((all) => all.filter(({ id }) => id !== person.id))}
                >
                  <Icon name="close" size={14} />
                </button>
              </li>
            ))}
          </ul>
        )}
        <TextField
          name="name"
          path="userIds"
          label={t("messages.addPeople")}
          hint={t("messages.addPeopleHint")}
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
                aria-label={t("messages.add", { name: person.displayName })}
                onClick={() => {
                  setSelected((all) => [...all, person]);
                  setInput("");
                }}
              >
                <Avatar person={person} size={36} />
                <span className="grow">
                  <span className="strong">
                    <Name text={person.displayName} />
                  </span>{" "}
                  <span className="soft small">@{person.username}</span>
                </span>
                <Icon name="plus" size={18} />
              </button>
            </li>
          ))}
        </ul>
        <Button submit kind="primary" isBusy={isBusy || selected.length === 0}>
          {t("messages.start")}
        </Button>
      </Form>
    </Dialog>
  );
}
