import { useRef, useState } from "react";
import { useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { navigate } from "../app/router";
import { AttachButton, AttachedList, useAttachments } from "../components/attach";
import { Button, LinkButton } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Loaded, Note, useToast } from "../components/feedback";
import { Form, TextArea, textOf } from "../components/forms";
import { Icon } from "../components/icons";
import { PersonLine } from "../components/people";
import { newClientKey } from "../components/stored";
import { useRead, useWrite } from "../graphql/hooks";
import { useSpeech } from "../i18n/language";
import { momentText, placeOf, spanText } from "../i18n/time";
import { CreateBookingDocument } from "./generated/bookings";
import { OneOfferDocument, type FreeSlotFragment, type OfferInFullFragment } from "./generated/offers";
import { SlotPicker } from "./SlotPicker";
import "./mentoring.css";

export function OfferPage({ id }: { id: string }) {
  const reading = useRead(OneOfferDocument, { id });
  return (
    <Loaded reading={reading} pick={(data) => data.appointment}>
      {(offer) => <Shown offer={offer} />}
    </Loaded>
  );
}

function Shown({ offer }: { offer: OfferInFullFragment }) {
  const { t, language } = useSpeech();
  const [slot, setSlot] = useState<FreeSlotFragment>();
  const name = offer.mentor?.displayName ?? t("person.deleted");
  return (
    <div className="stack wide">
      <div>
        <Heading
          title={t("offer.title", { topic: offer.topic.title, name })}
          back={{ to: `/mentoring/topics/${offer.topic.id}`, name: offer.topic.title }}
        >
          {offer.viewerCanEdit && (
            <LinkButton to={`/mentoring/offers/${offer.id}/edit`} icon="edit">
              {t("offer.edit")}
            </LinkButton>
          )}
        </Heading>
        <section className="card stack">
          <PersonLine person={offer.mentor} about={offer.mentor?.fieldOfStudy} size={52} />
          {offer.description && <p className="long">{offer.description}</p>}
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
                <Icon name="pin" size={18} /> {offer.location}
              </li>
            )}
          </ul>
          <p className="soft small">
            {t("offer.notice", { time: spanText(offer.cancellationNoticeMinutes, language) })}
          </p>
        </section>
      </div>
      <section className="card stack" aria-labelledby="choose">
        <h2 id="choose">{t("offer.choose")}</h2>
        {offer.viewerCanEdit && <Note icon="person">{t("offer.own")}</Note>}
        {!offer.isActive && (
          <Note icon="warning" tone="warn">
            {t("offer.closed")}
          </Note>
        )}
        <SlotPicker appointmentId={offer.id} zone={offer.timeZone} isPickable={offer.viewerCanBook} onPick={setSlot} />
      </section>
      {slot && <BookDialog offer={offer} slot={slot} onClose={() => setSlot(undefined)} />}
    </div>
  );
}

function BookDialog({
  offer,
  slot,
  onClose,
}: {
  offer: OfferInFullFragment;
  slot: FreeSlotFragment;
  onClose: () => void;
}) {
  const { t, language } = useSpeech();
  const { zone } = useSession();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(CreateBookingDocument);
  const attachments = useAttachments();
  // One key for one content: an answer that was lost on its way does not book twice.
  const key = useRef({ key: newClientKey(), content: "" });
  const book = async (values: FormData) => {
    const question = textOf(values, "question");
    const imageIds = attachments.images.map(({ id }) => id);
    const content = JSON.stringify([question, imageIds]);
    if (key.current.content !== content) key.current = { key: newClientKey(), content };
    const payload = await run({
      input: { appointmentId: offer.id, startsAt: slot.startsAt, question, imageIds, clientKey: key.current.key },
    });
    if (!payload?.bookingEdge) return;
    toast(t("booking.booked"));
    navigate(`/mentoring/bookings/${payload.bookingEdge.node.id}`);
  };
  return (
    <Dialog title={t("booking.confirm")} onClose={onClose}>
      <div>
        <p className="strong">{momentText(slot.startsAt, language, zone)}</p>
        <p className="soft small">{t("offer.zone", { zone: placeOf(zone) })}</p>
        {placeOf(offer.timeZone) !== placeOf(zone) && (
          <p className="soft small">
            {placeOf(offer.timeZone)}: {momentText(slot.startsAt, language, offer.timeZone)}
          </p>
        )}
      </div>
      <Form problems={problems} onSubmit={book}>
        <TextArea name="question" label={t("booking.question")} isOptional />
        <AttachedList attachments={attachments} />
        <div className="row apart">
          <AttachButton attachments={attachments} />
          <Button submit kind="primary" isBusy={isBusy || attachments.isUploading}>
            {t("booking.book")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
