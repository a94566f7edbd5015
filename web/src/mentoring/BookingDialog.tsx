import { useRef, useState, type ReactNode } from "react";
import { useSession } from "../accounts/session";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { AttachButtons, AttachedLists, useComposing } from "../components/composing";
import { Dialog } from "../components/dialog";
import { useToast } from "../components/feedback";
import { Form, TextArea, textValue } from "../components/forms";
import { newClientKey } from "../components/storage";
import type { MutationState } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDateTime, zoneLabel } from "../i18n/time";
import { AlternativeSlots } from "./AlternativeSlots";
import type { CreateBookingMutation } from "./generated/bookings";
import type { FreeSlotFragment } from "./generated/offers";

type Payload = NonNullable<CreateBookingMutation["createBooking"]>;

interface BookingState extends Pick<MutationState<unknown, unknown>, "isBusy" | "problems" | "reset"> {
  rejected: Pick<Payload, "userErrors"> | undefined;
}

/** What both mutations that book take. */
interface Content {
  startsAt: string;
  question: string | null;
  imageIds?: string[];
  fileIds?: string[];
  clientKey: string;
}

interface BookingDialogProps<Own extends object> {
  title: string;
  /** The name of the button. */
  action: string;
  /** The start of the slot. */
  startsAt: string;
  /** Shown when it differs from the viewer's time zone. */
  mentorZone?: string;
  note?: ReactNode;
  /** The fields of this mutation alone. */
  children?: ReactNode;
  /** Reads them. */
  readOwn: (values: FormData) => Own;
  state: BookingState;
  book: (input: Content & Own) => Promise<Pick<Payload, "bookingEdge"> | undefined>;
  onPick: (slot: FreeSlotFragment) => void;
  onRejected?: () => void;
  onClose: () => void;
}

/** Books a slot and opens the booking. */
export function BookingDialog<Own extends object>(props: BookingDialogProps<Own>) {
  const { title, action, startsAt, mentorZone, note, children, readOwn, state, book, onPick, onRejected, onClose } = props;
  const { t, language } = useI18n();
  const { zone } = useSession();
  const toast = useToast();
  const composing = useComposing();
  const [isUploading, setUploading] = useState(false);
  // The same content keeps its idempotency key, so that repeating a lost request does not book twice.
  const key = useRef({ key: newClientKey(), content: "" });
  const submit = async (values: FormData) => {
    const own = readOwn(values);
    setUploading(true);
    const attached = await composing.upload();
    setUploading(false);
    if (!attached) return;
    const input = { startsAt, question: textValue(values, "question"), ...own, ...attached };
    const content = JSON.stringify(input);
    if (key.current.content !== content) key.current = { key: newClientKey(), content };
    const payload = await book({ ...input, clientKey: key.current.key });
    if (!payload?.bookingEdge) return onRejected?.();
    onClose();
    toast(t(payload.bookingEdge.node.status === "REQUESTED" ? "booking.requested" : "booking.booked"));
    navigate(`/mentoring/bookings/${payload.bookingEdge.node.id}`);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div>
        <p className="strong">{formatDateTime(startsAt, language, zone)}</p>
        <p className="soft small">{t("offer.zone", { zone: zoneLabel(zone) })}</p>
        {mentorZone && zoneLabel(mentorZone) !== zoneLabel(zone) && (
          <p className="soft small">
            {zoneLabel(mentorZone)}: {formatDateTime(startsAt, language, mentorZone)}
          </p>
        )}
      </div>
      {note}
      <Form problems={state.problems} onSubmit={submit}>
        {children}
        <TextArea name="question" label={t("booking.question")} isOptional />
        <AlternativeSlots
          rejected={state.rejected}
          onPick={(other) => {
            state.reset();
            onPick(other);
          }}
        />
        <AttachedLists composing={composing} />
        <div className="row apart">
          <AttachButtons composing={composing} />
          <Button submit kind="primary" isBusy={state.isBusy || isUploading || composing.isUploading}>
            {action}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
