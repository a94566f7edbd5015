// Images attached to a text. They upload as soon as they are selected, so that sending does not have to wait for them.
import { useRef, useState, type ClipboardEvent } from "react";
import { useClient } from "urql";
import { UploadImageDocument, type ImageFieldsFragment } from "../graphql/generated/shared";
import { mutate } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useI18n } from "../i18n/i18n";
import { IconButton } from "./buttons";
import { ErrorSummary } from "./forms";
import { ServerImage } from "./images";

const acceptedTypes = "image/jpeg,image/png,image/webp,image/gif";

interface Attachment {
  key: number;
  file: File;
  image?: ImageFieldsFragment;
}

let lastKey = 0;

export interface Attachments {
  list: readonly Attachment[];
  problems: readonly Problem[];
  isUploading: boolean;
  images: readonly ImageFieldsFragment[];
  add: (files: Iterable<File>) => void;
  paste: (event: ClipboardEvent) => void;
  remove: (key: number) => void;
  clear: () => void;
  max: number;
}

export function useAttachments(max = 4): Attachments {
  const client = useClient();
  const [list, setList] = useState<readonly Attachment[]>([]);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const remove = (key: number) => setList((all) => all.filter((entry) => entry.key !== key));

  const upload = async ({ key, file }: Attachment) => {
    const result = await mutate(client, UploadImageDocument, { input: { file } });
    const image = result.payload?.image;
    if (image) return setList((all) => all.map((entry) => (entry.key === key ? { ...entry, image } : entry)));
    setProblems(result.problems);
    remove(key);
  };
  const add = (files: Iterable<File>) => {
    setProblems([]);
    const remaining = max - list.length;
    const added = [...files].slice(0, remaining).map((file) => ({ key: ++lastKey, file }));
    setList((all) => [...all, ...added]);
    added.forEach((entry) => void upload(entry));
  };
  return {
    list,
    problems,
    isUploading: list.some(({ image }) => !image),
    images: list.flatMap(({ image }) => image ?? []),
    add,
    paste: (event) => {
      const files = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
      if (files.length > 0) add(files);
    },
    remove,
    clear: () => setList([]),
    max,
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
          {attachments.list.map(({ key, file, image }) => (
            <li key={key}>
              {image ? <ServerImage image={image} size="MEDIUM" alt={file.name} /> : <span className="small">…</span>}
              <IconButton
                label={t("image.remove", { name: file.name })}
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
