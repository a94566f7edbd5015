// Sends an entry of the outbox: its images and files first, then the message or the post.
import type { Client } from "urql";
import { CreatePostDocument, type PostCardFragment } from "../posts/generated/posts";
import { UploadImageDocument } from "../graphql/generated/shared";
import { mutate } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { SendLobbyMessageDocument } from "../lobby/generated/lobby";
import { SendMessageDocument } from "../conversations/generated/conversations";
import type { Message } from "../conversations/timeline";
import { uploadFile } from "../graphql/upload";
import type { LocalFile, LocalImage, Unsent } from "./database";

export const lobbyRecipient = "lobby";
export const feedRecipient = "feed";

export type Delivered = { to: string; message: Message } | { to: typeof feedRecipient; post: PostCardFragment };

interface Delivery {
  delivered?: Delivered;
  problem?: Problem;
}

/** `save` stores the entry with the images and files that are uploaded, so that they are uploaded once. */
export async function deliver(client: Client, entry: Unsent, save: (entry: Unsent) => Promise<void>): Promise<Delivery> {
  const images: LocalImage[] = [];
  for (const [index, local] of entry.images.entries()) {
    const { image, problem } = local.image ? { image: local.image } : await uploadImage(client, local);
    if (!image) return { problem };
    images.push({ ...local, image });
    if (!local.image) await save({ ...entry, images: [...images, ...entry.images.slice(index + 1)] });
  }
  const files: LocalFile[] = [];
  for (const [index, local] of entry.files.entries()) {
    const { file: uploaded, problem } = local.uploaded ? { file: local.uploaded } : await uploadFile(local);
    if (!uploaded) return { problem };
    files.push({ ...local, uploaded });
    if (!local.uploaded) await save({ ...entry, images, files: [...files, ...entry.files.slice(index + 1)] });
  }
  const delivery = await send(client, { ...entry, images, files });
  // The server removes images and files that were not used within a day: they are uploaded again.
  const isGone = ["imageIds", "fileIds"].some((name) => delivery.problem?.path?.includes(name));
  if (isGone && (entry.images.some(({ image }) => image) || entry.files.some(({ uploaded }) => uploaded))) {
    const withoutIds = {
      ...entry,
      images: entry.images.map(({ name, file }) => ({ name, file })),
      files: entry.files.map(({ name, file }) => ({ name, file })),
    };
    await save(withoutIds);
    return deliver(client, withoutIds, save);
  }
  return delivery;
}

export async function uploadImage(client: Client, { file, name }: Pick<LocalImage, "file" | "name">) {
  const input = { file: file instanceof File ? file : new File([file], name, { type: file.type }) };
  const { payload, problems } = await mutate(client, UploadImageDocument, { input });
  return { image: payload?.image ?? undefined, problem: problems[0] };
}

async function send(client: Client, { key, to, text, images, files, replyTo }: Unsent): Promise<Delivery> {
  const imageIds = images.flatMap(({ image }) => image?.id ?? []);
  const fileIds = files.flatMap(({ uploaded }) => uploaded?.id ?? []);
  if (to === feedRecipient) {
    const { payload, problems } = await mutate(client, CreatePostDocument, { input: { text, imageIds, fileIds, clientKey: key } });
    const post = payload?.postEdge?.node;
    return post ? { delivered: { to, post } } : { problem: problems[0] };
  }
  const replyToId = replyTo?.id;
  const { payload, problems } =
    to === lobbyRecipient
      ? await mutate(client, SendLobbyMessageDocument, { input: { text, replyToId, clientKey: key } })
      : await mutate(client, SendMessageDocument, {
          input: { conversationId: to, text: text || null, imageIds, fileIds, replyToId, clientKey: key },
        });
  const message = payload?.messageEdge?.node;
  return message ? { delivered: { to, message } } : { problem: problems[0] };
}
