import { useState } from "react";
import { useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { Loaded, useToast } from "../components/feedback";
import { Form, Switch } from "../components/forms";
import { useRead, useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { changesTo } from "./availability";
import {
  CreateAppointmentDocument,
  DeleteAppointmentDocument,
  OneOfferDocument,
  UpdateAppointmentDocument,
  type OfferInFullFragment,
} from "./generated/offers";
import { OneTopicDocument } from "./generated/topics";
import { OfferForm, type OfferInput } from "./OfferForm";
import "./mentoring.css";

export function NewOfferPage({ topicId }: { topicId: string }) {
  const t = useText();
  const toast = useToast();
  const { zone } = useSession();
  const reading = useRead(OneTopicDocument, { id: topicId });
  const { run, isBusy, problems } = useWrite(CreateAppointmentDocument);
  const save = async (input: OfferInput) => {
    const payload = await run({ input: { topicId, ...input } });
    if (!payload?.appointmentEdge) return;
    toast(t("offer.saved"));
    navigate(`/mentoring/offers/${payload.appointmentEdge.node.id}`);
  };
  return (
    <Loaded reading={reading} pick={(data) => data.topic}>
      {(topic) => (
        <>
          <Heading
            title={t("offer.new", { topic: topic.title })}
            back={{ to: `/mentoring/topics/${topicId}`, name: topic.title }}
          />
          <OfferForm zone={zone} isBusy={isBusy} problems={problems} conflicts={[]} onSave={save} />
        </>
      )}
    </Loaded>
  );
}

export function EditOfferPage({ id }: { id: string }) {
  const reading = useRead(OneOfferDocument, { id });
  return (
    <Loaded reading={reading} pick={(data) => data.appointment}>
      {(offer) => <Edit offer={offer} />}
    </Loaded>
  );
}

function Edit({ offer }: { offer: OfferInFullFragment }) {
  const t = useText();
  const toast = useToast();
  const { run, isBusy, problems, conflicts } = useUpdate(offer);
  const [isDeleting, setDeleting] = useState(false);
  const save = async (input: OfferInput & { isActive: boolean }) => {
    if (!(await run(input))) return;
    toast(t("offer.saved"));
    navigate(`/mentoring/offers/${offer.id}`);
  };
  return (
    <>
      <Heading title={t("offer.edit")} back={{ to: `/mentoring/offers/${offer.id}`, name: offer.topic.title }}>
        <Button kind="danger" onClick={() => setDeleting(true)}>
          {t("offer.delete")}
        </Button>
      </Heading>
      <OfferForm
        offer={offer}
        zone={offer.timeZone}
        isBusy={isBusy}
        problems={problems}
        conflicts={conflicts}
        onSave={save}
      />
      {isDeleting && <DeleteOffer offer={offer} onClose={() => setDeleting(false)} />}
    </>
  );
}

/** Saving, with the bookings that the server finds in the way. */
function useUpdate(offer: OfferInFullFragment) {
  const { run, refused, ...state } = useWrite(UpdateAppointmentDocument);
  return {
    ...state,
    run: (input: OfferInput & { isActive: boolean }) => 
      run({ input: { appointmentId: offer.id, ...changesTo(offer, input) } }),
    conflicts: refused?.conflictingBookings ?? [],
  };
}

function DeleteOffer({ offer, onClose }: { offer: OfferInFullFragment; onClose: () => void }) {
  const t = useText();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(DeleteAppointmentDocument);
  const remove = async (values: FormData) => {
    const input = { appointmentId: offer.id, cancelUpcoming: values.has("cancelUpcoming") };
    if (!(await run({ input }))) return;
    toast(t("offer.deleted"));
    navigate("/mentoring/teaching", { replace: true });
  };
  return (
    <Dialog title={t("offer.deleteTitle")} onClose={onClose}>
      <p>{t("offer.deleteText")}</p>
      <Form problems={problems} onSubmit={remove}>
        <Switch name="cancelUpcoming" label={t("offer.cancelUpcoming")} />
        <div className="row">
          <Button submit kind="danger" isBusy={isBusy}>
            {t("offer.delete")}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t("action.cancel")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
