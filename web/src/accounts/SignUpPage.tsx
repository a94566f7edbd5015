import { useEffect, useMemo, useState } from "react";
import { useClient } from "urql";
import { Heading } from "../app/Heading";
import { Link, sitePath, useSearchParam } from "../app/router";
import { Button } from "../components/buttons";
import { EmptyState, Callout, Loading } from "../components/feedback";
import { fieldPathOf, Form, TextArea, TextField, textValue } from "../components/forms";
import { NewPasswordField } from "../components/passwords";
import { useMutation, mutate } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useTranslate } from "../i18n/i18n";
import { deviceTimeZone } from "../i18n/time";
import { UpdateSettingsDocument } from "../settings/generated/settings";
import { deviceName } from "./device";
import { RegisterDocument, UsernameAvailableDocument } from "./generated/accounts";
import { IdentityProviderButtons, OrDivider } from "./IdentityProviders";
import { useSignInOptions } from "./useSignInOptions";
import { useLinkToken } from "./linkToken";
import { LogInPage } from "./LogInPage";
import { nextPage } from "./nextPage";
import { useSession } from "./session";
import "./accounts.css";

export function SignUpPage() {
  const t = useTranslate();
  const client = useClient();
  const { viewer, restart } = useSession();
  const { run, isBusy, problems, reset } = useMutation(RegisterDocument);
  const [username, setUsername] = useState(viewer?.isGuest ? viewer.user.username : "");
  const [mailedTo, setMailedTo] = useState<string>();
  const isAvailable = useUsernameAvailability(username);
  const [next] = useSearchParam("next");
  const { isLoading, providers, hasPasswords, mode, needsInvitation } = useSignInOptions();
  const linked = useLinkToken();
  const [invitation, setInvitation] = useState(linked);
  useEffect(() => setInvitation(linked), [linked]);
  // The general message for an invalid token speaks of a link.
  const explained = useMemo(
    () => problems.map((problem) => (isUnusable(problem) ? { ...problem, code: "INVITATION_UNUSABLE" } : problem)),
    [problems],
  );

  const dropInvitation = () => {
    setInvitation("");
    reset();
  };
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
        ...(invitation && { invitation }),
        note: textValue(values, "note"),
      },
    });
    if (!payload) return;
    // The session is null until the user follows the mailed link, and until a moderator approves, if the operator requires it.
    if (!payload.session) {
      nextPage.set(next);
      return setMailedTo(email);
    }
    // Pages and mails show times in this zone. If the mutation fails, TimeZonePrompt offers it later.
    await mutate(client, UpdateSettingsDocument, { input: { timeZone: deviceTimeZone } });
    restart();
  };

  if (isLoading) return <Loading />;
  if (!hasPasswords) return <LogInPage />;
  if (mailedTo) {
    // An invitation that was mailed confirms the address. Only the server knows whether this one was.
    const isSent = mode === "APPROVAL" && invitation !== "";
    const text = isSent ? "signUp.sentText" : mode === "APPROVAL" ? "signUp.mailedApproval" : "signUp.mailedText";
    return (
      <div className="auth-page">
        <Heading title={t("signUp.title")} isHidden />
        <EmptyState icon="check" title={t(isSent ? "signUp.sent" : "signUp.mailed")}>
          <p>{t(text, { email: mailedTo })}</p>
        </EmptyState>
      </div>
    );
  }
  if (needsInvitation && !invitation) return <InvitationNeeded next={next} onInvitation={setInvitation} />;
  return (
    <div className="auth-page">
      <Heading title={t("signUp.title")} />
      <div className="card stack">
        {viewer?.isGuest && <Callout icon="person">{t("signUp.guest")}</Callout>}
        <IdentityProviderButtons purpose="logIn" next={sitePath(next)} label={(name) => t("identity.logIn", { name })} />
        {providers.length > 0 && <OrDivider />}
        {invitation && <Callout icon="check">{t("signUp.invited")}</Callout>}
        {mode === "APPROVAL" && <Callout icon="person">{t("signUp.approval")}</Callout>}
        <Form problems={explained} onSubmit={signUp}>
          {invitation && problems.some(isUnusable) && (
            <div>
              <Button small onClick={dropInvitation}>
                {t("signUp.dropInvitation")}
              </Button>
            </div>
          )}
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
          <NewPasswordField name="password" label={t("account.password")} />
          {mode === "APPROVAL" && (
            <TextArea name="note" label={t("signUp.note")} hint={t("signUp.noteHint")} limit={500} isOptional />
          )}
          <Button submit kind="primary" isBusy={isBusy}>
            {t("signUp.action")}
          </Button>
        </Form>
      </div>
      <Known next={next} />
    </div>
  );
}

const isUnusable = (problem: Problem) => problem.code === "TOKEN_INVALID" && fieldPathOf(problem) === "invitation";

function Known({ next }: { next: string }) {
  const t = useTranslate();
  return (
    <p className="below">
      {t("signUp.known")} <Link to={next ? `/login?next=${encodeURIComponent(next)}` : "/login"}>{t("action.logIn")}</Link>
    </p>
  );
}

/** In place of the form. Some mail clients drop the token from a link, so it can be pasted. */
function InvitationNeeded({ next, onInvitation }: { next: string; onInvitation: (token: string) => void }) {
  const t = useTranslate();
  const accept = (values: FormData) => {
    const pasted = textValue(values, "invitation") ?? "";
    onInvitation(pasted.split("#token=").at(-1) ?? "");
  };
  return (
    <div className="auth-page">
      <Heading title={t("signUp.needed")} />
      <div className="card stack">
        <p>{t("signUp.neededText")}</p>
        <IdentityProviderButtons purpose="logIn" next={sitePath(next)} label={(name) => t("identity.logIn", { name })} />
        <Form onSubmit={accept}>
          <TextField name="invitation" label={t("signUp.invitation")} hint={t("signUp.invitationHint")} dir="ltr" autoComplete="off" />
          <Button submit kind="primary">
            {t("action.continue")}
          </Button>
        </Form>
      </div>
      <Known next={next} />
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
