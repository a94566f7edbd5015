import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { useToast } from "../components/feedback";
import { Form, TextArea, textOf } from "../components/forms";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { ReportContentDocument } from "./generated/people";

/** Tells the moderators about a person, a post or a message. */
export function ReportDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(ReportContentDocument);
  const report = async (values: FormData) => {
    if (!(await run({ input: { id, reason: textOf(values, "reason") ?? "" } }))) return;
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
