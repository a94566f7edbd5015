import { useTranslate } from "../i18n/i18n";
import { TextField } from "./forms";

/** The password that the viewer has. `label` says which one where it is not obvious. */
export function PasswordField({ name = "password", label, hint }: { name?: string; label?: string; hint?: string }) {
  const t = useTranslate();
  return (
    <TextField
      name={name}
      label={label ?? t("account.currentPassword")}
      hint={hint}
      type="password"
      autoComplete="current-password"
    />
  );
}

/** A password that the user chooses. */
export function NewPasswordField({ name = "newPassword", label }: { name?: string; label?: string }) {
  const t = useTranslate();
  return (
    <TextField
      name={name}
      label={label ?? t("account.newPassword")}
      hint={t("account.passwordHint")}
      type="password"
      autoComplete="new-password"
    />
  );
}
