import { useMemo, useRef, useState } from "react";
import { useSession } from "../accounts/session";
import { TimeZonePrompt } from "../accounts/TimeZonePrompt";
import { Heading } from "../app/Heading";
import { Button, IconButton } from "../components/buttons";
import { Callout, EmptyState, useToast } from "../components/feedback";
import { Form, Switch, TextField, textValue } from "../components/forms";
import { Icon } from "../components/icons";
import { PaginatedList } from "../components/pagination";
import { newClientKey } from "../components/storage";
import { Name } from "../components/text";
import { useMutation } from "../graphql/hooks";
import type { CreateTimeOffInput } from "../graphql/generated/schema";
import { useI18n } from "../i18n/i18n";
import { addDays, dateInZone, formatDate, formatDateTime, timeInZone, zonedInstant, zoneLabel } from "../i18n/time";
import { BookingRow } from "./BookingsPage";
import {
  CreateTimeOffDocument,
  DeleteTimeOffDocument,
  TimeOffsDocument,
  type TimeOffItemFragment,
} from "./generated/timeOff";
import { MentoringTabs } from "./MentoringTabs";
import "./mentoring.css";

const noteLimit = 200;

export function TimeOffPage() {
  const { t } = useI18n();
  return (
    <>
      <Heading title={t("mentoring.timeOff")} />
      <MentoringTabs />
      <div className="stack wide">
        <TimeZonePrompt />
        <NewTimeOff />
        <PaginatedList
          query={TimeOffsDocument}
          variables={{ first: 30 }}
          pick={(data) => data.viewer?.timeOffs}
          empty={
            <EmptyState icon="calendar" title={t("timeOff.none")}>
              <p>{t("timeOff.noneText")}</p>
            </EmptyState>
          }
        >
          {(timeOffs) => (
            <ul className="card flush rows" aria-label={t("mentoring.timeOff")}>
              {timeOffs.map((timeOff) => (
                <TimeOffRow key={timeOff.id} timeOff={timeOff} />
              ))}
            </ul>
          )}
        </PaginatedList>
      </div>
    </>
  );
}

/** Days where both ends are midnight, else dates with times. */
function rangeLabel({ startsAt, endsAt }: TimeOffItemFragment, language: string, zone: string) {
  const [start, end] = [new Date(startsAt), new Date(endsAt)];
  if ([start, end].some((instant) => timeInZone(instant, zone) !== "00:00")) {
    return `${formatDateTime(start, language, zone)} – ${formatDateTime(end, language, zone)}`;
  }
  const label = (day: string) => formatDate(day, language, { weekday: "short", day: "numeric", month: "long", year: "numeric" });
  const [first, last] = [dateInZone(start, zone), addDays(dateInZone(end, zone), -1)];
  return first === last ? label(first) : `${label(first)} – ${label(last)}`;
}

function TimeOffRow({ timeOff }: { timeOff: TimeOffItemFragment }) {
  const { t, language } = useI18n();
  const { zone } = useSession();
  const toast = useToast();
  const { run, isBusy } = useMutation(DeleteTimeOffDocument);
  const range = rangeLabel(timeOff, language, zone);
  const remove = async () => {
    toast(t((await run({ input: { timeOffId: timeOff.id } })) ? "timeOff.removed" : "state.failed"));
  };
  return (
    <li className="entry">
      <Icon name="calendar" />
      <span className="grow">
        <span className="strong">{range}</span>
        {timeOff.note && (
          <span className="soft small line">
            <Name text={timeOff.note} />
          </span>
        )}
      </span>
      <IconButton icon="trash" label={t("timeOff.remove", { range })} isBusy={isBusy} onClick={() => void remove()} />
    </li>
  );
}

/** Adds a time off. Bookings within it prevent it at first: they are listed, and cancelled only after another press. */
function NewTimeOff() {
  const { t } = useI18n();
  const { zone } = useSession();
  const toast = useToast();
  const { run, isBusy, problems, rejected, reset } = useMutation(CreateTimeOffDocument);
  const [isWholeDays, setWholeDays] = useState(true);
  const [formKey, setFormKey] = useState(0);
  const last = useRef<CreateTimeOffInput>(undefined);
  const key = useRef({ key: newClientKey(), content: "" });
  const conflicts = rejected?.conflictingBookings ?? [];
  const hasConflicts = conflicts.length > 0;
  // The list of bookings says it better.
  const shownProblems = useMemo(
    () => (hasConflicts ? problems.filter(({ code }) => code !== "HAS_BOOKINGS") : problems),
    [problems, hasConflicts],
  );
  const tomorrow = addDays(dateInZone(new Date(), zone));

  const instant = (value: string | null, isEnd: boolean) => {
    const [day, time = "00:00"] = (value ?? "").split("T");
    // An empty field is the server's to refuse: an instant in the past is no valid end.
    if (!day) return new Date(0).toISOString();
    return zonedInstant(isWholeDays && isEnd ? addDays(day) : day, time, zone).toISOString();
  };
  const create = async (input: CreateTimeOffInput) => {
    last.current = input;
    const content = JSON.stringify(input);
    if (key.current.content !== content) key.current = { key: newClientKey(), content };
    const payload = await run({ input: { ...input, clientKey: key.current.key } });
    if (!payload) return;
    const count = payload.cancelledBookings.length;
    toast(count > 0 ? t("timeOff.addedAndCancelled", { count }) : t("timeOff.added"));
    setFormKey(formKey + 1);
  };
  const save = (values: FormData) =>
    create({
      startsAt: instant(textValue(values, "startsAt"), false),
      endsAt: instant(textValue(values, "endsAt"), true),
      note: textValue(values, "note"),
      cancelUpcoming: false,
    });
  const type = isWholeDays ? "date" : "datetime-local";
  const initial = isWholeDays ? tomorrow : `${tomorrow}T09:00`;
  return (
    <section className="card stack">
      <div>
        <h2>{t("timeOff.add")}</h2>
        <p className="soft small">{t("timeOff.text", { zone: zoneLabel(zone) })}</p>
      </div>
      <Form
        key={formKey}
        problems={shownProblems}
        onSubmit={(values) => void save(values)}
        onInput={() => hasConflicts && reset()}
      >
        <Switch
          name="wholeDays"
          label={t("timeOff.wholeDays")}
          checked={isWholeDays}
          onChange={(event) => setWholeDays(event.target.checked)}
        />
        <div className="pair" key={type}>
          <TextField name="startsAt" label={t(isWholeDays ? "timeOff.firstDay" : "timeOff.start")} type={type} defaultValue={initial} />
          <TextField
            name="endsAt"
            label={t(isWholeDays ? "timeOff.lastDay" : "timeOff.end")}
            type={type}
            defaultValue={isWholeDays ? tomorrow : `${tomorrow}T17:00`}
          />
        </div>
        <TextField name="note" label={t("timeOff.note")} hint={t("timeOff.noteHint")} limit={noteLimit} isOptional />
        {hasConflicts && (
          <section className="stack tight" role="alert">
            <Callout icon="warning" tone="warn">
              {t("timeOff.conflicts", { count: conflicts.length })}
            </Callout>
            <ul className="card flush rows">
              {conflicts.map((booking) => (
                <li key={booking.id}>
                  <BookingRow booking={booking} />
                </li>
              ))}
            </ul>
            <div className="row">
              <Button
                kind="danger"
                isBusy={isBusy}
                onClick={() => last.current && void create({ ...last.current, cancelUpcoming: true })}
              >
                {t("timeOff.addAndCancel", { count: conflicts.length })}
              </Button>
              <Button kind="quiet" onClick={reset}>
                {t("timeOff.keep")}
              </Button>
            </div>
          </section>
        )}
        {!hasConflicts && (
          <div>
            <Button submit kind="primary" isBusy={isBusy}>
              {t("timeOff.add")}
            </Button>
          </div>
        )}
      </Form>
    </section>
  );
}
