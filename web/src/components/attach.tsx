// Pictures to go with a text. They are uploaded when they are chosen, so that sending is only a matter of words.
import { useRef, useState, type ClipboardEvent } from "react";
import { useClient } from "urql";
import { UploadImageDocument, type PictureFragment } from "../graphql/generated/shared";
import { write } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useSpeech } from "../i18n/language";
import { IconButton } from "./buttons";
import { Problems } from "./forms";
import { Photo } from "./pictures";

const accepted = "image/jpeg,image/png,image/webp,image/gif";

interface Attached {
  key: number;
  file: File;
  image?: PictureFragment;
}

let count = 0;

export interface Attachments {
  list: readonly Attached[];
  problems: readonly Problem[];
  isUploading: boolean;
  images: readonly PictureFragment[];
  add: (files: Iterable<File>) => void;
  paste: (event: ClipboardEvent) => void;
  remove: (key: number) => void;
  clear: () => void;
  most: number;
}

export function useAttachments(most = 4): Attachments {
  const client = useClient();
  const [list, setList] = useState<readonly Attached[]>([]);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const remove = (key: number) => setList((all) => all.filter((entry) => entry.key !== key));

  const upload = async ({ key, file }: Attached) => {
    const outcome = await write(client, UploadImageDocument, { input: { file } });
    const image = outcome.payload?.image;
    if (image) return setList((all) => all.map((entry) => (entry.key === key ? { ...entry, image } : entry)));
    setProblems(outcome.problems);
    remove(key);
  };
  const add = (files: Iterable<File>) => {
    setProblems([]);
    const room = most - list.length;
    const chosen = [...files].slice(0, room).map((file) => ({ key: ++count, file }));
    setList((all) => [...all, ...chosen]);
    chosen.forEach((entry) => void upload(entry));
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
    most,
  };
}

export function AttachButton({ attachments, label }: { attachments: Attachments; label?: string }) {
  const { t } = useSpeech();
  const input = useRef<HTMLInputElement>(null);
  const name = label ?? t("image.add");
  return (
    <>
      <IconButton
        label={name}
        icon="image"
        disabled={attachments.list.length >= attachments.most}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        hidden
        type="file"
        accept={accepted}
        multiple={attachments.most > 1}
        aria-label={name}
        onChange={(event) => {
          attachments.add(event.target.files ?? []);
          event.target.value = "";
        }}
      />
    </>
  );
}

export function AttachedList({ attachments }: { attachments: Attachments }) {
  const { t } = useSpeech();
  return (
    <>
      <Problems problems={attachments.problems} />
      {attachments.list.length > 0 && (
        <ul className="attached" aria-label={t("image.attached")}>
          {attachments.list.map(({ key, file, image }) => (
            <li key={key}>
              {image ? <Photo image={image} size="MEDIUM" alt={file.name} /> : <span className="small">…</span>}
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
