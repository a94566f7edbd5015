import { useState } from "react";
import { useSession } from "../accounts/session";
import { Heading } from "../app/Heading";
import { navigate } from "../app/router";
import { Button } from "../components/buttons";
import { Dialog } from "../components/dialog";
import { QueryView, useToast } from "../components/feedback";
import { Form, Switch } from "../components/forms";
import { useQuery, useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { changedFields } from "./availability";
import {
  CreateAppointmentDocument,
  DeleteAppointmentDocument,
  OfferPageDocument,
  UpdateAppointmentDocument,
  type OfferDetailsFragment,
} from "./generated/offers";
import { TopicPageDocument } from "./generated/topics";
import { OfferForm, type OfferInput } from "./OfferForm";
import "./mentoring.css";

export function NewOfferPage({ topicId }: { topicId: string }) {
  const t = useTranslate();
  const toast = useToast();
  const { zone } = useSession();
  const query = useQuery(TopicPageDocument, { id: topicId });
  const { run, isBusy, problems } = useMutation(CreateAppointmentDocument);
  const save = async (input: OfferInput) => {
    const payload = await run({ input: { topicId, ...input } });
    if (!payload?.appointmentEdge) return;
    toast(t("offer.saved"));
    navigate(`/mentoring/offers/${payload.appointmentEdge.node.id}`);
  };
  return (
    <QueryView query={query} pick={(data) => data.topic}>
      {(topic) => (
        <>
          <Heading
            title={t("offer.new", { topic: topic.title })}
            back={{ to: `/mentoring/topics/${topicId}`, name: topic.title }}
          />
          <OfferForm zone={zone} isBusy={isBusy} problems={problems} conflicts={[]} onSave={save} />
        </>
      )}
    </QueryView>
  );
}

export function EditOfferPage({ id }: { id: string }) {
  const query = useQuery(OfferPageDocument, { id });
  return (
    <QueryView query={query} pick={(data) => data.appointment}>
      {(offer) => <EditOffer offer={offer} />}
    </QueryView>
  );
}

function EditOffer({ offer }: { offer: OfferDetailsFragment }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems, conflicts } = useUpdateOffer(offer);
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
      {isDeleting && <DeleteOfferDialog offer={offer} onClose={() => setDeleting(false)} />}
    </>
  );
}

/** The update mutation, with the bookings that conflict with the new hours. */
function useUpdateOffer(offer: OfferDetailsFragment) {
  const { run, rejected, ...state } = useMutation(UpdateAppointmentDocument);
  return {
    ...state,
    run: (input: OfferInput & { isActive: boolean }) =>
      run({ input: { appointmentId: offer.id, ...changedFields(offer, input) } }),
    conflicts: rejected?.conflictingBookings ?? [],
  };
}

function DeleteOfferDialog({ offer, onClose }: { offer: OfferDetailsFragment; onClose: () => void }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(DeleteAppointmentDocument);
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
