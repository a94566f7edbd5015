// Muting a conversation: its messages are not announced, and the count of unread messages leaves it out.
import { useState } from "react";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { useToast } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { Icon } from "../components/icons";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { useInbox } from "../notifications/inbox";
import { MuteConversationDocument, UnmuteConversationDocument } from "./generated/conversations";

const hour = 3_600_000;
const durations = [
  ["mute.hour", hour],
  ["mute.hours", 8 * hour],
  ["mute.forGood", null],
] as const;

/** A mute ends at its instant, without an event. */
export const isMutedNow = ({ isMuted, muteEndsAt }: { isMuted: boolean; muteEndsAt: string | null }) =>
  isMuted && (muteEndsAt === null || Date.parse(muteEndsAt) > Date.now());

export function MutedSign() {
  const t = useTranslate();
  return (
    <span className="soft" title={t("mute.on")}>
      <Icon name="muted" size={18} />
      <span className="visually-hidden">{t("mute.on")}</span>
    </span>
  );
}

export function MuteDialog({ conversationId, onClose }: { conversationId: string; onClose: () => void }) {
  const t = useTranslate();
  const toast = useToast();
  const { refreshCounts } = useInbox();
  const { run, isBusy, problems } = useMutation(MuteConversationDocument);
  const [chosen, setChosen] = useState<string>();
  const mute = async (key: string, duration: number | null) => {
    setChosen(key);
    const endsAt = duration === null ? null : new Date(Date.now() + duration).toISOString();
    if (!(await run({ input: { conversationId, endsAt } }))) return;
    refreshCounts();
    onClose();
    toast(t("mute.started"));
  };
  return (
    <Dialog title={t("mute.start")} onClose={onClose}>
      <ErrorSummary problems={problems} />
      <p>{t("mute.text")}</p>
      <div className="stack tight">
        {durations.map(([key, duration]) => (
          <Button key={key} isBusy={isBusy && chosen === key} onClick={() => void mute(key, duration)}>
            {t(key)}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}

/** Returns a function that ends the mute. */
export function useUnmute(conversationId: string) {
  const t = useTranslate();
  const toast = useToast();
  const { refreshCounts } = useInbox();
  const { run } = useMutation(UnmuteConversationDocument);
  return async () => {
    const isDone = await run({ input: { conversationId } });
    if (isDone) refreshCounts();
    toast(t(isDone ? "mute.ended" : "state.failed"));
  };
}
