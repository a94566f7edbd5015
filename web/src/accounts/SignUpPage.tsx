import { useEffect, useState } from "react";
import { useClient } from "urql";
import { Heading } from "../app/Heading";
import { Link } from "../app/router";
import { Button } from "../components/buttons";
import { Empty, Note } from "../components/feedback";
import { Form, TextField, textOf } from "../components/forms";
import { useWrite, write } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { ownZone } from "../i18n/time";
import { UpdateSettingsDocument } from "../settings/generated/settings";
import { deviceName } from "./device";
import { RegisterDocument, UsernameAvailableDocument } from "./generated/accounts";
import { useSession } from "./session";
import "./accounts.css";

export function SignUpPage() {
  const t = useText();
  const client = useClient();
  const { self, restart } = useSession();
  const { run, isBusy, problems } = useWrite(RegisterDocument);
  const [username, setUsername] = useState(self?.isGuest ? self.user.username : "");
  const [mailedTo, setMailedTo] = useState<string>();
  const isFree = useIsFree(username);

  const signUp = async (values: FormData) => {
    const email = textOf(values, "email") ?? "";
    const payload = await run({
      input: {
        email,
        username: username.trim(),
        password: String(values.get("password")),
        firstName: textOf(values, "firstName"),
        lastName: textOf(values, "lastName"),
        transport: "COOKIE",
        deviceName: deviceName(),
      },
    });
    if (!payload) return;
    // Where operators want addresses confirmed first, there is no session yet, only a mail.
    if (!payload.session) return setMailedTo(email);
    // Pages and mails tell times by it. Where this fails, the first page offers it.
    await write(client, UpdateSettingsDocument, { input: { timeZone: ownZone } });
    restart();
  };

  if (mailedTo) {
    return (
      <div className="gate">
        <Heading title={t("signUp.title")} isHidden />
        <Empty icon="check" title={t("signUp.mailed")}>
          <p>{t("signUp.mailedText", { email: mailedTo })}</p>
        </Empty>
      </div>
    );
  }
  return (
    <div className="gate">
      <Heading title={t("signUp.title")} />
      <div className="card stack">
        {self?.isGuest && <Note icon="person">{t("signUp.guest")}</Note>}
        <Form problems={problems} onSubmit={signUp}>
          <div className="pair">
            <TextField name="firstName" label={t("profile.firstName")} isOptional autoComplete="given-name" />
            <TextField name="lastName" label={t("profile.lastName")} isOptional autoComplete="family-name" />
          </div>
          <TextField
            name="username"
            label={t("account.username")}
            value={username}
            onChange={(event) => setUsername(event.target.value)}
            hint={isFree === undefined ? t("account.usernameHint") : t(isFree ? "account.isFree" : "account.isTaken")}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
          />
          <TextField name="email" label={t("account.email")} type="email" autoComplete="email" />
          <TextField
            name="password"
            label={t("account.password")}
            type="password"
            autoComplete="new-password"
            hint={t("account.passwordHint")}
          />
          <Button submit kind="primary" isBusy={isBusy}>
            {t("signUp.action")}
          </Button>
        </Form>
      </div>
      <p className="below">
        {t("signUp.known")} <Link to="/login">{t("action.logIn")}</Link>
      </p>
    </div>
  );
}

/** Asks a moment after the last key whether the name is free; undefined while that is not known. */
function useIsFree(username: string) {
  const client = useClient();
  const [answer, setAnswer] = useState<{ username: string; isFree: boolean }>();
  const name = username.trim();
  useEffect(() => {
    if (name.length < 3) return;
    const timer = window.setTimeout(async () => {
      const { data } = await client.query(UsernameAvailableDocument, { username: name }).toPromise();
      if (typeof data?.usernameAvailable === "boolean") {
        setAnswer({ username: name, isFree: data.usernameAvailable });
      }
    }, 350);
    return () => window.clearTimeout(timer);
  }, [client, name]);
  return answer?.username === name ? answer.isFree : undefined;
}
