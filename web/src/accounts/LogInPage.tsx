import { Heading } from "../app/Heading";
import { Link } from "../app/router";
import { Button } from "../components/buttons";
import { Note } from "../components/feedback";
import { Form, TextField, textOf } from "../components/forms";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { deviceName } from "./device";
import { LogInDocument } from "./generated/accounts";
import { useSession } from "./session";
import "./accounts.css";

/** Stands in for any page that needs a session, and leads to it. */
export function LogInPage() {
  const t = useText();
  const { self, restart } = useSession();
  const { run, isBusy, problems } = useWrite(LogInDocument);

  const logIn = async (values: FormData) => {
    const input = {
      identifier: textOf(values, "identifier") ?? "",
      password: String(values.get("password")),
      transport: "COOKIE" as const,
      deviceName: deviceName(),
    };
    if (!(await run({ input }))) return;
    restart();
  };
  return (
    <div className="gate">
      <Heading title={t("logIn.title")} />
      <div className="card stack">
        {self?.isGuest && <Note icon="person">{t("logIn.guest")}</Note>}
        <Form problems={problems} onSubmit={logIn}>
          <TextField name="identifier" label={t("logIn.identifier")} autoComplete="username" autoCapitalize="none" />
          <TextField name="password" label={t("account.password")} type="password" autoComplete="current-password" />
          <Button submit kind="primary" isBusy={isBusy}>
            {t("action.logIn")}
          </Button>
        </Form>
        <Link to="/forgot-password" className="small">
          {t("logIn.forgot")}
        </Link>
      </div>
      <p className="below">
        {t("logIn.new")} <Link to="/signup">{t("action.signUp")}</Link>
      </p>
    </div>
  );
}
