// What the browser stores for one user besides short texts: unsent messages and posts, images and files of drafts. All tabs
// share it, and each learns of the changes of the others. Where the browser blocks storage, a tab has its own in memory.
import type { QuoteFragment } from "../conversations/generated/conversations";
import type { FileFieldsFragment, ImageFieldsFragment } from "../graphql/generated/shared";
import type { Problem } from "../graphql/problems";

/** An image that is not sent yet. It is uploaded at once, or as soon as the server can be reached. */
export interface LocalImage {
  name: string;
  file: Blob;
  image?: ImageFieldsFragment;
}

/** A file for download that is not sent yet. */
export interface LocalFile {
  name: string;
  file: Blob;
  uploaded?: FileFieldsFragment;
}

export interface Unsent {
  /** Its place in the outbox, in which the entries of all tabs have one order. */
  sequence: number;
  owner: string;
  /** The idempotency key: repeated attempts deliver it once. */
  key: string;
  /** The id of a conversation, `lobbyRecipient` or `feedRecipient`. */
  to: string;
  text: string;
  images: readonly LocalImage[];
  files: readonly LocalFile[];
  /** The message that this one replies to. */
  replyTo?: QuoteFragment;
  /** Why the server has rejected it. Until the user tries again, it stays. */
  problem?: Problem;
}

interface StoredDraft<Item> {
  owner: string;
  name: string;
  items: readonly Item[];
}

const databaseName = "studyhall";

function openDatabase() {
  return new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1);
    opening.onupgradeneeded = () => {
      const { result } = opening;
      result.createObjectStore("outbox", { keyPath: "sequence", autoIncrement: true }).createIndex("owner", "owner");
      result.createObjectStore("drafts", { keyPath: ["owner", "name"] }).createIndex("owner", "owner");
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
    opening.onblocked = () => reject(new Error("an older version of the page is open"));
  });
}

type Table = "outbox" | "drafts";
let opened: Promise<IDBDatabase | undefined> | undefined;

/** Runs one request, or returns undefined when the browser blocks the storage. */
async function run<Result>(
  table: Table,
  mode: IDBTransactionMode,
  request: (store: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result | undefined> {
  const database = await (opened ??= openDatabase().catch(() => undefined));
  if (!database) return undefined;
  return new Promise((resolve) => {
    try {
      const transaction = database.transaction(table, mode);
      const running = request(transaction.objectStore(table));
      transaction.oncomplete = () => resolve(running.result);
      transaction.onabort = () => resolve(undefined);
    } catch {
      // The browser has closed the database, for example to free space.
      opened = undefined;
      resolve(undefined);
    }
  });
}

const memory = new Map<number, Unsent>();
let lastInMemory = 0;
const channel = "BroadcastChannel" in window ? new BroadcastChannel(databaseName) : undefined;
const listeners = new Set<() => void>();
if (channel) channel.onmessage = () => listeners.forEach((listener) => listener());

function notify() {
  listeners.forEach((listener) => listener());
  channel?.postMessage("changed");
}

export const outboxStore = {
  /** Calls the listener after each change, also by another tab. */
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },

  /** The unsent entries of a user, in the order in which they were written. */
  async list(owner: string): Promise<readonly Unsent[]> {
    const stored = await run<Unsent[]>("outbox", "readonly", (store) => store.index("owner").getAll(owner));
    return [...(stored ?? []), ...[...memory.values()].filter((entry) => entry.owner === owner)];
  },

  async add(entry: Omit<Unsent, "sequence">) {
    const sequence = await run("outbox", "readwrite", (store) => store.add(entry));
    if (sequence === undefined) {
      lastInMemory += 1;
      // Behind the stored entries.
      const inMemory = Number.MAX_SAFE_INTEGER / 2 + lastInMemory;
      memory.set(inMemory, { ...entry, sequence: inMemory });
    }
    notify();
  },

  async update(entry: Unsent) {
    if (memory.has(entry.sequence)) memory.set(entry.sequence, entry);
    else await run("outbox", "readwrite", (store) => store.put(entry));
    notify();
  },

  async remove(sequence: number) {
    if (!memory.delete(sequence)) await run("outbox", "readwrite", (store) => store.delete(sequence));
    notify();
  },
};

/** What is attached to drafts, by the name of the draft behind a prefix. */
const draftsOf = <Item>(prefix: string) => ({
  async load(owner: string, draft: string): Promise<readonly Item[]> {
    const name = prefix + draft;
    const stored = await run<StoredDraft<Item> | undefined>("drafts", "readonly", (store) => store.get([owner, name]));
    return stored?.items ?? [];
  },

  async save(owner: string, draft: string, items: readonly Item[]) {
    const name = prefix + draft;
    const stored: StoredDraft<Item> = { owner, name, items };
    if (items.length > 0) await run("drafts", "readwrite", (store) => store.put(stored));
    else await run("drafts", "readwrite", (store) => store.delete([owner, name]));
  },
});
export const draftImages = draftsOf<LocalImage>("");
export const draftFiles = draftsOf<LocalFile>("files:");

/** Deletes everything of a user, who logs out. */
export async function clearDatabase(owner: string) {
  for (const [sequence, entry] of memory) if (entry.owner === owner) memory.delete(sequence);
  for (const table of ["outbox", "drafts"] as const) {
    const keys = await run(table, "readonly", (store) => store.index("owner").getAllKeys(owner));
    for (const key of keys ?? []) await run(table, "readwrite", (store) => store.delete(key));
  }
  notify();
}

/** Runs a task in one tab at a time. Browsers offer locks only over https and on this device. */
export async function inOneTab(name: string, task: () => Promise<void>) {
  if (!navigator.locks) return task();
  await navigator.locks.request(`${databaseName}:${name}`, task);
}
