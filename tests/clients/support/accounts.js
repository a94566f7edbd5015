// People to test with, made through plain fetch, so that a client library is judged only where it is the subject.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

/** Sends one operation and gives back the parsed answer. */
export async function ask(server, query, variables, token, operationName) {
  const answer = await fetch(server.url, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return answer.json();
}

/** Somebody nobody has seen before: the tests of a file share a server. */
export function newcomer() {
  const username = `t${randomBytes(8).toString("hex")}`;
  return { username, email: `${username}@campus.example`, password: "a walk along the river" };
}

export const registerDocument = /* GraphQL */ `
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      viewer {
        user {
          id
          username
        }
        email
      }
      session {
        accessToken
        accessTokenExpiresAt
        refreshToken
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`;

/** Registers a newcomer and adds their `id` and access `token`. */
export async function register(server) {
  const person = newcomer();
  const { data, errors } = await ask(server, registerDocument, { input: person });
  assert.equal(errors, undefined);
  assert.deepEqual(data.register.userErrors, []);
  return { ...person, id: data.register.viewer.user.id, token: data.register.session.accessToken };
}

/** Opens one more session of the same account, which its inbox is told. Gives back the new access token. */
export async function logIn(server, person) {
  const { data, errors } = await ask(
    server,
    /* GraphQL */ `
      mutation LogIn($input: LoginInput!) {
        login(input: $input) {
          session {
            accessToken
          }
          userErrors {
            code
          }
        }
      }
    `,
    { input: { identifier: person.username, password: person.password, deviceName: "elsewhere" } },
  );
  assert.equal(errors, undefined);
  assert.deepEqual(data.login.userErrors, []);
  return data.login.session.accessToken;
}

export async function logOut(server, token) {
  const { data } = await ask(server, "mutation { logout { isLoggedOut } }", {}, token);
  assert.equal(data.logout.isLoggedOut, true);
}

/** Where the inbox stands now. A stream that starts `after` it misses nothing, however late the server hears of it. */
export async function inboxCursor(server, person) {
  const { data } = await ask(server, "{ viewer { inboxCursor } }", {}, person.token);
  return data.viewer.inboxCursor;
}

export const inboxDocument = /* GraphQL */ `
  subscription Inbox($after: String) {
    inboxChanged(after: $after) {
      __typename
      ... on SecurityNotice {
        cursor
        happenedAt
        kind
      }
    }
  }
`;
