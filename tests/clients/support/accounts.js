// Test accounts, created with plain fetch: client libraries are used only by the tests that are about them.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";

/** Sends one operation and returns the parsed response. */
export async function sendRequest(server, query, variables, token, operationName) {
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables, operationName }),
  });
  return response.json();
}

/** Sends a mutation that must succeed, and returns its payload. The type of its input follows its name. */
export async function mutate(server, account, name, input, selection = "") {
  const type = `${name[0].toUpperCase()}${name.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code path } } }`;
  const { data, errors } = await sendRequest(server, query, { input }, account.token);
  assert.equal(errors, undefined, JSON.stringify(errors));
  assert.deepEqual(data[name].userErrors, []);
  return data[name];
}

/** Returns the input for a new account. It is unique, because the tests of a file share a server. */
export function newAccount() {
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

/** Registers a new account and adds its `id` and access `token`. */
export async function register(server) {
  const account = newAccount();
  const { data, errors } = await sendRequest(server, registerDocument, { input: account });
  assert.equal(errors, undefined);
  assert.deepEqual(data.register.userErrors, []);
  return { ...account, id: data.register.viewer.user.id, token: data.register.session.accessToken };
}

/** Signs in on one more device, which appends an event to the inbox. Returns the new access token. */
export async function logIn(server, account) {
  const { data, errors } = await sendRequest(
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
    { input: { identifier: account.username, password: account.password, deviceName: "elsewhere" } },
  );
  assert.equal(errors, undefined);
  assert.deepEqual(data.login.userErrors, []);
  return data.login.session.accessToken;
}

export async function logOut(server, token) {
  const { data } = await sendRequest(server, "mutation { logout { isLoggedOut } }", {}, token);
  assert.equal(data.logout.isLoggedOut, true);
}

/** Returns the current cursor of the inbox. A stream that starts after it misses no event, however late it connects. */
export async function inboxCursor(server, account) {
  const { data } = await sendRequest(server, "{ viewer { inboxCursor } }", {}, account.token);
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
