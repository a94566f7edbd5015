/** Loads the parts of the messages in each language, by `messages.js`. */
declare module "messages:" {
  type Messages = Record<string, import("@fluent/bundle").Message["value"] & {}>;
  const loaders: Record<string, Record<string, () => Promise<{ default: Messages }>>>;
  export default loaders;
  /** The addresses of the manifest. */
  export const manifests: Record<string, string>;
}
