// The pages behind mailed links. Opening one changes nothing: the token is sent only when the user presses the button.
// It is in the URL fragment, which browsers do not send, so it reaches no server log.
import { useEffect, useState, type ReactNode } from "react";
import { Heading } from "../app/Heading";
import { Link, refreshRoute, useSearchParam } from "../app/router";
import { Button, LinkButton } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { Form, TextField, textValue } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import type { MessageKey } from "../i18n/generated/messages";
import { useTranslate } from "../i18n/i18n";
import {
  ConfirmEmailDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  UndoEmailChangeDocument,
  UnsubscribeMailDocument,
} from "./generated/accounts";
import { useSession } from "./session";
import "./accounts.css";

/**
 * Reads the token and removes it from the URL, so that no history entry or bookmark contains it. A second link opened in
 * the same tab changes only the fragment.
 */
function useLinkToken() {
  const readToken = () => new URLSearchParams(location.hash.slice(1)).get("token") ?? "";
  const [token, setToken] = useState(readToken);
  useEffect(() => {
    const read = () => {
      if (!location.hash) return;
      setToken(readToken());
      history.replaceState(history.state, "", location.pathname);
      refreshRoute();
    };
    read();
    window.addEventListener("hashchange", read);
    return () => window.removeEventListener("hashchange", read);
  }, []);
  return token;
}

/** Whether the token was used. Stored in the URL, because using a token may end the session and remount the page. */
function useDone(): [boolean, () => void] {
  const [done, setDone] = useSearchParam("done");
  return [done !== "", () => setDone("1")];
}

function AuthCard({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="auth-page">
      <Heading title={title} />
      <div className="card stack">{children}</div>
    </div>
  );
}

/** A hidden field, or a visible one when a mail client has dropped the token from the link. */
function TokenField({ token }: { token: string }) {
  const t = useTranslate();
  return token ? (
    <input type="hidden" name="token" value={token} />
  ) : (
    <TextField name="token" label={t("link.token")} hint={t("link.tokenHint")} autoComplete="off" />
  );
}

function SuccessPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="auth-page">
      <Heading title={title} isHidden />
      <EmptyState icon="check" title={title}>
        {children}
      </EmptyState>
    </div>
  );
}

export function ForgotPasswordPage() {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(RequestPasswordResetDocument);
  const [isSent, setSent] = useState(false);
  if (isSent) {
    return (
      <SuccessPage title={t("forgot.sent")}>
        <p>{t("forgot.sentText")}</p>
        <Link to="/login">{t("action.logIn")}</Link>
      </SuccessPage>
    );
  }
  return (
    <AuthCard title={t("forgot.title")}>
      <p className="soft">{t("forgot.text")}</p>
      <Form
        problems={problems}
        onSubmit={async (values) => setSent(Boolean(await run({ input: { email: textValue(values, "email") ?? "" } })))}
      >
        <TextField name="email" label={t("account.email")} type="email" autoComplete="email" />
        <Button submit kind="primary" isBusy={isBusy}>
          {t("forgot.action")}
        </Button>
      </Form>
    </AuthCard>
  );
}

export function ResetPasswordPage() {
  const t = useTranslate();
  const token = useLinkToken();
  const { restart } = useSession();
  const { run, isBusy, problems } = useMutation(ResetPasswordDocument);
  const [isDone, setDone] = useDone();
  const reset = async (values: FormData) => {
    const input = { token: textValue(values, "token") ?? "", newPassword: String(values.get("newPassword")) };
    if (!(await run({ input }))) return;
    setDone();
    restart();
  };
  if (isDone) {
    return (
      <SuccessPage title={t("reset.done")}>
        <p>{t("reset.doneText")}</p>
        <LinkButton to="/login" kind="primary">
          {t("action.logIn")}
        </LinkButton>
      </SuccessPage>
    );
  }
  return (
    <AuthCard title={t("reset.title")}>
      <Form problems={problems} onSubmit={reset} key={token}>
        <TokenField token={token} />
        {problems.some(({ code }) => code === "TOKEN_INVALID") && <Link to="/forgot-password">{t("link.again")}</Link>}
        <TextField
          name="newPassword"
          label={t("account.newPassword")}
          type="password"
          autoComplete="new-password"
          hint={t("account.passwordHint")}
        />
        <Button submit kind="primary" isBusy={isBusy}>
          {t("reset.action")}
        </Button>
      </Form>
    </AuthCard>
  );
}

/**
 * Whether the server has asked for the password of a registration. Others may have registered with the same address, and
 * the password decides whose registration is confirmed.
 */
function useNeedsPassword(problems: readonly Problem[]) {
  const [needsPassword, setNeedsPassword] = useState(false);
  const isRequested = problems.some(({ path }) => path?.at(-1) === "password");
  useEffect(() => {
    if (isRequested) setNeedsPassword(true);
  }, [isRequested]);
  return needsPassword || isRequested;
}

function TokenPage({
  mutation,
  messagePrefix,
}: {
  mutation: typeof ConfirmEmailDocument | typeof UndoEmailChangeDocument | typeof UnsubscribeMailDocument;
  messagePrefix: "confirm" | "undo" | "unsubscribe";
}) {
  const t = useTranslate();
  const token = useLinkToken();
  const { viewer, restart } = useSession();
  const { run, isBusy, problems } = useMutation(mutation as typeof ConfirmEmailDocument);
  const [isDone, setDone] = useDone();
  const needsPassword = useNeedsPassword(problems);
  const text = (name: string) => t(`${messagePrefix}.${name}` as MessageKey);
  // Someone else may have changed the email and know the password, so the next step is a new password.
  const next = messagePrefix === "undo" ? "/forgot-password" : viewer ? "/" : "/login";
  const submit = async (values: FormData) => {
    const token = textValue(values, "token") ?? "";
    // Not trimmed: blanks belong to a password.
    const password = needsPassword ? { password: String(values.get("password")) } : {};
    if (!(await run({ input: { token, ...password } }))) return;
    setDone();
    restart();
  };
  if (isDone) {
    return (
      <SuccessPage title={text("done")}>
        <p>{text("doneText")}</p>
        <LinkButton to={next} kind="primary">
          {t(next === "/" ? "action.continue" : next === "/login" ? "action.logIn" : "reset.title")}
        </LinkButton>
      </SuccessPage>
    );
  }
  return (
    <AuthCard title={text("title")}>
      <p className="soft">{text("text")}</p>
      <Form problems={problems} onSubmit={submit} key={token}>
        <TokenField token={token} />
        {needsPassword && (
          <TextField
            name="password"
            label={t("account.password")}
            hint={t("confirm.passwordHint")}
            type="password"
            autoComplete="current-password"
          />
        )}
        <Button submit kind="primary" isBusy={isBusy}>
          {text("action")}
        </Button>
      </Form>
    </AuthCard>
  );
}

export const ConfirmEmailPage = () => <TokenPage mutation={ConfirmEmailDocument} messagePrefix="confirm" />;
export const UndoEmailChangePage = () => <TokenPage mutation={UndoEmailChangeDocument} messagePrefix="undo" />;
export const UnsubscribePage = () => <TokenPage mutation={UnsubscribeMailDocument} messagePrefix="unsubscribe" />;
