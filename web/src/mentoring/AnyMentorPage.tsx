import { useState } from "react";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { lazyDialog } from "../app/lazyDialog";
import { Callout, QueryView } from "../components/feedback";
import { useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { AnyMentorPageDocument } from "./generated/anyMentor";
import type { FreeSlotFragment } from "./generated/offers";
import { openOffers, type Topic } from "./openOffers";
import { SlotPicker } from "./SlotPicker";
import "./mentoring.css";

const AnyMentorDialog = lazyDialog(() => import("./AnyMentorDialog"), "AnyMentorDialog");

/** The free times of all mentors of a topic. The server chooses the mentor. */
export function AnyMentorPage({ id }: { id: string }) {
  const query = useQuery(AnyMentorPageDocument, { id });
  return (
    <QueryView query={query} pick={(data) => data.topic}>
      {(topic) => <AnyMentor topic={topic} />}
    </QueryView>
  );
}

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
