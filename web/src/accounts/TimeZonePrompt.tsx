import { useState } from "react";
import { Button } from "../components/buttons";
import { Callout } from "../components/feedback";
import { ErrorSummary } from "../components/forms";
import { storage } from "../components/storage";
import { useMutation } from "../graphql/hooks";
import { useTranslate } from "../i18n/i18n";
import { deviceTimeZone, haveSameOffset, zoneLabel } from "../i18n/time";
import { UpdateSettingsDocument } from "../settings/generated/settings";
import { useViewer } from "./session";

/** Offers the device's time zone when it differs from the one in the settings, in which times are shown. */
export function TimeZonePrompt() {
  const t = useTranslate();
  const { user, settings } = useViewer();
  const { run, isBusy, problems } = useMutation(UpdateSettingsDocument);
  const [dismissedZone, setDismissedZone] = useState(() => storage.get<string>(user.id, "zone"));
  if (dismissedZone === deviceTimeZone || haveSameOffset(settings.timeZone, deviceTimeZone)) return null;
  const [deviceZone, accountZone] = [zoneLabel(deviceTimeZone), zoneLabel(settings.timeZone)];
  const dismiss = () => {
    storage.set(user.id, "zone", deviceTimeZone);
    setDismissedZone(deviceTimeZone);
  };
  return (
    <Callout icon="clock">
      <ErrorSummary problems={problems} />
      <p>{t("zone.differs", { accountZone, deviceZone })}</p>
      <div className="row">
        <Button small kind="primary" isBusy={isBusy} onClick={() => void run({ input: { timeZone: deviceTimeZone } })}>
          {t("zone.use", { zone: deviceZone })}
        </Button>
        <Button small onClick={dismiss}>
          {t("zone.keep", { zone: accountZone })}
        </Button>
      </div>
    </Callout>
  );
}
