import { useState } from "react";
import { useSession } from "../accounts/session";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Callout, useToast } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { useMutation, useSubscription } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDateTime, zoneLabel } from "../i18n/time";
import { SlotsChangedDocument, type FreeSlotFragment } from "./generated/offers";
import { JoinWaitlistDocument, LeaveWaitlistDocument } from "./generated/waitlists";
import { usePlaces } from "./useWaitlists";

interface WaitlistDialogProps {
  appointmentId: string;
  /** The start of a slot that is full. */
  startsAt: string;
  /** A seat is free, or held for the viewer. */
  onBook: () => void;
  onClose: () => void;
}

/** Joins the waitlist of a full slot, or leaves it. */
export function WaitlistDialog({ appointmentId, startsAt, onBook, onClose }: WaitlistDialogProps) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const toast = useToast();
  const place = usePlaces(appointmentId).get(startsAt);
  const join = useMutation(JoinWaitlistDocument);
  const leave = useMutation(LeaveWaitlistDocument);
  // Live, so that the dialog offers a seat that becomes free.
  const [slot, setSlot] = useState<FreeSlotFragment>();
  const to = new Date(Date.parse(startsAt) + 60_000).toISOString();
  useSubscription(SlotsChangedDocument, { appointmentId, from: startsAt, to, includeFull: true }, ({ slotsChanged }) =>
    setSlot(slotsChanged.slots.find((one) => one.startsAt === startsAt)),
  );
  const isFree = (slot?.seatsLeft ?? 0) > 0 || join.problems.some(({ code }) => code === "WRONG_STATE");
  const time = (at: string) => formatDateTime(at, language, zone);
  const joinList = async () => {
    if (!(await join.run({ input: { appointmentId, startsAt } }))) return;
    toast(t("waitlist.joined"));
    onClose();
  };
  const leaveList = async (waitlistEntryId: string) => {
    if (!(await leave.run({ input: { waitlistEntryId } }))) return;
    toast(t("waitlist.left"));
    onClose();
  };
  return (
    <Dialog title={t(place ? "waitlist.joined" : "waitlist.join")} onClose={onClose}>
      <div>
        <p className="strong">{time(startsAt)}</p>
        <p className="soft small">{t("offer.zone", { zone: zoneLabel(zone) })}</p>
      </div>
      {isFree ? (
        <Callout icon="check" tone="good">
          {t("waitlist.free")}
        </Callout>
      ) : (
        <ErrorSummary problems={[...join.problems, ...leave.problems]} />
      )}
      {place?.offerExpiresAt ? (
        <Callout icon="clock" tone="warn">
          {t("waitlist.heldUntil", { time: time(place.offerExpiresAt) })}
        </Callout>
      ) : (
        <>
          {place ? (
            <p>{t("waitlist.position", { position: place.position ?? 1 })}</p>
          ) : (
            slot &&
            !isFree && (
              <p>{slot.waitlistCount > 0 ? t("waitlist.count", { count: slot.waitlistCount }) : t("waitlist.noOne")}</p>
            )
          )}
          <p>{t("waitlist.text")}</p>
        </>
      )}
      <div className="row">
        {(isFree || place?.offerExpiresAt) && (
          <Button kind="primary" onClick={onBook}>
            {t("waitlist.book")}
          </Button>
        )}
        {!place && !isFree && (
          <Button kind="primary" isBusy={join.isBusy} onClick={() => void joinList()}>
            {t("waitlist.join")}
          </Button>
        )}
        {place && (
          <Button isBusy={leave.isBusy} onClick={() => void leaveList(place.id)}>
            {t("waitlist.leave")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
