import { useState } from "react";
import { Button } from "../components/buttons";
import { QueryView, Callout, useToast } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { useQuery, useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { BusyCalendars } from "./BusyCalendars";
import { CreateCalendarFeedDocument, MySettingsDocument, RevokeCalendarFeedDocument } from "./generated/settings";

/** The bookings in other calendars, and the events of other calendars here. */
export function CalendarSection() {
  return (
    <div className="stack wide">
      <CalendarFeed />
      <BusyCalendars />
    </div>
  );
}

/** The calendar feed of the viewer's bookings. Its URL is secret and shown only once, when it is created. */
function CalendarFeed() {
  const t = useTranslate();
  const toast = useToast();
  const query = useQuery(MySettingsDocument, {});
  const create = useMutation(CreateCalendarFeedDocument);
  const revoke = useMutation(RevokeCalendarFeedDocument);
  const [url, setUrl] = useState<string>();

  const createFeed = async () => {
    const payload = await create.run({});
    if (payload?.url) setUrl(payload.url);
    query.refetch();
  };
  const revokeFeed = async () => {
    if (!(await revoke.run({}))) return;
    setUrl(undefined);
    toast(t("calendar.stopped"));
  };
  const copy = async () => {
    await navigator.clipboard.writeText(url ?? "");
    toast(t("state.copied"));
  };
  return (
    <QueryView query={query} pick={(data) => data.viewer}>
      {({ hasCalendarFeed }) => (
        <section className="card stack">
          <div>
            <h2>{t("calendar.title")}</h2>
            <p className="soft small">{t("calendar.text")}</p>
          </div>
          <ErrorSummary problems={[...create.problems, ...revoke.problems]} />
          {url && (
            <>
              <Callout icon="warning" tone="warn">
                {t("calendar.once")}
              </Callout>
              <p className="secret-address">{url}</p>
            </>
          )}
          {hasCalendarFeed && !url && <Callout icon="check">{t("calendar.exists")}</Callout>}
          <div className="row">
            {/* The clipboard API requires a secure context. */}
            {url && isSecureContext && (
              <Button kind="primary" onClick={() => void copy()}>
                {t("action.copy")}
              </Button>
            )}
            <Button kind={url ? "plain" : "primary"} isBusy={create.isBusy} onClick={() => void createFeed()}>
              {t(hasCalendarFeed ? "calendar.renew" : "calendar.create")}
            </Button>
            {hasCalendarFeed && (
              <Button kind="danger" isBusy={revoke.isBusy} onClick={() => void revokeFeed()}>
                {t("calendar.stop")}
              </Button>
            )}
          </div>
        </section>
      )}
    </QueryView>
  );
}
