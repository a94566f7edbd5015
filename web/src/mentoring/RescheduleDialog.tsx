import { useState } from "react";
import { useSession, useViewer } from "../accounts/session";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Callout, useToast } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import { AlternativeSlots } from "./AlternativeSlots";
import { RescheduleBookingDocument, type BookingDetailsFragment } from "./generated/bookings";
import type { FreeSlotFragment } from "./generated/offers";
import { SlotPicker } from "./SlotPicker";

/** Moves a booking to another slot. Where the mentor approves bookings, the student's move is a request. */
export function RescheduleDialog({
  booking,
  appointment,
  onClose,
}: {
  booking: BookingDetailsFragment;
  appointment: NonNullable<BookingDetailsFragment["appointment"]>;
  onClose: () => void;
}) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const { user } = useViewer();
  const toast = useToast();
  const { run, isBusy, problems, rejected, reset } = useMutation(RescheduleBookingDocument);
  const [slot, setSlot] = useState<FreeSlotFragment>();
  const pick = (other: FreeSlotFragment) => {
    reset();
    setSlot(other);
  };
  const reschedule = async () => {
    const payload = slot && (await run({ input: { bookingId: booking.id, startsAt: slot.startsAt } }));
    if (!payload) return;
    toast(t(payload.booking?.status === "REQUESTED" ? "booking.requested" : "booking.rescheduled"));
    onClose();
  };
  const needsApproval = appointment.isApprovalRequired && booking.mentor?.id !== user.id;
  return (
    <Dialog title={t("booking.rescheduleTitle")} onClose={onClose}>
      {needsApproval && <Callout icon="clock">{t("booking.requestHint")}</Callout>}
      <ErrorSummary problems={problems} />
      <AlternativeSlots rejected={rejected} onPick={pick} />
      <SlotPicker
        source={{ appointmentId: appointment.id }}
        horizonDays={appointment.horizonDays}
        zone={booking.timeZone}
        isPickable
        current={booking.startsAt}
        picked={slot?.startsAt ?? ""}
        onPick={pick}
      />
      {slot && (
        <div className="picked">
          <Button kind="primary" isBusy={isBusy} onClick={() => void reschedule()}>
            {t("booking.rescheduleTo", { time: formatDateTime(slot.startsAt, language, zone) })}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
