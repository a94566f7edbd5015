import { useState, type ReactNode } from "react";
import { useClient } from "urql";
import { useViewer, useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { lazyDialog } from "../app/lazyDialog";
import { Link, navigate } from "../app/router";
import { Badge, Button, Menu, type MenuItem } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Callout, QueryView, useToast } from "../components/feedback";
import { Form, ErrorSummary, TextArea, textValue } from "../components/forms";
import { Icon } from "../components/icons";
import { DateTime, PersonName } from "../components/people";
import { FileList } from "../components/files";
import { ImageGallery } from "../components/images";
import { UserText } from "../components/text";
import { StartConversationDocument } from "../conversations/generated/conversations";
import { useQuery, useMutation, mutate } from "../graphql/hooks";
import { sameOriginPath } from "../graphql/urls";
import { useI18n } from "../i18n/i18n";
import { formatDateTime, zoneLabel, formatTime } from "../i18n/time";
import {
  CancelBookingDocument,
  CompleteBookingDocument,
  MarkNoShowDocument,
  BookingPageDocument,
  type BookingDetailsFragment,
} from "./generated/bookings";
import { PlaceDialog } from "./PlaceDialog";
import { RequestNote } from "./Requests";
import { statusTone } from "./status";
import { useRefetchAt } from "./useRefetchAt";
import "./mentoring.css";

const RescheduleDialog = lazyDialog(() => import("./RescheduleDialog"), "RescheduleDialog");

export function BookingPage({ id }: { id: string }) {
  const query = useQuery(BookingPageDocument, { id });
  const { startsAt, endsAt, approvalExpiresAt } = query.data?.booking ?? {};
  // The allowed actions change then, and no event announces the start.
  useRefetchAt([startsAt, endsAt, approvalExpiresAt], query.refetch);
  return (
    <QueryView query={query} pick={(data) => data.booking}>
      {(booking) => <BookingDetails booking={booking} />}
    </QueryView>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function BookingDetails({ booking }: { booking: BookingDetailsFragment }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const { user } = useViewer();
  const deleted = t("person.deleted");
  const other = booking.mentor?.id === user.id ? booking.student : booking.mentor;
  return (
    <>
      <Heading title={booking.topic.title} back={{ to: "/mentoring/bookings", name: t("mentoring.bookings") }}>
        <Badge tone={statusTone[booking.status]}>{t(`status.${booking.status}`)}</Badge>
      </Heading>
      <div className="card stack wide">
        <div>
          <p className="when">
            <time dateTime={booking.startsAt}>{formatDateTime(booking.startsAt, language, zone)}</time>
            {" – "}
            <time dateTime={booking.endsAt}>{formatTime(booking.endsAt, language, zone)}</time>
          </p>
          <p className="soft small">
            {t("offer.zone", { zone: zoneLabel(zone) })}{" "}
            {zoneLabel(booking.timeZone) !== zoneLabel(zone) &&
              `${zoneLabel(booking.timeZone)}: ${formatDateTime(booking.startsAt, language, booking.timeZone)}`}
          </p>
        </div>
        <RequestNote booking={booking} />
        {booking.viewerHasConflict && ["UPCOMING", "REQUESTED"].includes(booking.status) && (
          <Callout icon="warning" tone="warn">
            {t("busy.conflict")}
          </Callout>
        )}
        {booking.meetingUrl && (
          <div>
            <a className="button primary" href={booking.meetingUrl} target="_blank" rel="noopener noreferrer">
              <Icon name="link" />
              {t("booking.join")}
            </a>
          </div>
        )}
        <dl className="facts">
          <Fact name={t("booking.mentor")}>
            <PersonName person={booking.mentor} />
          </Fact>
          <Fact name={t("booking.student")}>
            <PersonName person={booking.student} />
          </Fact>
          {booking.location && (
            <Fact name={t("booking.location")}>
              <UserText text={booking.location} />
            </Fact>
          )}
          {booking.question && (
            <Fact name={t("booking.studentQuestion")}>
              <UserText text={booking.question} />
            </Fact>
          )}
          {booking.answers.map(({ label, values }) => (
            <Fact key={label} name={label}>
              {values.length === 0 ? <span className="soft">{t("answer.none")}</span> : <UserText text={values.join("\n")} />}
            </Fact>
          ))}
          <Fact name={t("booking.bookedAt")}>
            <DateTime at={booking.bookedAt} />
          </Fact>
          {booking.cancelledAt && (
            <Fact name={t("booking.cancelledBy", { name: booking.cancelledBy?.displayName ?? deleted })}>
              <DateTime at={booking.cancelledAt} />
              {booking.cancelReason && <UserText text={booking.cancelReason} />}
            </Fact>
          )}
          {booking.status === "DECLINED" && booking.cancelReason && (
            <Fact name={t("booking.declineReason")}>
              <UserText text={booking.cancelReason} />
            </Fact>
          )}
          {booking.status === "NO_SHOW" && (
            <Fact name={t("status.NO_SHOW")}>
              {t("booking.missedBy", { name: booking.noShowUser?.displayName ?? deleted })}
            </Fact>
          )}
        </dl>
        <div className="row small">
          {other && (
            <Link to={`/mentoring/bookings?status=ALL&with=${encodeURIComponent(other.id)}`}>
              {t("booking.allWith", { name: other.displayName })}
            </Link>
          )}
          <Link to={`/mentoring/bookings?status=ALL&topic=${encodeURIComponent(booking.topic.id)}`}>
            {t("booking.allOf", { topic: booking.topic.title })}
          </Link>
        </div>
        <ImageGallery images={booking.images} by={booking.student?.displayName ?? deleted} />
        <FileList files={booking.files} />
        <Actions booking={booking} />
      </div>
    </>
  );
}

function Actions({ booking }: { booking: BookingDetailsFragment }) {
  const { t, explain } = useI18n();
  const client = useClient();
  const toast = useToast();
  const { user } = useViewer();
  const complete = useMutation(CompleteBookingDocument);
  const noShow = useMutation(MarkNoShowDocument);
  const [open, setOpen] = useState<"reschedule" | "cancel" | "place">();
  const close = () => setOpen(undefined);
  const other = booking.mentor?.id === user.id ? booking.student : booking.mentor;

  const startConversation = async () => {
    if (!other) return;
    const { payload, problems } = await mutate(client, StartConversationDocument, { input: { userIds: [other.id] } });
    if (payload?.conversation) navigate(`/messages/${payload.conversation.id}`);
    else if (problems[0]) toast(explain(problems[0]));
  };
  const menuItems: MenuItem[] = [];
  if (booking.viewerCanComplete) {
    const onSelect = () => void complete.run({ input: { bookingId: booking.id } });
    menuItems.push({ label: t("booking.complete"), icon: "check", onSelect });
  }
  if (booking.viewerCanMarkNoShow && other) {
    const onSelect = () => void noShow.run({ input: { bookingId: booking.id, userId: other.id } });
    menuItems.push({ label: t("booking.noShow", { name: other.displayName }), icon: "warning", onSelect });
  }
  return (
    <>
      <ErrorSummary problems={[...complete.problems, ...noShow.problems]} />
      <div className="row">
        {["UPCOMING", "REQUESTED"].includes(booking.status) && (
          <a className="button" href={sameOriginPath(booking.calendarUrl)} download>
            {t("booking.calendar")}
          </a>
        )}
        {other && (
          <Button icon="chat" onClick={() => void startConversation()}>
            {t("booking.message", { name: other.displayName })}
          </Button>
        )}
        {booking.viewerCanEdit && (
          <Button icon="pin" onClick={() => setOpen("place")}>
            {t("place.title")}
          </Button>
        )}
        {booking.viewerCanReschedule && booking.appointment && (
          <Button icon="calendar" onClick={() => setOpen("reschedule")}>
            {t("booking.reschedule")}
          </Button>
        )}
        {booking.viewerCanCancel && (
          <Button kind="danger" onClick={() => setOpen("cancel")}>
            {t("booking.cancel")}
          </Button>
        )}
        <Menu label={t("booking.title")} items={menuItems} />
      </div>
      {open === "reschedule" && booking.appointment && (
        <RescheduleDialog booking={booking} appointment={booking.appointment} onClose={close} />
      )}
      {open === "place" && <PlaceDialog booking={booking} onClose={close} />}
      {open === "cancel" && <CancelBookingDialog booking={booking} onClose={close} />}
    </>
  );
}

function CancelBookingDialog({ booking, onClose }: { booking: BookingDetailsFragment; onClose: () => void }) {
  const { t } = useI18n();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(CancelBookingDocument);
  const cancel = async (values: FormData) => {
    if (!(await run({ input: { bookingId: booking.id, reason: textValue(values, "reason") } }))) return;
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
