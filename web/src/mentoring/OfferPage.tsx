import { useRef, useState } from "react";
import { useSession } from "../accounts/session";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { navigate } from "../app/router";
import { Button, LinkButton } from "../components/buttons";
import { AttachButtons, AttachedLists, useComposing } from "../components/composing";
import { Dialog } from "../components/dialog";
import { QueryView, Callout, useToast } from "../components/feedback";
import { Form, TextArea, textValue } from "../components/forms";
import { Icon } from "../components/icons";
import { PersonRow } from "../components/people";
import { newClientKey } from "../components/storage";
import { ShareButton } from "../components/sharing";
import { UserText } from "../components/text";
import { useQuery, useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { formatDateTime, zoneLabel, formatDuration } from "../i18n/time";
import { CreateBookingDocument } from "./generated/bookings";
import { OfferPageDocument, type FreeSlotFragment, type OfferDetailsFragment } from "./generated/offers";
import { AlternativeSlots } from "./AlternativeSlots";
import { SlotPicker } from "./SlotPicker";
import "./mentoring.css";

export function OfferPage({ id }: { id: string }) {
  const query = useQuery(OfferPageDocument, { id });
  return (
    <QueryView query={query} pick={(data) => data.appointment}>
      {(offer) => <OfferDetails offer={offer} />}
    </QueryView>
  );
}

function OfferDetails({ offer }: { offer: OfferDetailsFragment }) {
  const { t, language } = useI18n();
  const [slot, setSlot] = useState<FreeSlotFragment>();
  const name = offer.mentor?.displayName ?? t("person.deleted");
  return (
    <div className="stack wide">
      <div>
        <Heading
          title={t("offer.title", { topic: offer.topic.title, name })}
          back={{ to: `/mentoring/topics/${offer.topic.id}`, name: offer.topic.title }}
        >
          <ShareButton path={`/mentoring/offers/${offer.id}`} label={t("share.page")} />
          {offer.viewerCanEdit && (
            <LinkButton to={`/mentoring/offers/${offer.id}/edit`} icon="edit">
              {t("offer.edit")}
            </LinkButton>
          )}
        </Heading>
        <section className="card stack">
          <PersonRow person={offer.mentor} about={offer.mentor?.fieldOfStudy} size={52} />
          {offer.description && <UserText text={offer.description} />}
          <ul className="row details">
            <li>
              <Icon name="clock" size={18} /> {t("offer.minutes", { count: offer.sessionMinutes })}
            </li>
            {offer.seats > 1 && (
              <li>
                <Icon name="people" size={18} /> {t("offer.seats", { count: offer.seats })}
              </li>
            )}
            {offer.location && (
              <li>
                <Icon name="pin" size={18} /> <UserText text={offer.location} />
              </li>
            )}
          </ul>
          <p className="soft small">
            {t("offer.notice", { time: formatDuration(offer.cancellationNoticeMinutes, language) })}
          </p>
        </section>
      </div>
      <section className="card stack" aria-labelledby="choose">
        <h2 id="choose">{t("offer.choose")}</h2>
        {offer.viewerCanEdit && <Callout icon="person">{t("offer.own")}</Callout>}
        {!offer.isActive && (
          <Callout icon="warning" tone="warn">
            {t("offer.closed")}
          </Callout>
        )}
        <TimeZonePrompt />
        <SlotPicker
          appointmentId={offer.id}
          zone={offer.timeZone}
          horizonDays={offer.horizonDays}
          isPickable={offer.viewerCanBook}
          onPick={setSlot}
        />
      </section>
      {slot && <BookDialog offer={offer} slot={slot} onPick={setSlot} onClose={() => setSlot(undefined)} />}
    </div>
  );
}

function BookDialog({
  offer,
  slot,
  onPick,
  onClose,
}: {
  offer: OfferDetailsFragment;
  slot: FreeSlotFragment;
  onPick: (slot: FreeSlotFragment) => void;
  onClose: () => void;
}) {
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
    setUploading(true);
    const attached = await composing.upload();
    setUploading(false);
    if (!attached) return;
    const content = JSON.stringify([slot.startsAt, question, attached]);
    if (key.current.content !== content) key.current = { key: newClientKey(), content };
    const payload = await run({
      input: { appointmentId: offer.id, startsAt: slot.startsAt, question, ...attached, clientKey: key.current.key },
    });
    if (!payload?.bookingEdge) return;
    toast(t("booking.booked"));
    navigate(`/mentoring/bookings/${payload.bookingEdge.node.id}`);
  };
  return (
    <Dialog title={t("booking.confirm")} onClose={onClose}>
      <div>
        <p className="strong">{formatDateTime(slot.startsAt, language, zone)}</p>
        <p className="soft small">{t("offer.zone", { zone: zoneLabel(zone) })}</p>
        {zoneLabel(offer.timeZone) !== zoneLabel(zone) && (
          <p className="soft small">
            {zoneLabel(offer.timeZone)}: {formatDateTime(slot.startsAt, language, offer.timeZone)}
          </p>
        )}
      </div>
      <Form problems={problems} onSubmit={book}>
        <TextArea name="question" label={t("booking.question")} isOptional />
        <AlternativeSlots
          rejected={rejected}
          onPick={(other) => {
            reset();
            onPick(other);
          }}
        />
        <AttachedLists composing={composing} />
        <div className="row apart">
          <AttachButtons composing={composing} />
          <Button submit kind="primary" isBusy={isBusy || isUploading || composing.isUploading}>
            {t("booking.book")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
