// The lengths that the server accepts, in characters after trimming.
export const messageLimit = 4000;
export const postLimit = 5000;
export const commentLimit = 2000;
export const groupTitleLimit = 100;

/** By the name of the form field. */
export const fieldLimits: Partial<Record<string, number>> = {
  about: 1000,
  country: 100,
  county: 100,
  description: 2000,
  fieldOfStudy: 100,
  firstName: 50,
  homeAddress: 300,
  lastName: 50,
  location: 300,
  meetingUrl: 2000,
  message: 1000,
  note: 1000,
  occupation: 100,
  pseudonym: 15,
  question: 1000,
  reason: 500,
  studentNumber: 50,
  title: 120,
  username: 30,
};

/** Counts as the server does. A character beyond the first 65,536, such as an emoji, has a length of 2 in JavaScript. */
export const characterCount = (text: string) => [...text.trim()].length;
