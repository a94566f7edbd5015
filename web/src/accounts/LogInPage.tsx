import { Heading } from "../app/Heading";
import { Link, sitePath, usePath, useSearchParam } from "../app/router";
import { Button } from "../components/buttons";
import { Callout } from "../components/feedback";
import { Form, TextField, textValue } from "../components/forms";
import { PasswordField } from "../components/passwords";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { deviceName } from "./device";
import { LogInDocument } from "./generated/accounts";
import { IdentityProviderButtons, OrDivider } from "./IdentityProviders";
import { useSignInOptions } from "./useSignInOptions";
import { useSession } from "./session";
import "./accounts.css";

/** Also rendered in place of a page that requires a session. The page itself appears after logging in. */
export function LogInPage() {
  const t = useTranslate();
  const { viewer, restart, hasEnded } = useSession();
  const path = usePath();
  const isNeeded = path !== "/login";
  const [afterwards] = useSearchParam("next");
  const next = isNeeded ? path + location.search : sitePath(afterwards);
  const { providers, hasPasswords } = useSignInOptions();
  const { run, isBusy, problems } = useMutation(LogInDocument);

  const logIn = async (values: FormData) => {
    const input = {
      identifier: textValue(values, "identifier") ?? "",
      password: String(values.get("password")),
      transport: "COOKIE" as const,
      deviceName: deviceName(),
    };
    if (!(await run({ input }))) return;
    restart();
  };
  return (
    <div className="auth-page">
      <Heading title={t("logIn.title")} />
      <div className="card stack">
        {viewer?.isGuest ? (
          <Callout icon="person">{t("logIn.guest")}</Callout>
        ) : hasEnded ? (
          <Callout icon="lock" tone="warn">
            {t("logIn.ended")}
          </Callout>
        ) : (
          isNeeded && <Callout icon="lock">{t("logIn.needed")}</Callout>
        )}
        <IdentityProviderButtons purpose="logIn" next={next} label={(name) => t("identity.logIn", { name })} />
        {providers.length > 0 && hasPasswords && <OrDivider />}
        {hasPasswords && (
          <>
            <Form problems={problems} onSubmit={logIn}>
              <TextField name="identifier" label={t("logIn.identifier")} autoComplete="username" autoCapitalize="none" />
              <PasswordField label={t("account.password")} />
              <Button submit kind="primary" isBusy={isBusy}>
                {t("action.logIn")}
              </Button>
            </Form>
            <Link to="/forgot-password" className="small">
              {t("logIn.forgot")}
            </Link>
          </>
        )}
      </div>
      {hasPasswords && (
        <p className="below">
          {t("logIn.new")} <Link to={next === "/" ? "/signup" : `/signup?next=${encodeURIComponent(next)}`}>{t("action.signUp")}</Link>
        </p>
      )}
    </div>
  );
}
