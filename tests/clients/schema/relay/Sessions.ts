// Read by Relay's compiler and by nothing else: a list that is paged, refetched and changed, in the fragments that Relay
// asks for.
import { graphql } from "relay-runtime";

export const query = graphql`
  query SessionsQuery {
    viewer {
      ...Sessions_viewer
    }
  }
`;

export const list = graphql`
  fragment Sessions_viewer on Viewer
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" })
  @refetchable(queryName: "SessionsPaginationQuery") {
    sessions(first: $count, after: $cursor) @connection(key: "Sessions_sessions") {
      totalCount
      edges {
        node {
          ...Sessions_session
        }
      }
    }
  }
`;

export const row = graphql`
  fragment Sessions_session on Session @refetchable(queryName: "SessionsSessionQuery") {
    id
    deviceName
    lastUsedAt
    isCurrent
  }
`;

export const revoke = graphql`
  mutation SessionsRevokeMutation($input: RevokeSessionInput!, $connections: [ID!]!) {
    revokeSession(input: $input) {
      revokedSessionId @deleteEdge(connections: $connections)
      userErrors {
        code
        message
        path
      }
    }
  }
`;

export const inbox = graphql`
  subscription SessionsInboxSubscription($after: String) {
    inboxChanged(after: $after) {
      __typename
      ... on SecurityNotice {
        cursor
        kind
      }
    }
  }
`;
