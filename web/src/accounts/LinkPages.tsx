// The pages behind mailed links. Opening one changes nothing: the token is sent only when the user presses the button.
// It is in the URL fragment, which browsers do not send, so it reaches no server log.
import { useEffect, useState, type ReactNode } from "react";
import { Heading } from "../app/Heading";
import { Link, useSearchParam } from "../app/router";
import { Button, LinkButton } from "../components/buttons";
import { EmptyState } from "../components/feedback";
import { Form, TextField, textValue } from "../components/forms";
import { NewPasswordField, PasswordField } from "../components/passwords";
import { useMutation } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useTranslate } from "../i18n/i18n";
import {
  ConfirmEmailDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  UndoEmailChangeDocument,
  UnsubscribeMailDocument,
} from "./generated/accounts";
import { useSignInOptions } from "./useSignInOptions";
import { useLinkToken } from "./linkToken";
import { nextPage } from "./nextPage";
import { useSession } from "./session";
import "./accounts.css";

/** What became of the token, once it was used. Stored in the URL, because that may end the session and remount the page. */
function useOutcome(): ["" | "done" | "waiting", (outcome: "done" | "waiting") => void] {
  const [value, setValue] = useSearchParam("done");
  return [value === "" ? "" : value === "waiting" ? "waiting" : "done", setValue];
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
  const [outcome, setOutcome] = useOutcome();
  const reset = async (values: FormData) => {
    const input = { token: textValue(values, "token") ?? "", newPassword: String(values.get("newPassword")) };
    if (!(await run({ input }))) return;
    setOutcome("done");
    restart();
  };
  if (outcome) {
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
        <NewPasswordField />
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
  const [outcome, setOutcome] = useOutcome();
  const { mode } = useSignInOptions();
  const needsPassword = useNeedsPassword(problems);
  const text = (name: "title" | "text" | "action" | "done" | "doneText") => t(`${messagePrefix}.${name}`);
  // Someone else may have changed the email and know the password, so the next step is a new password.
  const next = messagePrefix === "undo" ? "/forgot-password" : viewer ? "/" : "/login";
  const submit = async (values: FormData) => {
    const token = textValue(values, "token") ?? "";
    // Not trimmed: blanks belong to a password.
    const password = needsPassword ? { password: String(values.get("password")) } : {};
    const payload = await run({ input: { token, ...password } });
    if (!payload) return;
    // The response does not tell a registration from the new address of a member who is logged out: the page names both.
    const isWaiting = messagePrefix === "confirm" && mode === "APPROVAL" && !payload.viewer;
    setOutcome(isWaiting ? "waiting" : "done");
    restart();
  };
  if (outcome === "waiting") {
    return (
      <SuccessPage title={text("done")}>
        <p>{t("confirm.waitText")}</p>
        <LinkButton to="/" kind="primary">
          {t("action.continue")}
        </LinkButton>
      </SuccessPage>
    );
  }
  if (outcome) {
    const afterwards = messagePrefix === "confirm" ? nextPage.get() : undefined;
    const target = !afterwards ? next : viewer ? afterwards : `/login?next=${encodeURIComponent(afterwards)}`;
    return (
      <SuccessPage title={text("done")}>
        <p>{text("doneText")}</p>
        <LinkButton to={target} kind="primary" onClick={() => nextPage.set("")}>
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
          <PasswordField label={t("account.password")} hint={t("confirm.passwordHint")} />
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
