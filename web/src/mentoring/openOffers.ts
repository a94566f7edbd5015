import type { AnyMentorPageQuery } from "./generated/anyMentor";

export type Topic = NonNullable<AnyMentorPageQuery["topic"]>;

/** The offers whose slots are shown. Those with a required question are booked on their own pages. */
export const openOffers = ({ appointments }: Topic) =>
  appointments?.edges
    .map(({ node }) => node)
    .filter(
      ({ isActive, viewerCanBook, questions }) => isActive && viewerCanBook && !questions.some(({ isRequired }) => isRequired),
    ) ?? [];
