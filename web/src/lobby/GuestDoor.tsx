import { useMemo } from "react";
import { useSession } from "../accounts/session";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { Form, TextField, textOf } from "../components/forms";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { EnterLobbyDocument } from "./generated/lobby";

const first = ["quiet", "early", "late", "curious", "brave", "busy", "calm", "lucky"];
const second = ["owl", "fox", "otter", "heron", "moth", "lynx", "wren", "hare"];
const any = (words: readonly string[]) => words[Math.floor(Math.random() * words.length)];

/** A name that is likely to be free, so that a guest only has to press the button. */
const suggestion = () => `${any(first)}_${any(second)}${10 + Math.floor(Math.random() * 90)}`.slice(0, 15);

/** The way into the lobby without an account: open, choose a name or keep the one that is there, enter. */
export function GuestDoor({ isOpen, onOpen }: { isOpen: boolean; onOpen: () => void }) {
  const t = useText();
  const { self, restart } = useSession();
  const { run, isBusy, problems } = useWrite(EnterLobbyDocument);
  const name = useMemo(suggestion, []);

  const enter = async (pseudonym: string | null) => {
    const payload = await run({ input: { pseudonym, transport: "COOKIE" } });
    if (!payload) return;
    navigate("/lobby");
    restart();
  };
  if (self) {
    return (
      <Button kind="primary" onClick={() => navigate("/lobby")}>
        {t("lobby.back", { name: self.user.displayName })}
      </Button>
    );
  }
  if (!isOpen) return <Button onClick={onOpen}>{t("lobby.look")}</Button>;
  return (
    <Form problems={problems} onSubmit={(values) => void enter(textOf(values, "pseudonym"))}>
      <TextField
        name="pseudonym"
        label={t("lobby.pseudonym")}
        hint={t("lobby.pseudonymHint")}
        defaultValue={name}
        maxLength={15}
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
