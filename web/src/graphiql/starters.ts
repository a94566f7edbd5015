// What the page shows to somebody who comes for the first time: a tab for each of the main operations, beginning with
// reading, writing and following.

const read = `# A place to try Studyhall's GraphQL, which lives at
# /graphql. Ctrl-Enter runs this tab, Ctrl-Space
# offers what fits, and the button at the top left
# opens the description of every type and field.
#
# What belongs to one person needs a session. Log in at
# the top right, or make an account in the next tab and
# put its access token into Headers below:
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
# Log in at the top right, or put your access token into
# Headers below, run this, then log in once more in
# another window.
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

const search = `# People by name, field of study or skill. Every list is
# a page: endCursor as the variable after brings the next.

query People($filter: UserFilter!, $after: String) {
  searchUsers(filter: $filter, first: 10, after: $after) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    edges {
      node {
        id
        displayName
        fieldOfStudy
        skills
      }
    }
  }
}
`;

const upload = `# Choose a file at the top right first. It takes the
# place of the null, in a multipart request with the
# header that uploads need. Its id goes into imageIds.

mutation Upload($input: UploadImageInput!) {
  uploadImage(input: $input) {
    image {
      id
      width
      height
      url(size: SMALL)
    }
    userErrors {
      code
      message
    }
  }
}
`;

const publish = `# The clientKey makes it safe to send this twice: the
# second answer is the first post again.

mutation Publish($input: CreatePostInput!) {
  createPost(input: $input) {
    postEdge {
      cursor
      node {
        id
        text
        publishedAt
      }
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const talk = `# A message to somebody whose id you have from the tab
# People. The conversation is made when there is none.

mutation Talk($input: SendMessageInput!) {
  sendMessage(input: $input) {
    messageEdge {
      cursor
      node {
        id
        text
        sentAt
      }
    }
    conversation {
      id
      eventsCursor
    }
    userErrors {
      code
      message
      path
    }
  }
}
`;

const listen = `# Follows one conversation, whose id the tab Talk gives.
# Log in here and, as somebody else, in another browser:
# what one of you says by Talk, the other hears at once.

subscription Listen(
  $conversationId: ID!
  $after: String
) {
  conversationChanged(
    conversationId: $conversationId
    after: $after
  ) {
    __typename
    ... on Event {
      cursor
      happenedAt
    }
    ... on MessageAdded {
      messageEdge {
        node {
          text
          author {
            displayName
          }
        }
      }
    }
  }
}
`;

const lobby = `# Everything that happens in the lobby, in one order for
# everybody. Enter it first, here or in the web client.

subscription Lobby($after: String) {
  lobbyChanged(after: $after) {
    __typename
    ... on Event {
      cursor
      happenedAt
    }
    ... on MessageAdded {
      messageEdge {
        node {
          text
          author {
            displayName
          }
        }
      }
    }
    ... on LobbyJoined {
      user {
        displayName
      }
    }
    ... on LobbyLeft {
      user {
        displayName
      }
    }
  }
}
`;

const book = `# Topics, who teaches them, and when they have time. Book
# with createBooking: an appointment's id and a startsAt.

query Mentors($from: DateTime!, $to: DateTime!) {
  topics(first: 5) {
    edges {
      node {
        title
        appointments(first: 3) {
          edges {
            node {
              id
              sessionMinutes
              mentor {
                displayName
              }
              slots(from: $from, to: $to) {
                startsAt
                endsAt
                seatsLeft
              }
            }
          }
        }
      }
    }
  }
}
`;

const asJson = (variables: object) => `${JSON.stringify(variables, null, 2)}\n`;
const inDays = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();

export const starters = [
  { query: read },
  { query: write, variables: account },
  { query: follow, variables: now },
  { query: search, variables: asJson({ filter: { text: "physics" }, after: null }) },
  { query: upload, variables: asJson({ input: { file: null } }) },
  { query: publish, variables: asJson({ input: { text: "Hello, campus.", imageIds: [], clientKey: "hello-1" } }) },
  { query: talk, variables: asJson({ input: { userId: "usr_..", text: "Shall we learn together?" } }) },
  { query: listen, variables: asJson({ conversationId: "cnv_..", after: null }) },
  { query: lobby, variables: now },
  { query: book, variables: asJson({ from: inDays(0), to: inDays(7) }) },
];
