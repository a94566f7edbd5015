// The receipt of a deletion. The server returns it once; the tab keeps it until it is closed.
import type { DeleteAccountMutation } from "./generated/data";

export type Receipt = NonNullable<NonNullable<DeleteAccountMutation["deleteAccount"]>["receipt"]>;

const key = "studyhall-receipt";

export function keepReceipt(receipt: Receipt | null) {
  try {
    sessionStorage.setItem(key, JSON.stringify(receipt));
  } catch {
    // The storage is blocked. The receipt is also in the mail.
  }
}

export function readReceipt(): Receipt | undefined {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? "null") as Receipt | null) ?? undefined;
  } catch {
    return undefined;
  }
}
