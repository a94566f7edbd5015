//! Notifications: their causes, the list, what is read, blocks, deletion and retention.

mod causes;
mod list;
mod live;
mod refused;
mod talk;

use serde_json::{Value, json};

use crate::support::Person;
use crate::support::people::Response;

const LIST: &str = "query($filter: NotificationFilter, $first: Int, $after: String, $last: Int, $before: String) {
    viewer { unreadNotificationCount notifications(
        filter: $filter, first: $first, after: $after, last: $last, before: $before
    ) {
        nodes {
            __typename id kind text happenedAt readAt
            ... on BookingNotification { actor { username } booking { id } change }
            ... on CommentNotification { comment { id text } }
            ... on GroupNotification { groupChange actor { username } conversation { id title } }
            ... on MentionNotification { subject { id text } }
            ... on ReactionNotification { actor { username } userCount subject { id } }
            ... on ReminderNotification { booking { id } }
            ... on ReplyNotification { subject { id text } }
            ... on SecurityNotification { notice deviceName }
        }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount
    } }
}";

const MARK: &str = "mutation($input: MarkNotificationsReadInput!) {
    markNotificationsRead(input: $input) { viewer { unreadNotificationCount } userErrors { code path } }
}";

impl Person {
    async fn notification_page(&self, arguments: Value) -> Value {
        self.execute(LIST, arguments).await.field("viewer")
    }

    /// The notifications except those of the account itself, newest first.
    pub async fn notifications(&self) -> Vec<Value> {
        let page = self.notification_page(json!({ "first": 100 })).await;
        let nodes = page["notifications"]["nodes"].as_array().expect("a list").clone();
        let unread = nodes.iter().filter(|node| node["readAt"].is_null()).count();
        assert_eq!(page["unreadNotificationCount"], unread);
        assert_eq!(page["notifications"]["totalCount"], nodes.len());
        nodes.into_iter().filter(|node| node["kind"] != "ACCOUNT").collect()
    }

    /// The texts of these notifications, without the marks that isolate names.
    pub async fn notification_texts(&self) -> Vec<String> {
        let text = |node: &Value| node["text"].as_str().expect("a text").replace(['\u{2068}', '\u{2069}'], "");
        self.notifications().await.iter().map(text).collect()
    }

    pub async fn mark_notifications(&self, input: Value) -> Response {
        self.execute(MARK, json!({ "input": input })).await
    }
}
