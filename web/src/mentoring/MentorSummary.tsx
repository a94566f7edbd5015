import { useState } from "react";
import { SegmentedControl } from "../components/forms";
import { useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { BookingRow } from "./BookingsPage";
import { MentorSummaryDocument } from "./generated/timeOff";

const periods = ["all", "month", "year"] as const;
type Period = (typeof periods)[number];
const daysOf: Record<Period, number | undefined> = { all: undefined, month: 30, year: 365 };

const figures = ["completedCount", "studentCount", "cancelledCount", "noShowCount"] as const;

/** Counts of the viewer's sessions as a mentor, and the next one. Nothing for members who never had an offer. */
export function MentorSummary() {
  const t = useTranslate();
  const [period, setPeriod] = useState<Period>("all");
  const [now] = useState(() => Date.now());
  const days = daysOf[period];
  // Up to the present: later bookings have no outcome yet.
  const range = days ? { from: new Date(now - days * 86_400_000).toISOString(), to: new Date(now).toISOString() } : {};
  const { data } = useQuery(MentorSummaryDocument, range);
  const summary = data?.viewer?.mentorSummary;
  if (!summary) return null;
  return (
    <section className="card stack" aria-labelledby="summary">
      <div className="row apart">
        <h2 id="summary">{t("summary.title")}</h2>
        <SegmentedControl
          name="period"
          label={t("summary.period")}
          value={period}
          options={periods.map((name) => [name, t(`summary.${name}`)] as const)}
          onChange={setPeriod}
        />
      </div>
      <dl className="figures">
        {figures.map((name) => (
          <div key={name}>
            <dd>{summary[name]}</dd>
            <dt>{t(`summary.${name}`)}</dt>
          </div>
        ))}
      </dl>
      {summary.nextBooking && (
        <div className="stack tight">
          <h3>{t("summary.next")}</h3>
          <div className="rows framed">
            <BookingRow booking={summary.nextBooking} />
          </div>
        </div>
      )}
    </section>
  );
}
