import { useRef, useState } from "react";
import { useSession } from "../accounts/session";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { AttachButtons, AttachedLists, useComposing } from "../components/composing";
import { Dialog } from "../components/dialog";
import { Callout, useToast } from "../components/feedback";
import { Form, TextArea, textValue } from "../components/forms";
import { newClientKey } from "../components/storage";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDateTime, zoneLabel } from "../i18n/time";
import { AlternativeSlots } from "./AlternativeSlots";
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

/** Books a slot, or requests it where the mentor approves bookings. */
export function BookDialog({ offer, startsAt, onPick, onOutdated, onClose }: BookDialogProps) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const toast = useToast();
  const { run, isBusy, problems, rejected, reset } = useMutation(CreateBookingDocument);
  const composing = useComposing();
  const [isUploading, setUploading] = useState(false);
  // The same content keeps its idempotency key, so that repeating a lost request does not book twice.
  const key = useRef({ key: newClientKey(), content: "" });
  const book = async (values: FormData) => {
    const question = textValue(values, "question");
    const answers = readAnswers(offer.questions, values);
    setUploading(true);
    const attached = await composing.upload();
    setUploading(false);
    if (!attached) return;
    const content = JSON.stringify([startsAt, question, answers, attached]);
    if (key.current.content !== content) key.current = { key: newClientKey(), content };
    const payload = await run({
      input: { appointmentId: offer.id, startsAt, question, answers, ...attached, clientKey: key.current.key },
    });
    if (!payload?.bookingEdge) return onOutdated();
    onClose();
    toast(t(payload.bookingEdge.node.status === "REQUESTED" ? "booking.requested" : "booking.booked"));
    navigate(`/mentoring/bookings/${payload.bookingEdge.node.id}`);
  };
  return (
    <Dialog title={t(offer.isApprovalRequired ? "booking.requestThis" : "booking.confirm")} onClose={onClose}>
      <div>
        <p className="strong">{formatDateTime(startsAt, language, zone)}</p>
        <p className="soft small">{t("offer.zone", { zone: zoneLabel(zone) })}</p>
        {zoneLabel(offer.timeZone) !== zoneLabel(zone) && (
          <p className="soft small">
            {zoneLabel(offer.timeZone)}: {formatDateTime(startsAt, language, offer.timeZone)}
          </p>
        )}
      </div>
      {offer.isApprovalRequired && <Callout icon="clock">{t("booking.requestHint")}</Callout>}
      <Form problems={problems} onSubmit={book}>
        <QuestionFields questions={offer.questions} />
        <TextArea name="question" label={t("booking.question")} isOptional />
        <AlternativeSlots
          rejected={rejected}
          onPick={(other) => {
            reset();
            onPick(other.startsAt);
          }}
        />
        <AttachedLists composing={composing} />
        <div className="row apart">
          <AttachButtons composing={composing} />
          <Button submit kind="primary" isBusy={isBusy || isUploading || composing.isUploading}>
            {t(offer.isApprovalRequired ? "booking.request" : "booking.book")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
