import { useEffect, useState, type ReactNode } from "react";
import { useClient } from "urql";
import { useSelf, useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { navigate } from "../app/router";
import { Badge, Button, Menu, type Choice } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Loaded, useToast } from "../components/feedback";
import { Form, Problems, TextArea, textOf } from "../components/forms";
import { Moment, Name } from "../components/people";
import { Pictures } from "../components/pictures";
import { StartConversationDocument } from "../conversations/generated/conversations";
import { useRead, useWrite, write } from "../graphql/hooks";
import { useSpeech } from "../i18n/language";
import { momentText, placeOf, timeText } from "../i18n/time";
import { tone } from "./BookingsPage";
import {
  CancelBookingDocument,
  CompleteBookingDocument,
  MarkNoShowDocument,
  OneBookingDocument,
  RescheduleBookingDocument,
  type BookingInFullFragment,
} from "./generated/bookings";
import type { FreeSlotFragment } from "./generated/offers";
import { SlotPicker } from "./SlotPicker";
import "./mentoring.css";

export function BookingPage({ id }: { id: string }) {
  const reading = useRead(OneBookingDocument, { id });
  useAtTurns(reading.data?.booking, reading.again);
  return (
    <Loaded reading={reading} pick={(data) => data.booking}>
      {(booking) => <Shown booking={booking} />}
    </Loaded>
  );
}

/** What can be done with a booking changes when it begins and when it ends, and no event tells of the former. */
function useAtTurns(booking: BookingInFullFragment | null | undefined, again: () => void) {
  const { startsAt, endsAt } = booking ?? {};
  useEffect(() => {
    const timers = [startsAt, endsAt].flatMap((at) => {
      const wait = Date.parse(at ?? "") - Date.now();
      // A timer holds 24 days; whoever keeps the page open for longer may well reload it.
      return wait > 0 && wait < 2 ** 31 ? [window.setTimeout(again, wait + 200)] : [];
    });
    return () => timers.forEach((timer) => window.clearTimeout(timer));
  }, [startsAt, endsAt, again]);
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Shown({ booking }: { booking: BookingInFullFragment }) {
  const { t, language } = useSpeech();
  const { zone } = useSession();
  const deleted = t("person.deleted");
  return (
    <>
      <Heading title={booking.topic.title} back={{ to: "/mentoring/bookings", name: t("mentoring.bookings") }}>
        <Badge tone={tone[booking.status]}>{t(`status.${booking.status}`)}</Badge>
      </Heading>
      <div className="card stack wide">
        <div>
          <p className="when">
            <time dateTime={booking.startsAt}>{momentText(booking.startsAt, language, zone)}</time>
            {" – "}
            <time dateTime={booking.endsAt}>{timeText(booking.endsAt, language, zone)}</time>
          </p>
          <p className="soft small">
            {t("offer.zone", { zone: placeOf(zone) })}{" "}
            {placeOf(booking.timeZone) !== placeOf(zone) &&
              `${placeOf(booking.timeZone)}: ${momentText(booking.startsAt, language, booking.timeZone)}`}
          </p>
        </div>
        <dl className="facts">
          <Fact name={t("booking.mentor")}>
            <Name person={booking.mentor} />
          </Fact>
          <Fact name={t("booking.student")}>
            <Name person={booking.student} />
          </Fact>
          {booking.location && <Fact name={t("booking.where")}>{booking.location}</Fact>}
          {booking.question && (
            <Fact name={t("booking.asked")}>
              <span className="long">{booking.question}</span>
            </Fact>
          )}
          <Fact name={t("booking.at")}>
            <Moment at={booking.bookedAt} />
          </Fact>
          {booking.cancelledAt && (
            <Fact name={t("booking.cancelledBy", { name: booking.cancelledBy?.displayName ?? deleted })}>
              <Moment at={booking.cancelledAt} />
              {booking.cancelReason && <p className="long">{booking.cancelReason}</p>}
            </Fact>
          )}
          {booking.status === "NO_SHOW" && (
            <Fact name={t("status.NO_SHOW")}>
              {t("booking.missedBy", { name: booking.noShowUser?.displayName ?? deleted })}
            </Fact>
          )}
        </dl>
        <Pictures images={booking.images} by={booking.student?.displayName ?? deleted} />
        <Actions booking={booking} />
      </div>
    </>
  );
}

function Actions({ booking }: { booking: BookingInFullFragment }) {
  const { t, explain } = useSpeech();
  const client = useClient();
  const toast = useToast();
  const { user } = useSelf();
  const complete = useWrite(CompleteBookingDocument);
  const noShow = useWrite(MarkNoShowDocument);
  const [open, setOpen] = useState<"move" | "cancel">();
  const close = () => setOpen(undefined);
  const other = booking.mentor?.id === user.id ? booking.student : booking.mentor;

  const talk = async () => {
    if (!other) return;
    const { payload, problems } = await write(client, StartConversationDocument, { input: { userIds: [other.id] } });
    if (payload?.conversation) navigate(`/messages/${payload.conversation.id}`);
    else if (problems[0]) toast(explain(problems[0]));
  };
  const marks: Choice[] = [];
  if (booking.viewerCanComplete) {
    const act = () => void complete.run({ input: { bookingId: booking.id } });
    marks.push({ label: t("booking.complete"), icon: "check", act });
  }
  if (booking.viewerCanMarkNoShow && other) {
    const act = () => void noShow.run({ input: { bookingId: booking.id, userId: other.id } });
    marks.push({ label: t("booking.noShow", { name: other.displayName }), icon: "warning", act });
  }
  return (
    <>
      <Problems problems={[...complete.problems, ...noShow.problems]} />
      <div className="row">
        <a className="button" href={calendarPath(booking.calendarUrl)} download>
          {t("booking.calendar")}
        </a>
        {other && (
          <Button icon="chat" onClick={() => void talk()}>
            {t("booking.message", { name: other.displayName })}
          </Button>
        )}
        {booking.viewerCanReschedule && booking.appointment && (
          <Button icon="calendar" onClick={() => setOpen("move")}>
            {t("booking.move")}
          </Button>
        )}
        {booking.viewerCanCancel && (
          <Button kind="danger" onClick={() => setOpen("cancel")}>
            {t("booking.cancel")}
          </Button>
        )}
        <Menu label={t("booking.title")} choices={marks} />
      </div>
      {open === "move" && booking.appointment && (
        <Move booking={booking} appointmentId={booking.appointment.id} onClose={close} />
      )}
      {open === "cancel" && <Cancel booking={booking} onClose={close} />}
    </>
  );
}

/** The server knows itself by one name, and this page may have been opened by another: only the path counts. */
function calendarPath(url: string) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}

function Move({
  booking,
  appointmentId,
  onClose,
}: {
  booking: BookingInFullFragment;
  appointmentId: string;
  onClose: () => void;
}) {
  const { t, language } = useSpeech();
  const { zone } = useSession();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(RescheduleBookingDocument);
  const [slot, setSlot] = useState<FreeSlotFragment>();
  const move = async () => {
    if (!slot || !(await run({ input: { bookingId: booking.id, startsAt: slot.startsAt } }))) return;
    toast(t("booking.moved"));
    onClose();
  };
  return (
    <Dialog title={t("booking.moveTitle")} onClose={onClose}>
      <Problems problems={problems} />
      <SlotPicker appointmentId={appointmentId} zone={booking.timeZone} isPickable onPick={setSlot} />
      {slot && (
        <div className="picked">
          <Button kind="primary" isBusy={isBusy} onClick={() => void move()}>
            {t("booking.moveTo", { time: momentText(slot.startsAt, language, zone) })}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function Cancel({ booking, onClose }: { booking: BookingInFullFragment; onClose: () => void }) {
  const { t } = useSpeech();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(CancelBookingDocument);
  const cancel = async (values: FormData) => {
    if (!(await run({ input: { bookingId: booking.id, reason: textOf(values, "reason") } }))) return;
    toast(t("booking.cancelled"));
    onClose();
  };
  return (
    <Dialog title={t("booking.cancelTitle")} onClose={onClose}>
      <p>{t("booking.cancelText")}</p>
      <Form problems={problems} onSubmit={cancel}>
        <TextArea name="reason" label={t("booking.reason")} isOptional />
        <div className="row">
          <Button submit kind="danger" isBusy={isBusy}>
            {t("booking.cancel")}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t("booking.keep")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
