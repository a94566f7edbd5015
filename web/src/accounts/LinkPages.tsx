// Where mailed links lead. Opening one changes nothing: the token is used when somebody presses the button, and stands
// behind the `#`, where no server and no log sees it.
import { useEffect, useState, type ReactNode } from "react";
import { Heading } from "../app/Heading";
import { Link, useSearch } from "../app/router";
import { Button, LinkButton } from "../components/buttons";
import { Empty } from "../components/feedback";
import { Form, TextField, textOf } from "../components/forms";
import { useWrite } from "../graphql/hooks";
import type { Key } from "../i18n/catalogue";
import { useText } from "../i18n/language";
import {
  ConfirmEmailDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  UndoEmailChangeDocument,
} from "./generated/accounts";
import { useSession } from "./session";
import "./accounts.css";

/** Takes the token out of the address, so that it stays in no history and goes into no bookmark. */
function useToken() {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token") ?? "");
  useEffect(() => {
    if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  }, []);
  return token;
}

/**
 * Whether the token was used. It stands in the address: using one may end the session, and the page then begins anew for
 * somebody who is nobody.
 */
function useDone(): [boolean, () => void] {
  const [done, setDone] = useSearch("done");
  return [done !== "", () => setDone("1")];
}

function Gate({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="gate">
      <Heading title={title} />
      <div className="card stack">{children}</div>
    </div>
  );
}

/** The token, to be typed in where a mail program lost the link. */
function TokenField({ token }: { token: string }) {
  const t = useText();
  return token ? (
    <input type="hidden" name="token" value={token} />
  ) : (
    <TextField name="token" label={t("link.token")} hint={t("link.tokenHint")} autoComplete="off" />
  );
}

function Done({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="gate">
      <Heading title={title} isHidden />
      <Empty icon="check" title={title}>
        {children}
      </Empty>
    </div>
  );
}

export function ForgotPasswordPage() {
  const t = useText();
  const { run, isBusy, problems } = useWrite(RequestPasswordResetDocument);
  const [isSent, setSent] = useState(false);
  if (isSent) {
    return (
      <Done title={t("forgot.sent")}>
        <p>{t("forgot.sentText")}</p>
        <Link to="/login">{t("action.logIn")}</Link>
      </Done>
    );
  }
  return (
    <Gate title={t("forgot.title")}>
      <p className="soft">{t("forgot.text")}</p>
      <Form
        problems={problems}
        onSubmit={async (values) => setSent(Boolean(await run({ input: { email: textOf(values, "email") ?? "" } })))}
      >
        <TextField name="email" label={t("account.email")} type="email" autoComplete="email" />
        <Button submit kind="primary" isBusy={isBusy}>
          {t("forgot.action")}
        </Button>
      </Form>
    </Gate>
  );
}

export function ResetPasswordPage() {
  const t = useText();
  const token = useToken();
  const { restart } = useSession();
  const { run, isBusy, problems } = useWrite(ResetPasswordDocument);
  const [isDone, setDone] = useDone();
  const reset = async (values: FormData) => {
    const input = { token: textOf(values, "token") ?? "", newPassword: String(values.get("newPassword")) };
    if (!(await run({ input }))) return;
    setDone();
    restart();
  };
  if (isDone) {
    return (
      <Done title={t("reset.done")}>
        <p>{t("reset.doneText")}</p>
        <LinkButton to="/login" kind="primary">
          {t("action.logIn")}
        </LinkButton>
      </Done>
    );
  }
  return (
    <Gate title={t("reset.title")}>
      <Form problems={problems} onSubmit={reset}>
        <TokenField token={token} />
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
    </Gate>
  );
}

/** One token, one button. */
function TokenPage({
  mutation,
  words,
}: {
  mutation: typeof ConfirmEmailDocument | typeof UndoEmailChangeDocument;
  words: "confirm" | "undo";
}) {
  const t = useText();
  const token = useToken();
  const { self, restart } = useSession();
  const { run, isBusy, problems } = useWrite(mutation as typeof ConfirmEmailDocument);
  const [isDone, setDone] = useDone();
  const text = (name: string) => t(`${words}.${name}` as Key);
  // Whoever takes a change back does not trust the password any more.
  const next = words === "undo" ? "/forgot-password" : self ? "/" : "/login";
  const use = async (values: FormData) => {
    if (!(await run({ input: { token: textOf(values, "token") ?? "" } }))) return;
    setDone();
    restart();
  };
  if (isDone) {
    return (
      <Done title={text("done")}>
        <p>{text("doneText")}</p>
        <LinkButton to={next} kind="primary">
          {t(next === "/" ? "action.goOn" : next === "/login" ? "action.logIn" : "reset.title")}
        </LinkButton>
      </Done>
    );
  }
  return (
    <Gate title={text("title")}>
      <p className="soft">{text("text")}</p>
      <Form problems={problems} onSubmit={use}>
        <TokenField token={token} />
        <Button submit kind="primary" isBusy={isBusy}>
          {text("action")}
        </Button>
      </Form>
    </Gate>
  );
}

export const ConfirmEmailPage = () => <TokenPage mutation={ConfirmEmailDocument} words="confirm" />;
export const UndoEmailChangePage = () => <TokenPage mutation={UndoEmailChangeDocument} words="undo" />;
