// Moves the dates of a page into the future, so that its snippets run at any time.
import assert from "node:assert/strict";

// On its own and in an instant: "2026-11-28" and "2026-11-28T10:00:00Z".
const date = /(?<!\d)20\d\d-\d\d-\d\d(?!\d)/g;
const instantWithOffset = /\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d/;
const day = 24 * 60 * 60 * 1000;

/**
 * Returns the number of days by which the dates of a page are moved. The first date that a snippet sends then starts at
 * least one day after `now`, and the other dates keep their distance from it. The number is a multiple of seven because
 * weekly hours depend on the weekday. It ignores dates in expected output, and never moves a page back.
 */
export function daysToMove(snippets, now = Date.now()) {
  const sent = snippets.flatMap(({ code, variables, files, place }) => {
    const text = JSON.stringify([code, variables, files]);
    // An offset is valid for one half of the year. In the other half the same offset means another local time.
    assert.doesNotMatch(text, instantWithOffset, `${place}: write instants in UTC`);
    return (text.match(date) ?? []).filter(isDate);
  });
  const [first] = sent.sort();
  const late = first ? now + day - Date.parse(first) : 0;
  return 7 * Math.max(0, Math.ceil(late / (7 * day)));
}

/** Moves every date in `text`. The time of day stays the same in UTC, so daylight saving time has no effect. */
export function moveDates(text, days) {
  if (days === 0) return text;
  return text.replaceAll(date, (match) => (isDate(match) ? addDays(match, days) : match));
}

const addDays = (text, days) => new Date(Date.parse(text) + days * day).toISOString().slice(0, 10);

/** Returns whether the date exists. `Date.parse` reads February 30 as March 2. */
const isDate = (text) => !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
