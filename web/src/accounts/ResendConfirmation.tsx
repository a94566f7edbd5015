import { useState } from "react";
import { Button } from "../components/buttons";
import { Note } from "../components/feedback";
import { Problems } from "../components/forms";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { ResendEmailConfirmationDocument } from "./generated/accounts";
import { useSelf } from "./session";

/** Reminds of the mail that waits to be answered. */
export function ResendConfirmation() {
  const t = useText();
  const { email } = useSelf();
  const { run, isBusy, problems } = useWrite(ResendEmailConfirmationDocument);
  const [isSent, setSent] = useState(false);
  return (
    <>
      <Problems problems={problems} />
      <Note icon="warning" tone="warn">
        <p>{t(isSent ? "confirm.sent" : "confirm.waiting", { email: email ?? "" })}</p>
        {!isSent && (
          <Button small isBusy={isBusy} onClick={async () => setSent(Boolean(await run({})))}>
            {t("confirm.resend")}
          </Button>
        )}
      </Note>
    </>
  );
}
