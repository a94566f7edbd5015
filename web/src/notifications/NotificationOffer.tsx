import { useState } from "react";
import { useViewer } from "../accounts/session";
import { Button } from "../components/buttons";
import { Callout } from "../components/feedback";
import { useTranslate } from "../i18n/i18n";
import { declineNotices, isUndecided } from "./deviceNotices";
import { useDeviceNotices } from "./useDeviceNotices";

/** Offers notifications to a user who waits for an answer. Once declined, they are in the settings only. */
export function NotificationOffer() {
  const t = useTranslate();
  const { user } = useViewer();
  const { isBusy, turn } = useDeviceNotices();
  const [isOpen, setOpen] = useState(() => isUndecided(user.id));
  if (!isOpen) return null;
  const decline = () => {
    declineNotices(user.id);
    setOpen(false);
  };
  const accept = async () => {
    if (await turn(true)) setOpen(false);
    else decline();
  };
  return (
    <Callout icon="bell">
      <p>{t("device.offer")}</p>
      <div className="row">
        <Button small kind="primary" isBusy={isBusy} onClick={() => void accept()}>
          {t("device.turnOn")}
        </Button>
        <Button small onClick={decline}>
          {t("device.notNow")}
        </Button>
      </div>
    </Callout>
  );
}
