import { Callout } from "../components/feedback";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { BookingDialog } from "./BookingDialog";
import { CreateBookingDocument } from "./generated/bookings";
import type { OfferDetailsFragment } from "./generated/offers";
import { QuestionFields, readAnswers } from "./QuestionFields";

interface BookDialogProps {
  offer: OfferDetailsFragment;
  /** The start of the slot. */
  startsAt: string;
  onPick: (startsAt: string) => void;
  /** The mentor has changed the questions. */
  onOutdated: () => void;
  onClose: () => void;
}

/** Books a slot of an offer, or requests it where the mentor approves bookings. */
export function BookDialog({ offer, startsAt, onPick, onOutdated, onClose }: BookDialogProps) {
  const t = useTranslate();
  const mutation = useMutation(CreateBookingDocument);
  return (
    <BookingDialog
      title={t(offer.isApprovalRequired ? "booking.requestThis" : "booking.confirm")}
      action={t(offer.isApprovalRequired ? "booking.request" : "booking.book")}
      startsAt={startsAt}
      mentorZone={offer.timeZone}
      note={offer.isApprovalRequired && <Callout icon="clock">{t("booking.requestHint")}</Callout>}
      readOwn={(values) => ({ answers: readAnswers(offer.questions, values) })}
      state={mutation}
      book={(input) => mutation.run({ input: { appointmentId: offer.id, ...input } })}
      onPick={(other) => onPick(other.startsAt)}
      onRejected={onOutdated}
      onClose={onClose}
    >
      <QuestionFields questions={offer.questions} />
    </BookingDialog>
  );
}
