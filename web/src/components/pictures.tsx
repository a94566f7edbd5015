// Pictures of the server. Their addresses are made for this viewer and are good for ten minutes.
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { FreshImageDocument, type ImageSize, type PictureFragment } from "../graphql/generated/shared";
import { useSpeech } from "../i18n/language";
import { IconButton } from "./buttons";
import "./pictures.css";

/** The server knows itself by one name, and this page may have been opened by another: only the path counts. */
const local = (url: string) => {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
};

/**
 * The average colour in a thumbhash, to stand in for a picture that is on its way. Its first three bytes hold the
 * brightness (6 bits) and two colour differences (6 bits each).
 */
function colorOf(placeholder: string) {
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

interface PhotoProps {
  image: { id: string; url: string; placeholder?: string; width?: number; height?: number };
  size: ImageSize;
  alt: string;
}

/** One picture. An address that has run out is asked for again, once. */
export function Photo({ image, size, alt }: PhotoProps) {
  const client = useClient();
  const [fresh, setFresh] = useState<string>();
  const [hasFailed, setFailed] = useState(false);
  const [isThere, setThere] = useState(false);
  useEffect(() => setFresh(undefined), [image.url]);
  const renew = async () => {
    if (hasFailed) return;
    setFailed(true);
    const variables = { id: image.id, size };
    const { data } = await client.query(FreshImageDocument, variables, { requestPolicy: "network-only" }).toPromise();
    if (data?.node && "url" in data.node) setFresh(data.node.url);
  };
  return (
    <img
      src={local(fresh ?? image.url)}
      alt={alt}
      width={image.width}
      height={image.height}
      loading="lazy"
      decoding="async"
      style={isThere || !image.placeholder ? undefined : { background: colorOf(image.placeholder) }}
      onLoad={() => setThere(true)}
      onError={renew}
    />
  );
}

/** Up to four pictures, each of which opens in full. */
export function Pictures({ images, by }: { images: readonly PictureFragment[]; by: string }) {
  const { t } = useSpeech();
  const [open, setOpen] = useState<PictureFragment>();
  if (images.length === 0) return null;
  const nameOf = (image: PictureFragment) => t("image.by", { name: by, count: images.indexOf(image) + 1 });
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
            <Photo image={image} size="MEDIUM" alt={name} />
          </button>
        );
      })}
      {open && <Full image={open} name={nameOf(open)} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function Full({ image, name, onClose }: { image: PictureFragment; name: string; onClose: () => void }) {
  const { t } = useSpeech();
  const client = useClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [url, setUrl] = useState(image.url);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  useEffect(() => {
    client
      .query(FreshImageDocument, { id: image.id, size: "FULL" }, { requestPolicy: "network-only" })
      .toPromise()
      .then(({ data }) => data?.node && "url" in data.node && setUrl(data.node.url));
  }, [client, image.id]);
  return (
    <dialog ref={dialog} className="viewer" aria-label={name} onCancel={onClose} onClose={onClose}>
      <IconButton label={t("action.close")} icon="close" onClick={onClose} />
      <img src={local(url)} alt={name} />
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

/** A face, or the first letters of a name on a colour of its own. The name stands beside it, so it says nothing itself. */
export function Avatar({ person, size = 40, isOnline }: AvatarProps) {
  const hue = [...(person?.id ?? "")].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  const letters = (person?.displayName ?? "?")
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .filter((_, place, all) => place === 0 || place === all.length - 1)
    .join("")
    .toUpperCase();
  return (
    <span
      className={["avatar", isOnline && "online", person?.avatar && "pictured"].filter(Boolean).join(" ")}
      style={{ "--size": `${size / 16}rem`, "--hue": hue } as React.CSSProperties}
      aria-hidden="true"
    >
      {person?.avatar ? <Photo image={person.avatar} size="SMALL" alt="" /> : letters}
    </span>
  );
}

interface FacesProps extends Pick<AvatarProps, "isOnline"> {
  people: readonly AvatarProps["person"][];
  size: number;
}

/** The face of a conversation: that of the other person, or two for a group. */
export function Faces({ people, size, isOnline }: FacesProps) {
  const [first = null, second] = people;
  if (!second) return <Avatar person={first} size={size} isOnline={isOnline} />;
  return (
    <span className="faces" style={{ "--size": `${size / 16}rem` } as React.CSSProperties}>
      <Avatar person={first} size={size * 0.68} />
      <Avatar person={second} size={size * 0.68} />
    </span>
  );
}
