import { useState } from "react";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { Callout, QueryView } from "../components/feedback";
import { SelectField, textValue } from "../components/forms";
import { useMutation, useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { BookingDialog } from "./BookingDialog";
import { AnyMentorPageDocument, BookTopicDocument, type AnyMentorPageQuery } from "./generated/anyMentor";
import type { FreeSlotFragment } from "./generated/offers";
import { SlotPicker } from "./SlotPicker";
import "./mentoring.css";

type Topic = NonNullable<AnyMentorPageQuery["topic"]>;

/** The free times of all mentors of a topic. The server chooses the mentor. */
export function AnyMentorPage({ id }: { id: string }) {
  const query = useQuery(AnyMentorPageDocument, { id });
  return (
    <QueryView query={query} pick={(data) => data.topic}>
      {(topic) => <AnyMentor topic={topic} />}
    </QueryView>
  );
}

/** The offers whose slots are shown. Those with a required question are booked on their own pages. */
const openOffers = ({ appointments }: Topic) =>
  appointments?.edges
    .map(({ node }) => node)
    .filter(
      ({ isActive, viewerCanBook, questions }) => isActive && viewerCanBook && !questions.some(({ isRequired }) => isRequired),
    ) ?? [];

function AnyMentor({ topic }: { topic: Topic }) {
  const t = useTranslate();
  const [slot, setSlot] = useState<FreeSlotFragment>();
  const offers = openOffers(topic);
  return (
    <div className="stack wide">
      <div>
        <Heading title={t("anyMentor.title", { topic: topic.title })} back={{ to: `/mentoring/topics/${topic.id}`, name: topic.title }} />
        <p>{t("anyMentor.text")}</p>
      </div>
      <section className="card stack" aria-labelledby="choose">
        <h2 id="choose">{t("offer.choose")}</h2>
        {topic.isArchived && (
          <Callout icon="warning" tone="warn">
            {t("offer.closed")}
          </Callout>
        )}
        <TimeZonePrompt />
        <SlotPicker
          source={{ topicId: topic.id }}
          horizonDays={offers.length > 0 ? Math.max(...offers.map(({ horizonDays }) => horizonDays)) : undefined}
          isPickable
          onPick={setSlot}
        />
      </section>
      {slot && <AnyMentorDialog topic={topic} slot={slot} onPick={setSlot} onClose={() => setSlot(undefined)} />}
    </div>
  );
}

interface AnyMentorDialogProps {
  topic: Topic;
  slot: FreeSlotFragment;
  onPick: (slot: FreeSlotFragment) => void;
  onClose: () => void;
}

function AnyMentorDialog({ topic, slot, onPick, onClose }: AnyMentorDialogProps) {
  const t = useTranslate();
  const mutation = useMutation(BookTopicDocument);
  const minutes = (Date.parse(slot.endsAt) - Date.parse(slot.startsAt)) / 60_000;
  const mentors = openOffers(topic).flatMap(({ mentor, sessionMinutes }) => (mentor && sessionMinutes === minutes ? [mentor] : []));
  return (
    <BookingDialog
      title={t("booking.confirm")}
      action={t("booking.book")}
      startsAt={slot.startsAt}
      readOwn={(values) => ({ endsAt: slot.endsAt, preferredMentorId: textValue(values, "preferredMentorId") })}
      state={mutation}
      book={(input) => mutation.run({ input: { topicId: topic.id, ...input } })}
      onPick={onPick}
      onClose={onClose}
    >
      {mentors.length > 1 && (
        <SelectField
          name="preferredMentorId"
          label={t("anyMentor.preferred")}
          hint={t("anyMentor.preferredHint")}
          isOptional
          options={[["", t("anyMentor.anyone")], ...mentors.map(({ id, displayName }) => [id, displayName] as const)]}
        />
      )}
    </BookingDialog>
  );
}
