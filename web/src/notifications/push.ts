// Web Push: the subscription of this browser, which the server has for the session. The service worker shows the pushes.
import type { Client } from "urql";
import { mutate } from "../graphql/hooks";
import { isNotifying, serviceWorker } from "./deviceNotices";
import { PushKeyDocument, RegisterPushDocument, RemovePushDocument } from "./generated/push";

/**
 * Subscribes this browser for `owner`, or registers the subscription that it has: browsers replace it at times. Returns
 * whether the server can reach this device. It cannot when push is turned off, or the browser has no push service.
 */
export async function registerPush(client: Client, owner: string) {
  const manager = (await serviceWorker())?.pushManager;
  const { data } = await client.query(PushKeyDocument, {}).toPromise();
  const applicationServerKey = data?.server?.pushPublicKey;
  if (!manager || !applicationServerKey || !isNotifying(owner)) return false;
  try {
    const subscription = await subscribe(manager, { userVisibleOnly: true, applicationServerKey });
    // Logged out in between: the next user of the browser starts without a subscription.
    if (!isNotifying(owner)) {
      await subscription.unsubscribe();
      return false;
    }
    const { endpoint, keys } = subscription.toJSON();
    const input = { endpoint: endpoint ?? "", p256dh: keys?.p256dh ?? "", auth: keys?.auth ?? "" };
    const { payload } = await mutate(client, RegisterPushDocument, { input });
    return payload?.isRegistered ?? false;
  } catch {
    return false;
  }
}

/** A subscription belongs to one key of the server. */
async function subscribe(manager: PushManager, options: PushSubscriptionOptionsInit) {
  try {
    return await manager.subscribe(options);
  } catch (cause) {
    const earlier = await manager.getSubscription();
    if (!earlier) throw cause;
    await earlier.unsubscribe();
    return manager.subscribe(options);
  }
}

export async function removePush(client: Client) {
  const subscription = await (await serviceWorker())?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
  await mutate(client, RemovePushDocument, {});
}
