// What can be attached to a text: images, which are shown, and files for download. Both are selected, pasted or dropped.
import { AttachButton, AttachmentList, useAttachments, type Attachments } from "./attachments";
import { AttachedFiles, AttachFileButton, useFiles, type FileAttachments } from "./files";

export interface Composing {
  images: Attachments;
  files: FileAttachments;
  isEmpty: boolean;
  isUploading: boolean;
  add: (all: Iterable<File>) => void;
  clear: () => void;
  /** The ids of both once they are uploaded. Undefined when there are problems, which the lists then show. */
  upload: () => Promise<{ imageIds: string[]; fileIds: string[] } | undefined>;
  isDropping: boolean;
  /** Handlers that accept what is pasted and dropped. */
  handlers: Attachments["handlers"];
}

/** `draft` is the name under which the browser stores both until they are sent. */
export function useComposing(draft?: string): Composing {
  const images = useAttachments({ draft });
  const files = useFiles(draft);
  const isImage = ({ type }: File) => type.startsWith("image/");
  const add = (all: Iterable<File>) => {
    const [pictures, others] = [[...all].filter(isImage), [...all].filter((file) => !isImage(file))];
    if (pictures.length > 0) images.add(pictures);
    if (others.length > 0) files.add(others);
  };
  // The handlers of the images take only these.
  const addOthers = (event: { preventDefault: () => void }, transfer: DataTransfer) => {
    const others = [...transfer.files].filter((file) => !isImage(file));
    if (others.length === 0) return;
    event.preventDefault();
    files.add(others);
  };
  const { onPaste, onDrop } = images.handlers;
  return {
    images,
    files,
    isEmpty: images.list.length + files.list.length === 0,
    isUploading: images.isUploading || files.isUploading,
    add,
    clear: () => {
      images.clear();
      files.clear();
    },
    upload: async () => {
      const [uploadedImages, uploadedFiles] = [await images.upload(), await files.upload()];
      if (!uploadedImages || !uploadedFiles) return undefined;
      return { imageIds: uploadedImages.map(({ id }) => id), fileIds: uploadedFiles.map(({ id }) => id) };
    },
    isDropping: images.isDropping,
    handlers: {
      ...images.handlers,
      onPaste: (event) => {
        onPaste(event);
        addOthers(event, event.clipboardData);
      },
      onDrop: (event) => {
        onDrop(event);
        addOthers(event, event.dataTransfer);
      },
    },
  };
}

export function AttachButtons({ composing: { images, files, add } }: { composing: Composing }) {
  return (
    <span className="attach-buttons">
      <AttachButton attachments={images} />
      <AttachFileButton files={files} add={add} />
    </span>
  );
}

export function AttachedLists({ composing: { images, files } }: { composing: Composing }) {
  return (
    <>
      <AttachmentList attachments={images} />
      <AttachedFiles files={files} />
    </>
  );
}
