import { useEffect, useState } from "react";
import { useClient } from "urql";
import { Heading } from "../app/Heading";
import { Link, sitePath, useSearchParam } from "../app/router";
import { Button } from "../components/buttons";
import { EmptyState, Callout } from "../components/feedback";
import { Form, TextField, textValue } from "../components/forms";
import { useMutation, mutate } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { deviceTimeZone } from "../i18n/time";
import { UpdateSettingsDocument } from "../settings/generated/settings";
import { deviceName } from "./device";
import { RegisterDocument, UsernameAvailableDocument } from "./generated/accounts";
import { IdentityProviderButtons, OrDivider, useSignInOptions } from "./IdentityProviders";
import { LogInPage } from "./LogInPage";
import { nextPage } from "./nextPage";
import { useSession } from "./session";
import "./accounts.css";

export function SignUpPage() {
  const t = useTranslate();
  const client = useClient();
  const { viewer, restart } = useSession();
  const { run, isBusy, problems } = useMutation(RegisterDocument);
  const [username, setUsername] = useState(viewer?.isGuest ? viewer.user.username : "");
  const [mailedTo, setMailedTo] = useState<string>();
  const isAvailable = useUsernameAvailability(username);
  const [next] = useSearchParam("next");
  const { providers, hasPasswords } = useSignInOptions();

  const signUp = async (values: FormData) => {
    const email = textValue(values, "email") ?? "";
    const payload = await run({
      input: {
        email,
        username: username.trim(),
        password: String(values.get("password")),
        firstName: textValue(values, "firstName"),
        lastName: textValue(values, "lastName"),
        transport: "COOKIE",
        deviceName: deviceName(),
      },
    });
    if (!payload) return;
    // When the operator requires confirmed addresses, the session is null until the user follows the mailed link.
    if (!payload.session) {
      nextPage.set(next);
      return setMailedTo(email);
    }
    // Pages and mails show times in this zone. If the mutation fails, TimeZonePrompt offers it later.
    await mutate(client, UpdateSettingsDocument, { input: { timeZone: deviceTimeZone } });
    restart();
  };

  if (!hasPasswords) return <LogInPage />;
  if (mailedTo) {
    return (
      <div className="auth-page">
        <Heading title={t("signUp.title")} isHidden />
        <EmptyState icon="check" title={t("signUp.mailed")}>
          <p>{t("signUp.mailedText", { email: mailedTo })}</p>
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="auth-page">
      <Heading title={t("signUp.title")} />
      <div className="card stack">
        {viewer?.isGuest && <Callout icon="person">{t("signUp.guest")}</Callout>}
        <IdentityProviderButtons purpose="logIn" next={sitePath(next)} label={(name) => t("identity.logIn", { name })} />
        {providers.length > 0 && <OrDivider />}
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
            hint={t(
              isAvailable === undefined
                ? "account.usernameHint"
                : isAvailable
                  ? "account.usernameAvailable"
                  : "account.usernameUnavailable",
            )}
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
        {t("signUp.known")} <Link to={next ? `/login?next=${encodeURIComponent(next)}` : "/login"}>{t("action.logIn")}</Link>
      </p>
    </div>
  );
}

/** Whether the username is available, checked 350 ms after the last keystroke. Undefined until the server answers. */
function useUsernameAvailability(username: string) {
  const client = useClient();
  const [result, setResult] = useState<{ username: string; isAvailable: boolean }>();
  const name = username.trim();
  useEffect(() => {
    if (name.length < 3) return;
    const timer = window.setTimeout(async () => {
      const { data } = await client.query(UsernameAvailableDocument, { username: name }).toPromise();
      if (typeof data?.usernameAvailable === "boolean") {
        setResult({ username: name, isAvailable: data.usernameAvailable });
      }
    }, 350);
    return () => window.clearTimeout(timer);
  }, [client, name]);
  return result?.username === name ? result.isAvailable : undefined;
}
