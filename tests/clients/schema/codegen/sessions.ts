// Compiled, never run: the generated types must fit the way an application reads them.
import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";
import { graphql, useFragment, type FragmentType } from "../generated/codegen";

const row = graphql(/* GraphQL */ `
  fragment SessionRow on Session {
    id
    deviceName
    lastUsedAt
  }
`);

export const sessions = graphql(/* GraphQL */ `
  query Sessions($first: Int, $after: String) {
    viewer {
      sessions(first: $first, after: $after) {
        edges {
          cursor
          node {
            ...SessionRow
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const login = graphql(/* GraphQL */ `
  mutation LogIn($input: LoginInput!) {
    login(input: $input) {
      session {
        accessToken
        accessTokenExpiresAt
      }
      userErrors {
        code
        path
      }
    }
  }
`);

export const inbox = graphql(/* GraphQL */ `
  subscription Inbox($after: String) {
    inboxChanged(after: $after) {
      ... on SecurityNotice {
        __typename
        cursor
        kind
      }
      ... on FeedReset {
        __typename
        cursor
      }
    }
  }
`);

export const variables: VariablesOf<typeof login> = {
  input: { identifier: "ada", password: "a walk along the river" },
};

export function deviceNames(result: ResultOf<typeof sessions>): string[] {
  return result.viewer?.sessions?.edges.map(({ node }) => name(node)) ?? [];
}

function name(session: FragmentType<typeof row>): string {
  return useFragment(row, session).deviceName;
}

export function expiry(result: ResultOf<typeof login>): string | undefined {
  return result.login?.session?.accessTokenExpiresAt;
}

export function isReset(result: ResultOf<typeof inbox>): boolean {
  return result.inboxChanged.__typename === "FeedReset";
}
