import { useState } from "react";
import { ResendConfirmation } from "../accounts/ResendConfirmation";
import { useSignInOptions } from "../accounts/useSignInOptions";
import { useViewer, useSession } from "../accounts/session";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Callout, useToast } from "../components/feedback";
import { Form, TextField, textValue } from "../components/forms";
import { NewPasswordField, PasswordField } from "../components/passwords";
import { storage } from "../components/storage";
import { useMutation } from "../graphql/hooks";
import { clearDatabase } from "../outbox/database";
import { useTranslate } from "../i18n/i18n";
import {
  ChangeEmailDocument,
  ChangePasswordDocument,
  ChangeUsernameDocument,
} from "./generated/settings";
import { DeleteAccountDocument } from "./generated/data";
import { keepReceipt } from "./receipt";
import { Identities, useHasPassword } from "./IdentitiesSection";

export function AccountSection() {
  return (
    <div className="stack wide">
      <Username />
      <Email />
      <Password />
      <Identities />
      <DeleteAccount />
    </div>
  );
}

function Username() {
  const t = useTranslate();
  const toast = useToast();
  const { user } = useViewer();
  const { run, isBusy, problems } = useMutation(ChangeUsernameDocument);
  // The server requires the password if it was last entered in this session more than 10 minutes ago. The field appears
  // after that error.
  const needsPassword = problems.some(({ code }) => ["REAUTHENTICATION_REQUIRED", "CREDENTIALS_WRONG"].includes(code));
  const save = async (values: FormData) => {
    const input = { username: textValue(values, "username") ?? "", password: values.get("password") as string | null };
    if (await run({ input })) toast(t("state.saved"));
  };
  return (
    <section className="card stack">
      <h2>{t("account.username")}</h2>
      <Form problems={problems} onSubmit={save}>
        <TextField
          name="username"
          label={t("account.username")}
          hint={t("account.usernameHint")}
          defaultValue={user.username}
          autoComplete="username"
          autoCapitalize="none"
        />
        {needsPassword && (
          <PasswordField />
        )}
        <div>
          <Button submit isBusy={isBusy}>
            {t("account.changeUsername")}
          </Button>
        </div>
      </Form>
    </section>
  );
}

function Email() {
  const t = useTranslate();
  const { email, isEmailConfirmed } = useViewer();
  const hasPassword = useHasPassword();
  const { run, isBusy, problems } = useMutation(ChangeEmailDocument);
  const [mailedTo, setMailedTo] = useState<string>();
  const save = async (values: FormData) => {
    const newEmail = textValue(values, "newEmail") ?? "";
    if (await run({ input: { newEmail, password: values.get("password") as string | null } })) setMailedTo(newEmail);
  };
  return (
    <section className="card stack">
      <h2>{t("account.email")}</h2>
      <p>{email}</p>
      {!isEmailConfirmed && <ResendConfirmation />}
      {mailedTo ? (
        <Callout icon="check" tone="good">
          {t("account.emailMailed", { email: mailedTo })}
        </Callout>
      ) : (
        <Form problems={problems} onSubmit={save}>
          <div className="pair">
            <TextField name="newEmail" label={t("account.newEmail")} type="email" autoComplete="email" />
            {hasPassword && (
              <PasswordField />
            )}
          </div>
          <div>
            <Button submit isBusy={isBusy}>
              {t("account.changeEmail")}
            </Button>
          </div>
        </Form>
      )}
    </section>
  );
}

function Password() {
  const t = useTranslate();
  const hasPassword = useHasPassword();
  const { hasPasswords } = useSignInOptions();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(ChangePasswordDocument);
  const [formKey, setFormKey] = useState(0);
  const save = async (values: FormData) => {
    const input = {
      currentPassword: values.get("currentPassword") as string | null,
      newPassword: String(values.get("newPassword")),
    };
    if (!(await run({ input }))) return;
    toast(t("account.passwordChanged"));
    setFormKey(formKey + 1);
  };
  if (!hasPasswords) return null;
  return (
    <section className="card stack">
      <div>
        <h2>{t("account.password")}</h2>
        <p className="soft small">{t("account.passwordText")}</p>
      </div>
      <Form key={formKey} problems={problems} onSubmit={save}>
        <div className="pair">
          {hasPassword && (
            <PasswordField name="currentPassword" />
          )}
          <NewPasswordField />
        </div>
        <div>
          <Button submit isBusy={isBusy}>
            {t(hasPassword ? "account.changePassword" : "account.setPassword")}
          </Button>
        </div>
      </Form>
    </section>
  );
}

function DeleteAccount() {
  const t = useTranslate();
  const hasPassword = useHasPassword();
  const { user } = useViewer();
  const { restart } = useSession();
  const { run, isBusy, problems } = useMutation(DeleteAccountDocument);
  const [isOpen, setOpen] = useState(false);
  const remove = async (values: FormData) => {
    const payload = await run({ input: { password: values.get("password") as string | null } });
    if (!payload) return;
    storage.clear(user.id);
    void clearDatabase(user.id);
    keepReceipt(payload.receipt);
    navigate("/account-deleted", { replace: true });
    restart();
  };
  return (
    <section className="card stack">
      <div>
        <h2>{t("account.delete")}</h2>
        <p className="soft small">{t("account.deleteText")}</p>
      </div>
      <div>
        <Button kind="danger" onClick={() => setOpen(true)}>
          {t("account.delete")}
        </Button>
      </div>
      {isOpen && (
        <Dialog title={t("account.deleteTitle")} onClose={() => setOpen(false)}>
          <p>{t("account.deleteText")}</p>
          <Form problems={problems} onSubmit={remove}>
            {hasPassword && (
              <PasswordField />
            )}
            <Button submit kind="danger" isBusy={isBusy}>
              {t("account.deleteForGood")}
            </Button>
          </Form>
        </Dialog>
      )}
    </section>
  );
}
