// Images from the server. Their URLs are signed for the viewer and valid for ten minutes.
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
import { useClient } from "urql";
import { connectivity } from "../graphql/connectivity";
import { ImageUrlDocument, type ImageFieldsFragment, type ImageSize } from "../graphql/generated/shared";
import { sameOriginPath } from "../graphql/urls";
import { useI18n } from "../i18n/i18n";
import type { LocalImage } from "../outbox/database";
import { IconButton } from "./buttons";
import "./images.css";

/**
 * The average colour of a thumbhash, shown while the image loads. The first three bytes contain the luminance (6 bits)
 * and two chrominance values (6 bits each).
 */
function averageColor(placeholder: string) {
  const bytes = Uint8Array.from(atob(placeholder), (letter) => letter.charCodeAt(0));
  const bits = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
  const light = (bits & 63) / 63;
  const p = ((bits >> 6) & 63) / 31.5 - 1;
  const q = ((bits >> 12) & 63) / 31.5 - 1;
  const blue = light - (2 / 3) * p;
  const red = (3 * light - blue + q) / 2;
  const shades = [red, red - q, blue].map((shade) => Math.round(255 * Math.min(1, Math.max(0, shade))));
  return `rgb(${shades.join(" ")})`;
}

interface ServerImageProps {
  image: { id: string; url: string; placeholder?: string; width?: number; height?: number };
  size: ImageSize;
  alt: string;
}

/**
 * An image. When its URL has expired or it could not be loaded, its URL is fetched again: at once, and then whenever the
 * server is reachable again. Until it is loaded, its label is its name, and not drawn across its space.
 */
export function ServerImage({ image, size, alt }: ServerImageProps) {
  const client = useClient();
  const [refreshedUrl, setRefreshedUrl] = useState<string>();
  const [failures, setFailures] = useState(0);
  const [attempt, setAttempt] = useState(0);
  const [isLoaded, setLoaded] = useState(false);
  useEffect(() => {
    setRefreshedUrl(undefined);
    setFailures(0);
  }, [image.url]);
  const { id } = image;
  useEffect(() => {
    if (failures === 0) return;
    const refreshUrl = async () => {
      const { data } = await client.query(ImageUrlDocument, { id, size }, { requestPolicy: "network-only" }).toPromise();
      if (data?.node && "url" in data.node) setRefreshedUrl(data.node.url);
      setAttempt((count) => count + 1);
    };
    if (failures === 1) void refreshUrl();
    return connectivity.onReachable(() => void refreshUrl());
  }, [client, id, size, failures]);
  return (
    <img
      key={attempt}
      src={sameOriginPath(refreshedUrl ?? image.url)}
      className={isLoaded ? undefined : "loading-image"}
      alt={alt}
      width={image.width}
      height={image.height}
      loading="lazy"
      decoding="async"
      style={isLoaded || !image.placeholder ? undefined : { background: averageColor(image.placeholder) }}
      onLoad={() => setLoaded(true)}
      onError={() => setFailures((count) => count + 1)}
    />
  );
}

/** A file that is not uploaded yet. It is drawn, because the page's policy allows only images from the server. */
export function LocalPreview({ file, label }: { file: Blob; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let isCurrent = true;
    createImageBitmap(file, { imageOrientation: "from-image" })
      .then((bitmap) => {
        const { current } = canvas;
        if (current && isCurrent) {
          const scale = Math.min(1, 640 / Math.max(bitmap.width, bitmap.height));
          current.width = Math.max(1, bitmap.width * scale);
          current.height = Math.max(1, bitmap.height * scale);
          current.getContext("2d")?.drawImage(bitmap, 0, 0, current.width, current.height);
        }
        bitmap.close();
      })
      .catch(() => {});
    return () => void (isCurrent = false);
  }, [file]);
  return <canvas ref={canvas} className="local-preview" role="img" aria-label={label} />;
}

/** The images of an entry that is not sent yet. */
export function LocalGallery({ images, by }: { images: readonly LocalImage[]; by: string }) {
  const { t } = useI18n();
  if (images.length === 0) return null;
  return (
    <div className="pictures">
      {images.map(({ file }, index) => (
        <span className="picture" key={index}>
          <LocalPreview file={file} label={t("image.by", { name: by, count: index + 1 })} />
        </span>
      ))}
    </div>
  );
}

/** Thumbnails that open the full image. */
export function ImageGallery({ images, by }: { images: readonly ImageFieldsFragment[]; by: string }) {
  const { t } = useI18n();
  const [open, setOpen] = useState<ImageFieldsFragment>();
  if (images.length === 0) return null;
  const nameOf = (image: ImageFieldsFragment) => t("image.by", { name: by, count: images.indexOf(image) + 1 });
  return (
    <div className="pictures">
      {images.map((image) => {
        const name = nameOf(image);
        return (
          <button
            type="button"
            key={image.id}
            className="picture"
            aria-label={t("image.open", { name })}
            onClick={() => setOpen(image)}
          >
            <ServerImage image={image} size="MEDIUM" alt={name} />
          </button>
        );
      })}
      {open && (
        <ImageViewer image={open} images={images} nameOf={nameOf} onShow={setOpen} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
}

interface ImageViewerProps {
  image: ImageFieldsFragment;
  images: readonly ImageFieldsFragment[];
  nameOf: (image: ImageFieldsFragment) => string;
  onShow: (image: ImageFieldsFragment) => void;
  onClose: () => void;
}

/** A full image above the page. Buttons and arrow keys show the others; Escape and a click beside it close it. */
function ImageViewer({ image, images, nameOf, onShow, onClose }: ImageViewerProps) {
  const { t, formatNumber } = useI18n();
  const client = useClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [full, setFull] = useState<{ id: string; url: string }>();
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  useEffect(() => {
    client
      .query(ImageUrlDocument, { id: image.id, size: "FULL" }, { requestPolicy: "network-only" })
      .toPromise()
      .then(({ data }) => data?.node && "url" in data.node && setFull({ id: image.id, url: data.node.url }));
  }, [client, image.id]);
  const index = images.indexOf(image);
  const show = (step: number) => {
    const next = images[index + step];
    if (next) onShow(next);
  };
  const handleKeyDown = ({ key }: KeyboardEvent) => {
    const forward = document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    if (key === "ArrowLeft" || key === "ArrowRight") show(key === forward ? 1 : -1);
  };
  return (
    <dialog
      ref={dialog}
      className="image-viewer"
      aria-label={nameOf(image)}
      onCancel={onClose}
      onClose={onClose}
      onKeyDown={handleKeyDown}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className="row apart">
        {images.length > 1 && (
          <span className="row">
            <IconButton label={t("image.previous")} icon="back" disabled={index === 0} onClick={() => show(-1)} />
            <IconButton label={t("image.next")} icon="next" disabled={index === images.length - 1} onClick={() => show(1)} />
            <span className="position" role="status">
              {formatNumber(index + 1)} / {formatNumber(images.length)}
            </span>
          </span>
        )}
        <IconButton label={t("action.close")} icon="close" onClick={onClose} />
      </div>
      <img src={sameOriginPath(full?.id === image.id ? full.url : image.url)} alt={nameOf(image)} />
    </dialog>
  );
}

interface AvatarProps {
  person: {
    id: string;
    displayName: string;
    avatar?: { id: string; url: string; placeholder: string } | null;
  } | null;
  size?: number;
  isOnline?: boolean;
}

/** The profile picture, or initials on a colour of the user's own. Screen readers skip it: the name is beside it. */
export function Avatar({ person, size = 40, isOnline }: AvatarProps) {
  const hue = [...(person?.id ?? "")].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const initials = (person?.displayName ?? "?")
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join("")
    .toUpperCase();
  return (
    <span
      className={["avatar", isOnline && "online", person?.avatar && "has-image"].filter(Boolean).join(" ")}
      style={{ "--size": `${size / 16}rem`, "--hue": hue } as React.CSSProperties}
      aria-hidden="true"
    >
      {person?.avatar ? <ServerImage image={person.avatar} size="SMALL" alt="" /> : initials}
    </span>
  );
}

interface AvatarGroupProps extends Pick<AvatarProps, "isOnline"> {
  people: readonly AvatarProps["person"][];
  /** The image of the group, in place of its members. */
  image?: { id: string; url: string; placeholder: string } | null;
  size: number;
}

/** The avatar of a conversation: the other member's, or those of two members for a group. */
export function AvatarGroup({ people, image, size, isOnline }: AvatarGroupProps) {
  const [first = null, second] = people;
  if (image) return <Avatar person={{ id: image.id, displayName: "", avatar: image }} size={size} />;
  if (!second) return <Avatar person={first} size={size} isOnline={isOnline} />;
  return (
    <span className="avatar-group" style={{ "--size": `${size / 16}rem` } as React.CSSProperties}>
      <Avatar person={first} size={size * 0.68} />
      <Avatar person={second} size={size * 0.68} />
    </span>
  );
}
