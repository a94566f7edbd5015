import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { useToast } from "../components/feedback";
import { Form, TextArea, textValue } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { ReportContentDocument } from "./generated/people";

/** Reports a user, a post or a message to the moderators. */
export function ReportDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(ReportContentDocument);
  const report = async (values: FormData) => {
    if (!(await run({ input: { id, reason: textValue(values, "reason") ?? "" } }))) return;
    toast(t("report.done"));
    onClose();
  };
  return (
    <Dialog title={t("report.title")} onClose={onClose}>
      <p className="soft">{t("report.text")}</p>
      <Form problems={problems} onSubmit={report}>
        <TextArea name="reason" label={t("report.reason")} />
        <Button submit kind="primary" isBusy={isBusy}>
          {t("action.report")}
        </Button>
      </Form>
    </Dialog>
  );
}
