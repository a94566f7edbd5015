// Notifications of the browser, for a user who is looking at something else. Off until the user turns them on.
import { settingsStorage } from "../components/settingsStorage";

const key = "device-notifications";

export const canNotify = () => "Notification" in window && Notification.permission !== "denied";

export const isNotifying = () =>
  canNotify() && Notification.permission === "granted" && settingsStorage.get(key) === "on";

/** Asks the browser for permission when it is turned on. Returns whether it is on. */
export async function setNotifying(isOn: boolean) {
  if (isOn && (await Notification.requestPermission()) !== "granted") return false;
  settingsStorage.set(key, isOn ? "on" : undefined);
  return isOn;
}

/** Shows a notification, unless the user is looking at the page. `open` is called when it is selected. */
export function notifyDevice(title: string, body: string, tag: string, open: () => void) {
  if (!isNotifying() || (document.visibilityState === "visible" && document.hasFocus())) return;
  try {
    const notification = new Notification(title, { body, tag });
    notification.onclick = () => {
      window.focus();
      notification.close();
      open();
    };
  } catch {
    // Android allows them only to service workers.
  }
}
