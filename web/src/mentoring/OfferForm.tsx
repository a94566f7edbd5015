import { useState } from "react";
import { Button } from "../components/buttons";
import { Callout } from "../components/feedback";
import { Form, numberValue, SelectField, Switch, TextArea, TextField, textValue } from "../components/forms";
import type { Problem } from "../graphql/problems";
import { useI18n } from "../i18n/i18n";
import { zoneLabel, formatDuration, timeZones } from "../i18n/time";
import { toAvailability, toAvailabilityInput } from "./availability";
import { BookingRow } from "./BookingsPage";
import type { BookingCardFragment } from "./generated/bookings";
import type { OfferDetailsFragment } from "./generated/offers";
import { ExceptionsEditor, WeeklyEditor, WindowsEditor } from "./HoursEditor";
import { QuestionsEditor, toQuestionDrafts, toQuestionInputs, type QuestionDraft } from "./QuestionsEditor";

export interface OfferInput extends ReturnType<typeof toAvailabilityInput> {
  timeZone: string;
  description: string | null;
  location: string | null;
  meetingUrl: string | null;
  isApprovalRequired: boolean;
  questions: ReturnType<typeof toQuestionInputs>;
  sessionMinutes: number;
  seats: number;
  minimumNoticeMinutes: number;
  cancellationNoticeMinutes: number;
  horizonDays: number;
  bufferMinutes: number;
  maxBookingsPerStudentPerDay: number;
}

interface OfferFormProps {
  offer?: OfferDetailsFragment;
  zone: string;
  isBusy: boolean;
  problems: readonly Problem[];
  conflicts: readonly BookingCardFragment[];
  onSave: (input: OfferInput & { isActive: boolean }) => void;
}

const sessionLengths = [15, 20, 30, 45, 60, 90, 120, 180];
const noticePeriods = [0, 30, 60, 120, 240, 720, 1440, 2880, 10_080];
const bufferLengths = [0, 5, 10, 15, 30, 60];

export function OfferForm({ offer, zone, isBusy, problems, conflicts, onSave }: OfferFormProps) {
  const { t, language } = useI18n();
  const [timeZone, setTimeZone] = useState(zone);
  const [availability, setAvailability] = useState(() => toAvailability(offer, zone));
  const [questions, setQuestions] = useState<readonly QuestionDraft[]>(() => toQuestionDrafts(offer?.questions));
  const save = (values: FormData) => {
    const number = (name: keyof OfferInput) => numberValue(values, name) ?? 0;
    const input = {
      timeZone,
      description: textValue(values, "description"),
      location: textValue(values, "location"),
      meetingUrl: textValue(values, "meetingUrl"),
      isApprovalRequired: values.has("isApprovalRequired"),
      questions: toQuestionInputs(questions),
      sessionMinutes: number("sessionMinutes"),
      seats: number("seats"),
      minimumNoticeMinutes: number("minimumNoticeMinutes"),
      cancellationNoticeMinutes: number("cancellationNoticeMinutes"),
      horizonDays: number("horizonDays"),
      bufferMinutes: number("bufferMinutes"),
      maxBookingsPerStudentPerDay: number("maxBookingsPerStudentPerDay"),
      ...toAvailabilityInput(availability, timeZone),
    };
    // `CreateAppointmentInput` has no `isActive`: a new offer always takes bookings.
    onSave(offer ? { ...input, isActive: values.has("isActive") } : (input as OfferInput & { isActive: boolean }));
  };
  const durationOption = (minutes: number) => [String(minutes), formatDuration(minutes, language)] as const;
  const durationOptions = (defaults: readonly number[], current: number | undefined) =>
    [...new Set([...defaults, ...(current === undefined ? [] : [current])])].sort((a, b) => a - b).map(durationOption);
  const integerField = (
    name: "seats" | "horizonDays" | "maxBookingsPerStudentPerDay",
    value: number,
    hint?: string,
  ) => <TextField name={name} label={t(`form.${name}`)} hint={hint} type="number" min={1} defaultValue={value} />;
  return (
    <Form problems={problems} onSubmit={save} className="stack wide">
      {conflicts.length > 0 && (
        <section className="stack tight" aria-live="polite">
          <Callout icon="calendar" tone="warn">
            {t("offer.conflicts")}
          </Callout>
          <ul className="card flush rows">
            {conflicts.map((booking) => (
              <li key={booking.id}>
                <BookingRow booking={booking} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section className="card stack">
        <h2>{t("form.basics")}</h2>
        <TextArea name="description" label={t("form.description")} isOptional defaultValue={offer?.description ?? ""} />
        <TextField
          name="location"
          label={t("form.location")}
          hint={t("form.locationHint")}
          isOptional
          defaultValue={offer?.location ?? ""}
        />
        <TextField
          name="meetingUrl"
          label={t("form.meetingUrl")}
          hint={t("form.meetingUrlHint")}
          isOptional
          type="url"
          inputMode="url"
          placeholder="https://"
          defaultValue={offer?.meetingUrl ?? ""}
        />
        <div className="pair">
          <SelectField
            name="sessionMinutes"
            label={t("form.sessionMinutes")}
            defaultValue={String(offer?.sessionMinutes ?? 60)}
            options={durationOptions(sessionLengths, offer?.sessionMinutes)}
          />
          {integerField("seats", offer?.seats ?? 1, t("form.seatsHint"))}
        </div>
        {offer && (
          <Switch
            name="isActive"
            label={t("form.isActive")}
            hint={t("form.isActiveHint")}
            defaultChecked={offer.isActive}
          />
        )}
      </section>
      <section className="card stack">
        <div>
          <h2>{t("hours.title")}</h2>
          <p className="soft small">{t("hours.text", { zone: zoneLabel(timeZone) })}</p>
        </div>
        <WeeklyEditor value={availability} onChange={setAvailability} />
        <SelectField
          name="timeZone"
          label={t("form.timeZone")}
          value={timeZone}
          onChange={(event) => setTimeZone(event.target.value)}
          options={[...new Set([timeZone, ...timeZones()])].map((name) => [name, name] as const)}
        />
      </section>
      <section className="card stack">
        <div>
          <h2>{t("exceptions.title")}</h2>
          <p className="soft small">{t("exceptions.text")}</p>
        </div>
        <ExceptionsEditor value={availability} onChange={setAvailability} zone={timeZone} />
        <div>
          <h3>{t("windows.title")}</h3>
          <p className="soft small">{t("windows.text")}</p>
        </div>
        <WindowsEditor value={availability} onChange={setAvailability} zone={timeZone} />
      </section>
      <section className="card stack">
        <div>
          <h2>{t("question.title")}</h2>
          <p className="soft small">{t("question.text")}</p>
        </div>
        <QuestionsEditor value={questions} onChange={setQuestions} />
      </section>
      <section className="card stack">
        <h2>{t("form.rules")}</h2>
        <Switch
          name="isApprovalRequired"
          label={t("form.isApprovalRequired")}
          hint={t("form.isApprovalRequiredHint")}
          defaultChecked={offer?.isApprovalRequired}
        />
        <div className="pair">
          <SelectField
            name="minimumNoticeMinutes"
            label={t("form.minimumNoticeMinutes")}
            defaultValue={String(offer?.minimumNoticeMinutes ?? 60)}
            options={durationOptions(noticePeriods, offer?.minimumNoticeMinutes)}
          />
          <SelectField
            name="cancellationNoticeMinutes"
            label={t("form.cancellationNoticeMinutes")}
            defaultValue={String(offer?.cancellationNoticeMinutes ?? 120)}
            options={durationOptions(noticePeriods, offer?.cancellationNoticeMinutes)}
          />
          <SelectField
            name="bufferMinutes"
            label={t("form.bufferMinutes")}
            defaultValue={String(offer?.bufferMinutes ?? 0)}
            options={durationOptions(bufferLengths, offer?.bufferMinutes)}
          />
          {integerField("horizonDays", offer?.horizonDays ?? 60)}
          {integerField("maxBookingsPerStudentPerDay", offer?.maxBookingsPerStudentPerDay ?? 1)}
        </div>
      </section>
      <div>
        <Button submit kind="primary" isBusy={isBusy}>
          {t(offer ? "action.save" : "offer.create")}
        </Button>
      </div>
    </Form>
  );
}
