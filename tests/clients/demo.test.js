// The demo campus on the current date, filled with the command that `make run` uses.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { logIn, sendRequest } from "./support/accounts.js";
import { startServer } from "./support/server.js";

const hour = 60 * 60 * 1000;
// Filled before the server runs: a running server removes the images that an upload two days ago did not finish.
const server = await startServer({ before: ["demo", "--users", "8"] });
after(() => server.stop());

test("posts and messages are in the past, and bookings in the future", async () => {
  const [, username, password] = /"(.+)" with "(.+)"/.exec(server.printed);
  const token = await logIn(server, { username, password });
  const query = /* GraphQL */ `
    {
      posts(first: 100) {
        edges {
          node {
            publishedAt
          }
        }
      }
      conversations(first: 9) {
        edges {
          node {
            messages(last: 1) {
              edges {
                node {
                  sentAt
                }
              }
            }
          }
        }
      }
      bookings(role: MENTOR, status: UPCOMING, first: 9) {
        edges {
          node {
            startsAt
          }
        }
      }
    }
  `;
  const { data, errors } = await sendRequest(server, query, {}, token);
  assert.equal(errors, undefined);
  const now = Date.now();
  const hoursAgo = (connection, find) => connection.edges.map(({ node }) => (now - Date.parse(find(node))) / hour);
  const lists = {
    posts: { ages: hoursAgo(data.posts, ({ publishedAt }) => publishedAt), min: 0, max: 91 * 24 },
    messages: { ages: hoursAgo(data.conversations, ({ messages }) => messages.edges[0].node.sentAt), min: 0, max: 49 },
    bookings: { ages: hoursAgo(data.bookings, ({ startsAt }) => startsAt), min: -15 * 24, max: 0 },
  };
  for (const [name, { ages, min, max }] of Object.entries(lists)) {
    assert.ok(ages.length > 0, `there are no ${name}`);
    for (const age of ages) assert.ok(min <= age && age <= max, `${name}: ${age} hours ago`);
  }
});
