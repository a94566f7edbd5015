// Every page of the web client, with something to show on each: long words, and names in letters of both directions.
import { readFileSync } from "node:fs";
import { logIn, mutate, register, sendRequest } from "./accounts.js";
import { book, createOffer, createTopic, daysFromNow } from "./mentoring.js";

/** The paths of all routes, as in `/people/:username`. */
export const routes = [
  ...new Set(
    [...readFileSync(new URL("../../../web/src/app/routes.tsx", import.meta.url), "utf8").matchAll(/"(\/[\w/:-]*)"/g)].map(
      ([, path]) => path,
    ),
  ),
];

const longWord = "Rindfleischetikettierungs".repeat(8);

/**
 * Fills a campus, and returns its pages: those for visitors, and those for `ada`, who is a moderator, a mentor and a
 * student. Each is a route with an example of its path.
 */
export async function createCampus(server) {
  const [ada, ben, cleo] = [await register(server), await register(server), await register(server)];
  await server.command("admin", "role", ada.username, "admin");
  // The server may take a moment to notice the role in sessions that it already knows.
  ada.token = await logIn(server, ada);
  const send = (account, name, input, selection) => mutate(server, account, name, input, selection);

  const profile = { fieldOfStudy: "Mathematics", year: 3, about: `${longWord}\nمرحبا بكم في المكتبة` };
  await send(ben, "updateProfile", { ...profile, firstName: "ليلى", lastName: "الحداد", skills: ["Analysis", "x".repeat(40)] });
  await send(ada, "updateProfile", { ...profile, firstName: "Ada", lastName: "Okafor", skills: ["Go"] });

  const text = `${longWord} https://campus.example/${"path/".repeat(20)}`;
  const post = (await send(ben, "createPost", { text }, "postEdge { node { id } }")).postEdge.node.id;
  const comment = await send(ada, "createComment", { postId: post, text: "مرحبا" }, "commentEdge { node { id } }");
  await send(cleo, "createComment", { postId: post, text, replyToId: comment.commentEdge.node.id });
  await send(cleo, "addReaction", { subjectId: post, emoji: "🎉" });
  await send(cleo, "createPost", { text: `@${ada.username}, see you in the library.` });

  const { conversation } = await send(ben, "sendMessage", { userId: ada.id, text: "Καλημέρα" }, "conversation { id }");
  for (const [account, text] of [[ben, longWord], [ada, "مرحبا، الساعة 10:30!"]]) {
    await send(account, "sendMessage", { conversationId: conversation.id, text });
  }
  const group = await send(ada, "createGroup", { title: longWord.slice(0, 90), userIds: [ben.id, cleo.id] }, "conversation { id }");
  await send(ben, "sendMessage", { conversationId: group.conversation.id, text: "The exam is on Friday." });

  const day = daysFromNow(4);
  const windows = ["09", "10", "11"].map((hour) => ({ startsAt: `${day}T${hour}:00:00Z`, endsAt: `${day}T${hour}:50:00Z` }));
  const details = { windows, sessionMinutes: 50, maxBookingsPerStudentPerDay: 5, description: longWord, location: longWord, timeZone: "Europe/Paris" };
  const topicId = await createTopic(server, ben, longWord.slice(0, 100));
  const offer = await createOffer(server, ben, { ...details, topicId });
  const own = await createOffer(server, ada, { ...details, isApprovalRequired: true });
  const booking = await book(server, ada, offer, windows[0].startsAt);
  await book(server, cleo, offer, windows[1].startsAt);
  await send(ada, "joinWaitlist", { appointmentId: offer, startsAt: windows[1].startsAt });
  await book(server, cleo, own, windows[2].startsAt);
  const holiday = daysFromNow(20);
  await send(ada, "createTimeOff", { startsAt: `${holiday}T00:00:00Z`, endsAt: `${daysFromNow(25)}T00:00:00Z`, note: longWord });

  await send(ada, "createInvitation", { maxUses: 5, note: longWord });
  await send(cleo, "reportContent", { id: post, reason: `${longWord} سبب البلاغ` });
  const { data } = await sendRequest(server, "{ moderation { reports(first: 1) { nodes { id } } } }", {}, ada.token);
  const report = data.moderation.reports.nodes[0].id;

  const visitors = {
    ...Object.fromEntries(["/", "/login", "/signup", "/signed-in", "/forgot-password"].map((path) => [path, path])),
    ...Object.fromEntries(["/reset-password", "/confirm-email", "/unsubscribe", "/undo-email-change"].map((path) => [path, path])),
    "/lobby": "/lobby",
    "/account-deleted": "/account-deleted",
    "/mentors/:username": `/mentors/${ben.username}`,
    "": "/nowhere",
  };
  const sections = ["contact", "privacy", "appearance", "account", "sessions", "blocked", "calendar", "data"];
  const members = {
    "/": "/",
    "/lobby": "/lobby",
    "/people": "/people",
    "/people/:username": `/people/${ben.username}`,
    "/posts/:id": `/posts/${post}`,
    "/messages": "/messages",
    "/messages/:id": `/messages/${conversation.id}`,
    "/messages/:id/group": `/messages/${group.conversation.id}/group`,
    "/notifications": "/notifications",
    "/mentoring": "/mentoring",
    "/mentoring/topics/:id": `/mentoring/topics/${topicId}`,
    "/mentoring/topics/:id/book": `/mentoring/topics/${topicId}/book`,
    "/mentoring/topics/:topicId/teach": `/mentoring/topics/${topicId}/teach`,
    "/mentoring/offers/:id": `/mentoring/offers/${offer}`,
    "/mentoring/offers/:id/edit": `/mentoring/offers/${own}/edit`,
    "/mentoring/teaching": "/mentoring/teaching",
    "/mentoring/time-off": "/mentoring/time-off",
    "/mentoring/waitlists": "/mentoring/waitlists",
    "/mentoring/bookings": "/mentoring/bookings",
    "/mentoring/bookings/:id": `/mentoring/bookings/${booking}`,
    "/mentors/:username": `/mentors/${ben.username}`,
    "/moderation": "/moderation",
    "/moderation/reports/:id": `/moderation/reports/${report}`,
    "/moderation/registrations": "/moderation/registrations",
    "/moderation/invitations": "/moderation/invitations",
    "/moderation/log": "/moderation/log",
    "/moderation/members/:username": `/moderation/members/${ben.username}`,
    "/settings": "/settings",
    "/settings/notifications": "/settings/notifications",
    "/settings/invitations": "/settings/invitations",
    ...Object.fromEntries(sections.map((name) => [`/settings/:section ${name}`, `/settings/${name}`])),
  };
  return { ada, ben, cleo, visitors, members };
}
