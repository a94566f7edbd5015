import { useState } from "react";
import { Button } from "../components/buttons";
import { Note } from "../components/feedback";
import { Problems } from "../components/forms";
import { stored } from "../components/stored";
import { useWrite } from "../graphql/hooks";
import { useText } from "../i18n/language";
import { haveSameClocks, ownZone, placeOf } from "../i18n/time";
import { UpdateSettingsDocument } from "../settings/generated/settings";
import { useSelf } from "./session";

/** Times are shown in the zone of the settings. Where this device is in another one, that is said, and can be changed. */
export function ZoneOffer() {
  const t = useText();
  const { user, settings } = useSelf();
  const { run, isBusy, problems } = useWrite(UpdateSettingsDocument);
  const [kept, setKept] = useState(() => stored.read<string>(user.id, "zone"));
  if (kept === ownZone || haveSameClocks(settings.timeZone, ownZone)) return null;
  const [here, there] = [placeOf(ownZone), placeOf(settings.timeZone)];
  const keep = () => {
    stored.write(user.id, "zone", ownZone);
    setKept(ownZone);
  };
  return (
    <Note icon="clock">
      <Problems problems={problems} />
      <p>{t("zone.differs", { zone: there, here })}</p>
      <div className="row">
        <Button small kind="primary" isBusy={isBusy} onClick={() => void run({ input: { timeZone: ownZone } })}>
          {t("zone.use", { zone: here })}
        </Button>
        <Button small onClick={keep}>
          {t("zone.keep", { zone: there })}
        </Button>
      </div>
    </Note>
  );
}
