import { useEffect, useState } from "react";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Form, TextField } from "../components/forms";
import { Icon } from "../components/icons";
import type { Person } from "../components/people";
import { Avatar } from "../components/pictures";
import { useRead, useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { SearchPeopleDocument } from "../people/generated/people";
import { StartConversationDocument } from "./generated/conversations";

/** Chooses people by name, one or several, and opens the conversation that they have, or a new one. */
export function NewConversation({ onClose }: { onClose: () => void }) {
  const t = useText();
  const { run, isBusy, problems } = useWrite(StartConversationDocument);
  const [chosen, setChosen] = useState<readonly Person[]>([]);
  const [typed, setTyped] = useState("");
  const [name, setName] = useState("");
  useEffect(() => {
    const timer = window.setTimeout(() => setName(typed.trim()), 250);
    return () => window.clearTimeout(timer);
  }, [typed]);
  const { data } = useRead(SearchPeopleDocument, { filter: name ? { name } : {}, first: 8 });
  const found = data?.searchUsers?.edges
    .map(({ node }) => node)
    .filter(({ id }) => !chosen.some((one) => one.id === id));

  const begin = async () => {
    const payload = await run({ input: { userIds: chosen.map(({ id }) => id) } });
    if (!payload?.conversation) return;
    onClose();
    navigate(`/messages/${payload.conversation.id}`);
  };
  return (
    <Dialog title={t("messages.new")} onClose={onClose}>
      <Form problems={problems} onSubmit={() => void begin()}>
        {chosen.length > 0 && (
          <ul className="chips" aria-label={t("messages.chosen")}>
            {chosen.map((person) => (
              <li className="chip" key={person.id}>
                {person.displayName}
                <button
                  type="button"
                  aria-label={t("tags.remove", { name: person.displayName })}
                  onClick={() => setChosen((all) => all.filter(({ id }) => id !== person.id))}
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
          label={t("messages.with")}
          hint={t("messages.withHint")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
        />
        {name && found?.length === 0 && <p className="soft small">{t("people.none")}</p>}
        <ul className="found">
          {found?.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                className="entry"
                aria-label={t("messages.add", { name: person.displayName })}
                onClick={() => {
                  setChosen((all) => [...all, person]);
                  setTyped("");
                }}
              >
                <Avatar person={person} size={36} />
                <span className="grow">
                  <span className="strong">{person.displayName}</span>{" "}
                  <span className="soft small">@{person.username}</span>
                </span>
                <Icon name="plus" size={18} />
              </button>
            </li>
          ))}
        </ul>
        <Button submit kind="primary" isBusy={isBusy || chosen.length === 0}>
          {t("messages.begin")}
        </Button>
      </Form>
    </Dialog>
  );
}
