// Notifications of the browser, for a user who is looking at something else. Off until the user turns them on. The service
// worker shows them, so that those of this page and those of the server (`push.ts`) with the same tag are one.
import { storage } from "../components/storage";

const key = "device-notices";

export const canNotify = () => "Notification" in window;

export const isBlocked = () => canNotify() && Notification.permission === "denied";

export const isNotifying = (owner: string) =>
  canNotify() && Notification.permission === "granted" && storage.get<boolean>(owner, key) === true;

/** Asks the browser for permission when it is turned on. Returns whether it is on. */
export async function setNotifying(owner: string, isOn: boolean) {
  if (isOn && (await Notification.requestPermission()) !== "granted") return false;
  storage.set(owner, key, isOn || undefined);
  return isOn;
}

const declinedKey = "device-notices-declined";

/** Whether the user has neither turned them on in this browser nor declined them. */
export const isUndecided = (owner: string) =>
  canNotify() && !isBlocked() && !isNotifying(owner) && storage.get<boolean>(owner, declinedKey) !== true;

export const declineNotices = (owner: string) => storage.set(owner, declinedKey, true);

/** Browsers have service workers over https and on the server's own device only. */
export const serviceWorker = async () =>
  "serviceWorker" in navigator ? await navigator.serviceWorker.getRegistration() : undefined;

interface Notice {
  title: string;
  body: string;
  /** A later notification with the same tag replaces this one. */
  tag: string;
  /** The page that it opens. */
  path: string;
}

/** Shows a notification, unless the user is looking at the page. `open` is called when the page itself shows it. */
export async function notifyDevice(owner: string, { title, body, tag, path }: Notice, open: () => void) {
  if (!isNotifying(owner) || (document.visibilityState === "visible" && document.hasFocus())) return;
  const worker = await serviceWorker();
  if (worker?.active) return worker.showNotification(title, { body, tag, data: { url: path } });
  const notification = new Notification(title, { body, tag });
  notification.onclick = () => {
    window.focus();
    notification.close();
    open();
  };
}

/** Closes notifications whose subject was read, here or on another device. */
export async function closeNotices(isRead: (tag: string, path: string) => boolean) {
  const worker = canNotify() && Notification.permission === "granted" ? await serviceWorker() : undefined;
  for (const notification of (await worker?.getNotifications()) ?? []) {
    const { url } = (notification.data ?? {}) as { url?: string };
    if (isRead(notification.tag, new URL(url ?? "/", location.origin).pathname)) notification.close();
  }
}

/** Removes what a session has left on this device. The server's part of a push subscription ends with the session. */
export async function forgetDevice() {
  await closeNotices(() => true);
  const worker = await serviceWorker();
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
}
