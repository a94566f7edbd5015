import { useState } from "react";
import { useClient } from "urql";
import { useViewer } from "../accounts/session";
import { isNotifying, setNotifying } from "./deviceNotices";
import { registerPush, removePush } from "./push";

/** Notifications of this browser, and its push subscription. Turning them on asks the browser for permission. */
export function useDeviceNotices() {
  const client = useClient();
  const { user } = useViewer();
  const [isOn, setOn] = useState(() => isNotifying(user.id));
  const [isBusy, setBusy] = useState(false);
  const turn = async (next: boolean) => {
    setBusy(true);
    try {
      const isNowOn = await setNotifying(user.id, next);
      if (isNowOn) await registerPush(client, user.id);
      else if (!next) await removePush(client);
      setOn(isNowOn);
      return isNowOn;
    } finally {
      setBusy(false);
    }
  };
  return { isOn, isBusy, turn };
}
