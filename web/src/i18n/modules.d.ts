/** The messages of a language, by `messages.js`. */
declare module "messages:*" {
  const messages: Record<string, unknown>;
  export default messages;
}
