// What the page shows to somebody who comes for the first time: one tab each for reading, writing and following.

const read = `# A place to try Studyhall's GraphQL, which lives at
# /graphql. Ctrl-Enter runs this tab, Ctrl-Space
# offers what fits, and the button at the top left
# opens the description of every type and field.
#
# What belongs to one person needs a session. Make an
# account in the next tab, put its access token into
# Headers below, and viewer is you:
#
#   { "authorization": "Bearer .." }

query Welcome {
  usernameAvailable(username: "ada")
  viewer {
    user {
      username
    }
    sessions(first: 5) {
      edges {
        node {
          deviceName
          lastUsedAt
          isCurrent
        }
      }
    }
  }
}
`;

const write = `# Makes an account and signs it in. What is wrong with
# the input comes back in userErrors, with its path.

mutation Register($input: RegisterInput!) {
  register(input: $input) {
    viewer {
      user {
        id
        username
      }
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

const account = `{
  "input": {
    "username": "ada",
    "email": "ada@campus.example",
    "password": "a walk along the river",
    "deviceName": "GraphiQL"
  }
}
`;

const follow = `# Tells what happens to your account while it runs.
# Put your access token into Headers below, run this,
# then log in once more in another window.
#
# Each event has a cursor. As the variable after, it
# brings everything since then: nothing is missed.

subscription Inbox($after: String) {
  inboxChanged(after: $after) {
    ... on SecurityNotice {
      cursor
      happenedAt
      kind
    }
  }
}
`;

const now = `{
  "after": null
}
`;

export const starters = [
  { query: read },
  { query: write, variables: account },
  { query: follow, variables: now },
];
