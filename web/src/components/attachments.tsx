// Images attached to a text. They upload as soon as they are selected, so that sending does not have to wait for them.
// Without a connection they are kept, and uploaded when the text is sent.
import { useEffect, useRef, useState, type ClipboardEvent, type DragEvent } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import type { ImageFieldsFragment } from "../graphql/generated/shared";
import { connectivity } from "../graphql/connectivity";
import { isTransient, type Problem } from "../graphql/problems";
import { useI18n } from "../i18n/i18n";
import { draftImages, type LocalImage } from "../outbox/database";
import { uploadImage } from "../outbox/delivery";
import { IconButton } from "./buttons";
import { ErrorSummary } from "./forms";
import { acceptedTypes, prepareImage } from "./imageFiles";
import { LocalPreview, ServerImage } from "./images";

interface Attachment extends LocalImage {
  key: number;
  isBusy: boolean;
}

let lastKey = 0;

export interface Attachments {
  list: readonly Attachment[];
  problems: readonly Problem[];
  isUploading: boolean;
  add: (files: Iterable<File>) => void;
  /** Uploads what is not uploaded yet. Undefined when there are problems, which the list then shows. */
  upload: () => Promise<readonly ImageFieldsFragment[] | undefined>;
  remove: (key: number) => void;
  clear: () => void;
  max: number;
  /** Files are dragged over the composer. */
  isDropping: boolean;
  /** Handlers that accept pasted and dropped images. */
  handlers: {
    onPaste: (event: ClipboardEvent) => void;
    onDragOver: (event: DragEvent) => void;
    onDragLeave: (event: DragEvent) => void;
    onDrop: (event: DragEvent) => void;
  };
}

/** `draft` is the name under which the browser stores the images until they are sent. */
export function useAttachments({ max = 4, draft }: { max?: number; draft?: string } = {}): Attachments {
  const client = useClient();
  const owner = useSession().viewer?.user.id ?? "";
  const [list, setList] = useState<readonly Attachment[]>([]);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isDropping, setDropping] = useState(false);
  const latest = useRef(list);

  const update = (change: (all: readonly Attachment[]) => readonly Attachment[]) => {
    latest.current = change(latest.current);
    setList(latest.current);
    if (!draft) return;
    const images = latest.current.map(({ name, file, image }) => ({ name, file, image }));
    void draftImages.save(owner, draft, images);
  };
  const change = (key: number, part: Partial<Attachment>) =>
    update((all) => all.map((entry) => (entry.key === key ? { ...entry, ...part } : entry)));
  const remove = (key: number) => update((all) => all.filter((entry) => entry.key !== key));

  useEffect(() => {
    if (!draft) return;
    let isCurrent = true;
    void draftImages.load(owner, draft).then((images) => {
      if (!isCurrent || images.length === 0 || latest.current.length > 0) return;
      latest.current = images.map((image) => ({ ...image, key: ++lastKey, isBusy: false }));
      setList(latest.current);
    });
    return () => void (isCurrent = false);
  }, [owner, draft]);

  /** Returns a problem that stays when it is repeated. */
  const uploadOne = async ({ key, name, file }: Pick<Attachment, "key" | "name" | "file">) => {
    change(key, { isBusy: true });
    const { image, problem } = await uploadImage(client, { name, file });
    change(key, { isBusy: false, ...(image && { image }) });
    return { image, problem };
  };
  const prepareAndUpload = async (key: number, original: File) => {
    const { file, problem } = await prepareImage(original);
    if (!file) {
      setProblems([problem]);
      return remove(key);
    }
    change(key, { file, isBusy: false });
    if (!connectivity.isReachable()) return;
    const upload = await uploadOne({ key, name: original.name, file });
    if (!upload.problem || isTransient(upload.problem)) return;
    setProblems([upload.problem]);
    remove(key);
  };
  const add = (files: Iterable<File>) => {
    const all = [...files];
    const remaining = max - latest.current.length;
    setProblems(
      all.length > remaining ? [{ code: "TOO_MANY_IMAGES", message: "", values: { count: max } }] : [],
    );
    const added = all.slice(0, remaining).map((file) => ({ key: ++lastKey, name: file.name, file, isBusy: true }));
    update((before) => [...before, ...added]);
    added.forEach(({ key, file }) => void prepareAndUpload(key, file));
  };
  const addImages = (event: ClipboardEvent | DragEvent, { files }: DataTransfer) => {
    const images = [...files].filter(({ type }) => type.startsWith("image/"));
    if (images.length === 0) return;
    event.preventDefault();
    add(images);
  };
  return {
    list,
    problems,
    isUploading: list.some(({ isBusy }) => isBusy),
    add,
    upload: async () => {
      setProblems([]);
      for (const entry of latest.current.filter(({ image }) => !image)) {
        const { problem } = await uploadOne(entry);
        if (problem) return void setProblems([problem]);
      }
      return latest.current.flatMap(({ image }) => image ?? []);
    },
    remove,
    clear: () => {
      setProblems([]);
      update(() => []);
    },
    max,
    isDropping,
    handlers: {
      onPaste: (event) => addImages(event, event.clipboardData),
      onDragOver: (event) => {
        event.preventDefault();
        setDropping(event.dataTransfer.types.includes("Files"));
      },
      onDragLeave: (event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
      },
      onDrop: (event) => {
        setDropping(false);
        addImages(event, event.dataTransfer);
      },
    },
  };
}

export function AttachButton({ attachments, label }: { attachments: Attachments; label?: string }) {
  const { t } = useI18n();
  const input = useRef<HTMLInputElement>(null);
  const name = label ?? t("image.add");
  return (
    <>
      <IconButton
        label={name}
        icon="image"
        disabled={attachments.list.length >= attachments.max}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        hidden
        type="file"
        accept={acceptedTypes}
        multiple={attachments.max > 1}
        aria-label={name}
        onChange={(event) => {
          attachments.add(event.target.files ?? []);
          event.target.value = "";
        }}
      />
    </>
  );
}

export function AttachmentList({ attachments }: { attachments: Attachments }) {
  const { t } = useI18n();
  return (
    <>
      <ErrorSummary problems={attachments.problems} />
      {attachments.list.length > 0 && (
        <ul className="attached" aria-label={t("image.attached")}>
          {attachments.list.map(({ key, name, file, image, isBusy }) => (
            <li key={key} className={isBusy ? "busy" : undefined}>
              {image ? (
                <ServerImage image={image} size="MEDIUM" alt={name} />
              ) : (
                <LocalPreview file={file} label={isBusy ? t("image.uploading", { name }) : name} />
              )}
              <IconButton
                label={t("image.remove", { name })}
                icon="close"
                small
                onClick={() => attachments.remove(key)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
