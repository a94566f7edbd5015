import { useState } from "react";
import { Button } from "../components/buttons";
import { Callout } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { ResendEmailConfirmationDocument } from "./generated/accounts";
import { useViewer } from "./session";

/** A reminder to confirm the email address. */
export function ResendConfirmation() {
  const t = useTranslate();
  const { email } = useViewer();
  const { run, isBusy, problems } = useMutation(ResendEmailConfirmationDocument);
  const [isSent, setSent] = useState(false);
  return (
    <>
      <ErrorSummary problems={problems} />
      <Callout icon="warning" tone="warn">
        <p>{t(isSent ? "confirm.sent" : "confirm.waiting", { email: email ?? "" })}</p>
        {!isSent && (
          <Button small isBusy={isBusy} onClick={async () => setSent(Boolean(await run({})))}>
            {t("confirm.resend")}
          </Button>
        )}
      </Callout>
    </>
  );
}
