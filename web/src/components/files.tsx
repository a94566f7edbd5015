// Files for download that are attached to a text. They upload as soon as they are selected, and without a connection when
// the text is sent.
import { useEffect, useRef, useState, type MouseEvent } from "react";
import { useClient } from "urql";
import { useSession } from "../accounts/session";
import { connectivity } from "../graphql/connectivity";
import { FileLimitDocument, FileUrlDocument, type FileFieldsFragment } from "../graphql/generated/shared";
import { isTransient, type Problem } from "../graphql/problems";
import { fileProblem, uploadFile } from "../graphql/upload";
import { sameOriginPath } from "../graphql/urls";
import { useI18n, useTranslate } from "../i18n/i18n";
import { formatBytes } from "../i18n/sizes";
import { draftFiles, type LocalFile } from "../outbox/database";
import { IconButton } from "./buttons";
import { useToast } from "./feedback";
import { ErrorSummary } from "./forms";
import { Icon } from "./icons";
import { Name } from "./text";
import "./files.css";

/** What the server accepts, for the dialog that selects files. The server looks at the content, not at the name. */
const acceptedNames = ".pdf,.txt,.md,.csv,.docx,.xlsx,.pptx,.odt,.ods,.odp,.zip";
const maxFiles = 4;

interface AttachedFile extends LocalFile {
  key: number;
  /** The part that is uploaded, from 0 to 1, while the file uploads. */
  progress?: number;
}

export interface FileAttachments {
  list: readonly AttachedFile[];
  problems: readonly Problem[];
  isUploading: boolean;
  add: (files: readonly File[]) => void;
  /** Uploads what is not uploaded yet. Undefined when there are problems, which the list then shows. */
  upload: () => Promise<readonly FileFieldsFragment[] | undefined>;
  /** Removes a file, and cancels its upload. */
  remove: (key: number) => void;
  clear: () => void;
}

let lastKey = 0;

/** `draft` is the name under which the browser stores the files until they are sent. */
export function useFiles(draft?: string): FileAttachments {
  const client = useClient();
  const owner = useSession().viewer?.user.id ?? "";
  const [list, setList] = useState<readonly AttachedFile[]>([]);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const latest = useRef(list);
  const uploads = useRef(new Map<number, AbortController>());

  const update = (change: (all: readonly AttachedFile[]) => readonly AttachedFile[]) => {
    latest.current = change(latest.current);
    setList(latest.current);
  };
  const store = () => {
    if (draft) void draftFiles.save(owner, draft, latest.current.map(({ name, file, uploaded }) => ({ name, file, uploaded })));
  };
  const change = (key: number, part: Partial<AttachedFile>) =>
    update((all) => all.map((entry) => (entry.key === key ? { ...entry, ...part } : entry)));
  const remove = (key: number) => {
    uploads.current.get(key)?.abort();
    update((all) => all.filter((entry) => entry.key !== key));
    store();
  };

  useEffect(() => {
    if (!draft) return;
    let isCurrent = true;
    void draftFiles.load(owner, draft).then((files) => {
      if (!isCurrent || files.length === 0 || latest.current.length > 0) return;
      latest.current = files.map((file) => ({ ...file, key: ++lastKey }));
      setList(latest.current);
    });
    return () => void (isCurrent = false);
  }, [owner, draft]);
  useEffect(() => {
    const { current } = uploads;
    return () => current.forEach((controller) => controller.abort());
  }, []);

  /** Returns a problem that stays when it is repeated. */
  const uploadOne = async ({ key, name, file }: AttachedFile) => {
    const controller = new AbortController();
    uploads.current.set(key, controller);
    change(key, { progress: 0 });
    const onProgress = (progress: number) => change(key, { progress });
    const { file: uploaded, problem } = await uploadFile({ name, file }, { onProgress, signal: controller.signal });
    uploads.current.delete(key);
    change(key, { progress: undefined, ...(uploaded && { uploaded }) });
    store();
    return controller.signal.aborted ? undefined : problem;
  };
  const addOne = async (attached: AttachedFile) => {
    const { key, file, name } = attached;
    const refuse = (problem: Problem) => {
      setProblems([problem]);
      remove(key);
    };
    const { data } = await client.query(FileLimitDocument, {}).toPromise();
    const limit = data?.server?.limits.fileBytes;
    if (limit !== undefined && file.size > limit) {
      return refuse(fileProblem({ code: "TOO_LARGE", message: "" }, name, limit));
    }
    if (!connectivity.isReachable()) return;
    const problem = await uploadOne(attached);
    if (problem && !isTransient(problem)) refuse(problem);
  };
  const add = (files: readonly File[]) => {
    const remaining = maxFiles - latest.current.length;
    setProblems(files.length > remaining ? [{ code: "TOO_MANY_FILES", message: "", values: { count: maxFiles } }] : []);
    const added = files.slice(0, remaining).map((file) => ({ key: ++lastKey, name: file.name, file }));
    update((before) => [...before, ...added]);
    store();
    added.forEach((attached) => void addOne(attached));
  };
  return {
    list,
    problems,
    isUploading: list.some(({ progress }) => progress !== undefined),
    add,
    upload: async () => {
      setProblems([]);
      for (const entry of latest.current.filter(({ uploaded }) => !uploaded)) {
        const problem = await uploadOne(entry);
        if (problem) return void setProblems([problem]);
      }
      return latest.current.flatMap(({ uploaded }) => uploaded ?? []);
    },
    remove,
    clear: () => {
      setProblems([]);
      update(() => []);
      store();
    },
  };
}

/** Opens the dialog that selects files. `add` also gets what else the user selects. */
export function AttachFileButton({ files, add }: { files: FileAttachments; add: (files: Iterable<File>) => void }) {
  const t = useTranslate();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        label={t("file.add")}
        icon="clip"
        disabled={files.list.length >= maxFiles}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        hidden
        type="file"
        accept={acceptedNames}
        multiple
        aria-label={t("file.add")}
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}

export function AttachedFiles({ files }: { files: FileAttachments }) {
  const t = useTranslate();
  return (
    <>
      <ErrorSummary problems={files.problems} />
      {files.list.length > 0 && (
        <ul className="files" aria-label={t("file.attached")}>
          {files.list.map(({ key, name, file, uploaded, progress }) => (
            <li key={key}>
              <FileLine name={uploaded?.name ?? name} byteSize={file.size} />
              {progress !== undefined && <progress value={progress} aria-label={t("file.uploading", { name })} />}
              {!uploaded && progress === undefined && <span className="soft small">{t("file.later")}</span>}
              <IconButton
                small
                icon="close"
                label={t(progress === undefined ? "image.remove" : "file.cancel", { name })}
                onClick={() => files.remove(key)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function FileLine({ name, byteSize }: { name: string; byteSize: number }) {
  const { language } = useI18n();
  return (
    <>
      <Icon name="file" />
      <span className="grow">
        <span className="line strong">
          <Name text={name} />
        </span>
        <span className="soft small">{formatBytes(byteSize, language)}</span>
      </span>
    </>
  );
}

/** The files of an entry that is not sent yet. */
export function LocalFiles({ files }: { files: readonly LocalFile[] }) {
  const t = useTranslate();
  if (files.length === 0) return null;
  return (
    <ul className="files" aria-label={t("file.attached")}>
      {files.map(({ name, file }, index) => (
        <li key={index}>
          <FileLine name={name} byteSize={file.size} />
        </li>
      ))}
    </ul>
  );
}

/** Links that download files. A URL is valid for ten minutes, so a new one is requested at each download. */
export function FileList({ files }: { files: readonly FileFieldsFragment[] }) {
  const t = useTranslate();
  const client = useClient();
  const toast = useToast();
  if (files.length === 0) return null;
  const download = async (event: MouseEvent, { id, name }: FileFieldsFragment) => {
    event.preventDefault();
    const { data, error } = await client.query(FileUrlDocument, { id }, { requestPolicy: "network-only" }).toPromise();
    if (!data?.node || !("url" in data.node)) return toast(t(error ? "state.failed" : "file.gone"));
    const link = document.createElement("a");
    link.href = sameOriginPath(data.node.url);
    link.download = name;
    link.click();
  };
  return (
    <ul className="files" aria-label={t("file.files")}>
      {files.map((file) => (
        <li key={file.id}>
          <a href={sameOriginPath(file.url)} download={file.name} onClick={(event) => void download(event, file)}>
            <FileLine name={file.name} byteSize={file.byteSize} />
            <Icon name="download" />
            <span className="visually-hidden">{t("file.download")}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
