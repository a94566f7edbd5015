//! Comments below posts: writing, pages, the stream of a post, blocks and deletion.

mod following;
mod keys;
mod ledger;
mod pages;
mod writing;

use serde_json::{Value, json};

use crate::support::people::Response;
use crate::support::{Person, Socket};

const CREATE: &str = "mutation Create($input: CreateCommentInput!) {
    createComment(input: $input) {
        commentEdge { cursor node {
            id cursor text createdAt editedAt author { username } post { text } replyTo { text }
            viewerCanEdit viewerCanDelete viewerCanReact reactionGroups { emoji }
        } }
        userErrors { code message path }
    }
}";

const UPDATE: &str = "mutation Update($id: ID!, $text: String!) {
    updateComment(input: { commentId: $id, text: $text }) { comment { id text editedAt } userErrors { code path } }
}";

const DELETE: &str = "mutation Delete($id: ID!) {
    deleteComment(input: { commentId: $id }) { deletedCommentId userErrors { code path } }
}";

const FOLLOW: &str = "subscription Follow($post: ID!, $after: String) {
    postChanged(postId: $post, after: $after) {
        __typename
        ... on Event { cursor happenedAt }
        ... on CommentAdded { commentEdge { cursor node { text author { username } viewerCanDelete } } }
        ... on CommentChanged { commentId comment { text } }
        ... on PostChanged { postId post { text } }
        ... on ReactionsChanged { subject { id reactionGroups { emoji userCount } } }
    }
}";

impl Person {
    pub async fn try_comment(&self, input: Value) -> Response {
        self.execute(CREATE, json!({ "input": input })).await
    }

    /// Comments on a post and returns the edge.
    pub async fn comment_edge(&self, post: &Value, text: &str) -> Value {
        let payload = self.try_comment(json!({ "postId": post, "text": text })).await.field("createComment");
        assert_eq!(payload["userErrors"], json!([]));
        payload["commentEdge"].clone()
    }

    /// Comments on a post and returns the id.
    pub async fn comment(&self, post: &Value, text: &str) -> Value {
        self.comment_edge(post, text).await["node"]["id"].clone()
    }

    /// Replies to a comment and returns the id.
    pub async fn reply_to_comment(&self, post: &Value, comment: &Value, text: &str) -> Value {
        let input = json!({ "postId": post, "replyToId": comment, "text": text });
        let payload = self.try_comment(input).await.field("createComment");
        assert_eq!(payload["userErrors"], json!([]));
        payload["commentEdge"]["node"]["id"].clone()
    }

    pub async fn edit_comment(&self, id: &Value, text: &str) -> Response {
        self.execute(UPDATE, json!({ "id": id, "text": text })).await
    }

    pub async fn delete_comment(&self, id: &Value) -> Response {
        self.execute(DELETE, json!({ "id": id })).await
    }

    /// The texts of the comments on a post, and the count that the post has.
    async fn comment_texts(&self, post: &Value) -> (Vec<String>, i64) {
        let query =
            "query($id: ID!) { post(id: $id) { commentCount comments(first: 100) { totalCount nodes { text } } } }";
        let post = self.execute(query, json!({ "id": post })).await.field("post");
        let nodes = post["comments"]["nodes"].as_array().expect("a list");
        assert_eq!(post["commentCount"], post["comments"]["totalCount"]);
        let texts = nodes.iter().map(|node| node["text"].as_str().expect("a text").to_owned()).collect();
        (texts, post["commentCount"].as_i64().expect("a number"))
    }

    /// The cursor of the newest event of a post.
    pub async fn post_cursor(&self, post: &Value) -> Value {
        let query = "query($id: ID!) { post(id: $id) { eventsCursor } }";
        self.execute(query, json!({ "id": post })).await.field("post")["eventsCursor"].clone()
    }

    /// Follows a post from its newest event on.
    async fn follow_post(&self, post: &Value) -> Socket {
        let after = self.post_cursor(post).await;
        Socket::subscribed(self, FOLLOW, json!({ "post": post, "after": after })).await
    }
}

async fn next(socket: &mut Socket) -> Value {
    socket.next().await["postChanged"].clone()
}
