import { useState } from "react";
import { Button, IconButton } from "../components/buttons";
import { QueryView, useToast } from "../components/feedback";
import { Form, TextField } from "../components/forms";
import { Icon } from "../components/icons";
import { DateTime } from "../components/people";
import { useMutation, useQuery } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import {
  AddBusyCalendarDocument,
  BusyCalendarsDocument,
  RemoveBusyCalendarDocument,
  type BusyCalendarsQuery,
} from "./generated/busyCalendars";

type Calendar = NonNullable<BusyCalendarsQuery["viewer"]>["busyCalendars"][number];

const nameLimit = 50;

/** The external calendars whose events remove slots of the viewer. */
export function BusyCalendars() {
  const t = useTranslate();
  const query = useQuery(BusyCalendarsDocument, {});
  return (
    <section className="card stack">
      <div>
        <h2>{t("busy.title")}</h2>
        <p className="soft small">{t("busy.text")}</p>
      </div>
      <QueryView query={query} pick={(data) => data.viewer?.busyCalendars}>
        {(calendars) =>
          calendars.length === 0 ? (
            <p className="soft">{t("busy.none")}</p>
          ) : (
            <ul className="plain stack" aria-label={t("busy.title")}>
              {calendars.map((calendar) => (
                <CalendarRow key={calendar.id} calendar={calendar} />
              ))}
            </ul>
          )
        }
      </QueryView>
      <NewCalendar />
    </section>
  );
}

function CalendarRow({ calendar: { id, name, host, eventCount, lastReadAt, error } }: { calendar: Calendar }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy } = useMutation(RemoveBusyCalendarDocument);
  const remove = async () => {
    toast(t((await run({ input: { busyCalendarId: id } })) ? "busy.removed" : "state.failed"));
  };
  return (
    <li className="busy-calendar">
      <Icon name="calendar" />
      <div className="grow">
        <p>
          <strong dir="auto">{name}</strong>{" "}
          <span className="soft small" dir="ltr">
            {host}
          </span>
        </p>
        <p className="soft small">
          {t("busy.events", { count: eventCount })} ·{" "}
          {lastReadAt ? (
            <>
              {t("busy.lastRead")} <DateTime at={lastReadAt} />
            </>
          ) : (
            t("busy.neverRead")
          )}
        </p>
        {error && (
          <p className="fault">
            <Icon name="warning" size={16} />
            {error}
          </p>
        )}
      </div>
      <IconButton icon="trash" label={t("busy.remove", { name })} isBusy={isBusy} onClick={() => void remove()} />
    </li>
  );
}

function NewCalendar() {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(AddBusyCalendarDocument);
  const [formKey, setFormKey] = useState(0);
  const add = async (values: FormData) => {
    // Calendar applications give addresses of this kind.
    const url = String(values.get("url")).trim().replace(/^webcal:/i, "https:");
    if (!(await run({ input: { name: String(values.get("name")), url } }))) return;
    toast(t("busy.added"));
    setFormKey((key) => key + 1);
  };
  return (
    <Form key={formKey} problems={problems} onSubmit={add}>
      <TextField name="name" label={t("busy.name")} limit={nameLimit} autoComplete="off" />
      <TextField name="url" label={t("busy.url")} hint={t("busy.urlHint")} type="url" autoComplete="off" />
      <div>
        <Button submit isBusy={isBusy}>
          {t("busy.add")}
        </Button>
      </div>
    </Form>
  );
}
