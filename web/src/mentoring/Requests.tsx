// Requests for a booking: what they wait for, and the mentor's decision.
import { useState } from "react";
import { useSession, useViewer } from "../accounts/session";
import { Button, LinkButton } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Callout, useToast } from "../components/feedback";
import { Form, TextArea, textValue } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDateTime } from "../i18n/time";
import {
  ApproveBookingDocument,
  DeclineBookingDocument,
  type BookingCardFragment,
  type BookingDetailsFragment,
} from "./generated/bookings";

/** Says what a request waits for, and until when. The mentor decides here. */
export function RequestNote({ booking }: { booking: BookingDetailsFragment }) {
  const { t, language } = useI18n();
  const { user } = useViewer();
  const { zone } = useSession();
  const isMentor = booking.mentor?.id === user.id;
  if (booking.status === "EXPIRED" && !isMentor) {
    return (
      <Callout icon="clock">
        <p>{t("request.expired")}</p>
        {booking.appointment && (
          <LinkButton small to={`/mentoring/offers/${booking.appointment.id}`}>
            {t("offer.choose")}
          </LinkButton>
        )}
      </Callout>
    );
  }
  if (booking.status !== "REQUESTED" || !booking.approvalExpiresAt) return null;
  const time = formatDateTime(booking.approvalExpiresAt, language, zone);
  return (
    <Callout icon="clock" tone={isMentor ? "warn" : ""}>
      <p>{t(isMentor ? "request.decide" : "request.waits", { time })}</p>
      <RequestActions booking={booking} />
    </Callout>
  );
}

/** The mentor's buttons to approve and decline. In a list, their names include what they decide. */
export function RequestActions({ booking, isInList }: { booking: BookingCardFragment; isInList?: boolean }) {
  const { t, explain, language } = useI18n();
  const { zone } = useSession();
  const toast = useToast();
  const approve = useMutation(ApproveBookingDocument);
  const [isDeclining, setDeclining] = useState(false);
  if (!booking.viewerCanApprove) return null;
  const what = {
    topic: booking.topic.title,
    name: booking.student?.displayName ?? t("person.deleted"),
    time: formatDateTime(booking.startsAt, language, zone),
  };
  const approveNow = async () => {
    if (await approve.run({ input: { bookingId: booking.id } })) toast(t("request.approved"));
  };
  const [problem] = approve.problems;
  return (
    <>
      <div className="row">
        <Button
          small
          kind="primary"
          icon="check"
          isBusy={approve.isBusy}
          aria-label={isInList ? t("request.approveOne", what) : undefined}
          onClick={() => void approveNow()}
        >
          {t("request.approve")}
        </Button>
        <Button
          small
          kind="danger"
          aria-label={isInList ? t("request.declineOne", what) : undefined}
          onClick={() => setDeclining(true)}
        >
          {t("request.decline")}
        </Button>
      </div>
      {problem && <p role="alert">{explain(problem)}</p>}
      {isDeclining && <DeclineDialog booking={booking} onClose={() => setDeclining(false)} />}
    </>
  );
}

function DeclineDialog({ booking, onClose }: { booking: BookingCardFragment; onClose: () => void }) {
  const { t } = useI18n();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(DeclineBookingDocument);
  const decline = async (values: FormData) => {
    if (!(await run({ input: { bookingId: booking.id, reason: textValue(values, "reason") } }))) return;
    toast(t("request.declined"));
    onClose();
  };
  return (
    <Dialog title={t("request.declineTitle")} onClose={onClose}>
      <p>{t("request.declineText")}</p>
      <Form problems={problems} onSubmit={decline}>
        <TextArea name="reason" label={t("booking.reason")} isOptional />
        <div className="row">
          <Button submit kind="danger" isBusy={isBusy}>
            {t("request.decline")}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t("action.cancel")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
