// Read by Relay's compiler: the operations of the test of its store.
import { graphql } from "relay-runtime";

export const profile = graphql`
  query documentsProfileQuery {
    viewer {
      id
      user {
        id
        username
      }
      settings {
        id
        messagePolicy
      }
    }
    lobby {
      id
      viewerIsPresent
    }
  }
`;

export const settings = graphql`
  query documentsSettingsQuery {
    viewer {
      id
      email
      user {
        id
        about
      }
      settings {
        id
        timeZone
        messagePolicy
      }
    }
    lobby {
      id
      onlineCount
    }
  }
`;

export const update = graphql`
  mutation documentsUpdateMutation($settings: UpdateSettingsInput!, $profile: UpdateProfileInput!) {
    updateSettings(input: $settings) {
      viewer {
        id
        settings {
          id
          messagePolicy
        }
      }
      userErrors {
        code
      }
    }
    updateProfile(input: $profile) {
      user {
        id
        about
      }
      userErrors {
        code
      }
    }
  }
`;

export const thread = graphql`
  query documentsThreadQuery {
    conversations(first: 1) {
      nodes {
        id
        unreadCount
        messages(first: 10) {
          nodes {
            id
            text
            conversation {
              id
              title
            }
          }
        }
      }
    }
  }
`;

export const edit = graphql`
  mutation documentsEditMutation($input: EditMessageInput!) {
    editMessage(input: $input) {
      message {
        id
        text
        conversation {
          id
          unreadCount
        }
      }
      userErrors {
        code
      }
    }
  }
`;
