import { useState } from "react";
import { Button } from "../components/buttons";
import { Loaded, Note, useToast } from "../components/feedback";
import { Problems } from "../components/forms";
import { useRead, useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { CreateCalendarFeedDocument, MySettingsDocument, RevokeCalendarFeedDocument } from "./generated/settings";

/** Bookings in a calendar of one's own. The address is the key: it is shown once, when it is made. */
export function CalendarSection() {
  const t = useText();
  const toast = useToast();
  const reading = useRead(MySettingsDocument, {});
  const create = useWrite(CreateCalendarFeedDocument);
  const revoke = useWrite(RevokeCalendarFeedDocument);
  const [url, setUrl] = useState<string>();

  const make = async () => {
    const payload = await create.run({});
    if (payload?.url) setUrl(payload.url);
    reading.again();
  };
  const stop = async () => {
    if (!(await revoke.run({}))) return;
    setUrl(undefined);
    toast(t("calendar.stopped"));
  };
  const copy = async () => {
    await navigator.clipboard.writeText(url ?? "");
    toast(t("state.copied"));
  };
  return (
    <Loaded reading={reading} pick={(data) => data.viewer}>
      {({ hasCalendarFeed }) => (
        <section className="card stack">
          <div>
            <h2>{t("calendar.title")}</h2>
            <p className="soft small">{t("calendar.text")}</p>
          </div>
          <Problems problems={[...create.problems, ...revoke.problems]} />
          {url && (
            <>
              <Note icon="warning" tone="warn">
                {t("calendar.once")}
              </Note>
              <p className="secret-address">{url}</p>
            </>
          )}
          {hasCalendarFeed && !url && <Note icon="check">{t("calendar.exists")}</Note>}
          <div className="row">
            {/* Only a page that came safely may write to the clipboard. */}
            {url && isSecureContext && (
              <Button kind="primary" onClick={() => void copy()}>
                {t("action.copy")}
              </Button>
            )}
            <Button kind={url ? "plain" : "primary"} isBusy={create.isBusy} onClick={() => void make()}>
              {t(hasCalendarFeed ? "calendar.renew" : "calendar.create")}
            </Button>
            {hasCalendarFeed && (
              <Button kind="danger" isBusy={revoke.isBusy} onClick={() => void stop()}>
                {t("calendar.stop")}
              </Button>
            )}
          </div>
        </section>
      )}
    </Loaded>
  );
}
