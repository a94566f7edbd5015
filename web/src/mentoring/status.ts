/** The colours of the statuses of bookings. */
export const statusTone = {
  UPCOMING: "accent",
  REQUESTED: "accent",
  COMPLETED: "good",
  CANCELLED: "plain",
  DECLINED: "plain",
  EXPIRED: "plain",
  NO_SHOW: "warn",
};
