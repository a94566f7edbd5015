import { SelectField, textValue } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { BookingDialog } from "./BookingDialog";
import { BookTopicDocument } from "./generated/anyMentor";
import type { FreeSlotFragment } from "./generated/offers";
import { openOffers, type Topic } from "./openOffers";

interface AnyMentorDialogProps {
  topic: Topic;
  slot: FreeSlotFragment;
  onPick: (slot: FreeSlotFragment) => void;
  onClose: () => void;
}

/** Books a slot of a topic. The student may prefer a mentor. */
export function AnyMentorDialog({ topic, slot, onPick, onClose }: AnyMentorDialogProps) {
  const t = useTranslate();
  const mutation = useMutation(BookTopicDocument);
  const minutes = (Date.parse(slot.endsAt) - Date.parse(slot.startsAt)) / 60_000;
  const mentors = openOffers(topic).flatMap(({ mentor, sessionMinutes }) => (mentor && sessionMinutes === minutes ? [mentor] : []));
  return (
    <BookingDialog
      title={t("booking.confirm")}
      action={t("booking.book")}
      startsAt={slot.startsAt}
      readOwn={(values) => ({ endsAt: slot.endsAt, preferredMentorId: textValue(values, "preferredMentorId") })}
      state={mutation}
      book={(input) => mutation.run({ input: { topicId: topic.id, ...input } })}
      onPick={onPick}
      onClose={onClose}
    >
      {mentors.length > 1 && (
        <SelectField
          name="preferredMentorId"
          label={t("anyMentor.preferred")}
          hint={t("anyMentor.preferredHint")}
          isOptional
          options={[["", t("anyMentor.anyone")], ...mentors.map(({ id, displayName }) => [id, displayName] as const)]}
        />
      )}
    </BookingDialog>
  );
}
