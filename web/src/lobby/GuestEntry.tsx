import { useMemo } from "react";
import { useSession } from "../accounts/session";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { Form, TextField, textValue } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { EnterLobbyDocument } from "./generated/lobby";

const adjectives = ["quiet", "early", "late", "curious", "brave", "busy", "calm", "lucky"];
const animals = ["owl", "fox", "otter", "heron", "moth", "lynx", "wren", "hare"];
const pickRandom = (words: readonly string[]) => words[Math.floor(Math.random() * words.length)];

/** A name that is probably available, so that a guest only has to press the button. */
const suggestPseudonym = () =>
  `${pickRandom(adjectives)}_${pickRandom(animals)}${10 + Math.floor(Math.random() * 90)}`.slice(0, 15);

/** Entering the lobby without an account, under the suggested name or another one. */
export function GuestEntry({ isOpen, onOpen }: { isOpen: boolean; onOpen: () => void }) {
  const t = useTranslate();
  const { viewer, restart } = useSession();
  const { run, isBusy, problems } = useMutation(EnterLobbyDocument);
  const name = useMemo(suggestPseudonym, []);

  const enter = async (pseudonym: string | null) => {
    const payload = await run({ input: { pseudonym, transport: "COOKIE" } });
    if (!payload) return;
    navigate("/lobby");
    restart();
  };
  if (viewer) {
    return (
      <Button kind="primary" onClick={() => navigate("/lobby")}>
        {t("lobby.back", { name: viewer.user.displayName })}
      </Button>
    );
  }
  if (!isOpen) return <Button onClick={onOpen}>{t("lobby.visit")}</Button>;
  return (
    <Form problems={problems} onSubmit={(values) => void enter(textValue(values, "pseudonym"))}>
      <TextField
        name="pseudonym"
        label={t("lobby.pseudonym")}
        hint={t("lobby.pseudonymHint")}
        defaultValue={name}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
      />
      <Button submit kind="primary" isBusy={isBusy}>
        {t("lobby.enter")}
      </Button>
    </Form>
  );
}
