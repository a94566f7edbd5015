//! Posts: writing, reading, following.

mod following;
mod keys;
mod mentions;
mod pages;
mod pictures;
mod shared;
mod writing;

use serde_json::{Value, json};
use studyhall::accounts::AccountId;
use studyhall::db::Query;
use studyhall::graphql::GlobalId;

use crate::support::people::Response;
use crate::support::{Campus, Person};

const CREATE: &str = "mutation Create($input: CreatePostInput!) {
    createPost(input: $input) {
        postEdge { cursor node { id text author { username } publishedAt editedAt viewerCanEdit viewerCanDelete } }
        userErrors { code message path }
    }
}";

const UPDATE: &str = "mutation Update($id: ID!, $text: String!) {
    updatePost(input: { postId: $id, text: $text }) { post { id text editedAt } userErrors { code message path } }
}";

const DELETE: &str = "mutation Delete($id: ID!) {
    deletePost(input: { postId: $id }) { deletedPostId userErrors { code message path } }
}";

impl Person {
    async fn try_post(&self, input: Value) -> Response {
        self.execute(CREATE, json!({ "input": input })).await
    }

    /// Publishes a post and returns its edge.
    pub async fn post_edge(&self, text: &str) -> Value {
        let payload = self.try_post(json!({ "text": text })).await.field("createPost");
        assert_eq!(payload["userErrors"], json!([]));
        payload["postEdge"].clone()
    }

    /// Publishes a post and returns its id.
    pub async fn publish(&self, text: &str) -> Value {
        self.post_edge(text).await["node"]["id"].clone()
    }

    pub async fn edit_post(&self, id: &Value, text: &str) -> Response {
        self.execute(UPDATE, json!({ "id": id, "text": text })).await
    }

    pub async fn delete_post(&self, id: &Value) -> Response {
        self.execute(DELETE, json!({ "id": id })).await
    }

    /// The global id of this user.
    pub async fn user_id(&self) -> Value {
        self.query("{ viewer { user { id } } }").await["viewer"]["user"]["id"].clone()
    }
}

impl Campus {
    /// A new member who is a moderator.
    pub async fn moderator(&self, username: &str) -> Person {
        let person = self.member(username).await;
        let id = person.user_id().await.as_str().expect("an id").into();
        let id = AccountId::from_global(&id).expect("a user");
        let promoted = self.app.db.run("update accounts set role = 'moderator' where id = $1", &[&id]).await;
        assert_eq!(promoted.expect("the role is stored"), 1);
        // The new session has the new role.
        person.login().await
    }

    /// A guest of the lobby.
    pub async fn guest(&self, pseudonym: &str) -> Person {
        let mut guest = self.anonymous();
        let enter = "mutation Enter($input: EnterLobbyInput!) {
            enterLobby(input: $input) { session { accessToken refreshToken } userErrors { code } }
        }";
        let answer = guest.execute(enter, json!({ "input": { "pseudonym": pseudonym } })).await;
        guest.use_session(&answer.field("enterLobby"));
        guest
    }
}
