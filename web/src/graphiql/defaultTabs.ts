// The tabs of a first visit: a query, a mutation and a subscription, then one for each main feature.

const welcomeQuery = `# Try Studyhall's GraphQL API, which is served at
# /graphql. Ctrl-Enter runs this tab, Ctrl-Space
# completes, and the button at the top left opens the
# documentation of every type and field.
#
# Private data needs a session. Log in at the top right,
# or create an account in the next tab and put its access
# token into Headers below:
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

const registerMutation = `# Creates an account and logs it in. userErrors lists
# what is wrong with the input, each with its path.

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

const registerVariables = `{
  "input": {
    "username": "ada",
    "email": "ada@campus.example",
    "password": "a walk along the river",
    "deviceName": "GraphiQL"
  }
}
`;

const inboxSubscription = `# Sends the events of your account while it runs. Log in
# at the top right, or put your access token into Headers
# below. Run this, then log in again in another window.
#
# Each event has a cursor. Pass it as the variable after
# to resume: you then receive every event since.

subscription Inbox($after: String) {
  inboxChanged(after: $after) {
    ... on SecurityNotice {
      cursor
      happenedAt
      kind
    }
    ... on NotificationAdded {
      cursor
      notificationEdge {
        node {
          kind
          text
        }
      }
    }
  }
}
`;

const fromNow = `{
  "after": null
}
`;

const peopleQuery = `# Finds people by name, field of study or skill. Lists
# are paginated: pass endCursor as the variable after to
# get the next page.

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

const uploadMutation = `# Choose a file at the top right first. It replaces the
# null, in a multipart request with the header that
# uploads require. Pass the image's id in imageIds.

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

const publishMutation = `# The clientKey makes it safe to send this twice: the
# second response returns the first post.

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

const sendMessageMutation = `# Sends a message to a user. The tab People returns the
# user's id. Creates the conversation if there is none.

mutation SendMessage($input: SendMessageInput!) {
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

const conversationSubscription = `# Subscribes to a conversation. The tab SendMessage
# returns its id. Log in here, and as another user in
# another browser: each receives the other's messages.

subscription Conversation(
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

const lobbySubscription = `# Subscribes to the lobby: messages, joins and leaves.
# Enter it first, here or in the web client.

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

const mentorsQuery = `# Topics with their mentors and bookable slots. To book
# one, pass the appointment's id and the slot's startsAt
# to createBooking.

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
const daysFromNow = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();

export const defaultTabs = [
  { query: welcomeQuery },
  { query: registerMutation, variables: registerVariables },
  { query: inboxSubscription, variables: fromNow },
  { query: peopleQuery, variables: asJson({ filter: { text: "physics" }, after: null }) },
  { query: uploadMutation, variables: asJson({ input: { file: null } }) },
  {
    query: publishMutation,
    variables: asJson({ input: { text: "Hello, campus.", imageIds: [], clientKey: "hello-1" } }),
  },
  { query: sendMessageMutation, variables: asJson({ input: { userId: "usr_..", text: "Shall we learn together?" } }) },
  { query: conversationSubscription, variables: asJson({ conversationId: "cnv_..", after: null }) },
  { query: lobbySubscription, variables: fromNow },
  { query: mentorsQuery, variables: asJson({ from: daysFromNow(0), to: daysFromNow(7) }) },
];
