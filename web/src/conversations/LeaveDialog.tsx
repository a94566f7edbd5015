import { navigate } from "../app/router";
import { ConfirmDialog } from "../components/dialog";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { LeaveConversationDocument } from "./generated/conversations";

export function LeaveDialog({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const t = useTranslate();
  const { run, isBusy, problems } = useMutation(LeaveConversationDocument);
  const leave = async () => {
    if (await run({ input: { conversationId } })) navigate("/messages");
  };
  return (
    <ConfirmDialog
      title={t("thread.leave")}
      action={t("thread.leave")}
      isBusy={isBusy}
      problems={problems}
      onConfirm={() => void leave()}
      onClose={onClose}
    >
      <p>{t("thread.leaveText")}</p>
    </ConfirmDialog>
  );
}
