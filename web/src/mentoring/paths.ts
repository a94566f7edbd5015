/** The page that a mentor shares. */
export const mentorPath = (username: string) => `/mentors/${encodeURIComponent(username)}`;

/** The page on which a held seat is booked, or a full slot is waited for. */
export const slotPath = (appointmentId: string, name: "at" | "wait", startsAt: string) =>
  `/mentoring/offers/${appointmentId}?${name}=${encodeURIComponent(startsAt)}`;
