//! Who gets in: invitations, and registrations that a moderator approves.

mod approval;
mod deciding;
mod invitations;
mod inviting;
mod student_numbers;

use serde_json::{Value, json};
use studyhall::accounts::Role;
use studyhall::accounts::registration::profile::NewProfile;
use studyhall::accounts::registration::rules::{Confirmation, Credential, OperatorRegistration, register_by_operator};
use studyhall::accounts::staff;

use crate::support::mailbox::token_in;
use crate::support::people::{REGISTER, Response};
use crate::support::{Campus, PASSWORD, Person};

const INVITE: &str = "mutation($input: CreateInvitationInput!) {
    createInvitation(input: $input) {
        invitationEdge { cursor node {
            id email note maxUses useCount isUsable createdAt expiresAt revokedAt creator { username }
        } }
        url userErrors { code message path limit }
    }
}";

const REVOKE: &str = "mutation($id: ID!) {
    revokeInvitation(input: { invitationId: $id }) { invitation { isUsable revokedAt } userErrors { code message path } }
}";

const CONFIRM: &str = "mutation($token: String!, $password: String) {
    confirmEmail(input: { token: $token, password: $password }) {
        isConfirmed viewer { email } userErrors { code message path }
    }
}";

const REQUESTS: &str = "query($first: Int, $after: String, $last: Int, $before: String) {
    moderation { registrationRequests(first: $first, after: $after, last: $last, before: $before) {
        totalCount pageInfo { endCursor startCursor hasNextPage hasPreviousPage }
        nodes { id createdAt email username firstName lastName fieldOfStudy year studentNumber note }
    } }
}";

const APPROVE: &str = "mutation($id: ID!) {
    approveRegistration(input: { registrationRequestId: $id }) {
        user { username fieldOfStudy } userErrors { code message path }
    }
}";

const DECLINE: &str = "mutation($id: ID!, $reason: String) {
    declineRegistration(input: { registrationRequestId: $id, reason: $reason }) {
        declinedRegistrationRequestId userErrors { code message path }
    }
}";

impl Campus {
    /// A member with a confirmed address that the operator created, in every mode of registration.
    async fn created_member(&self, username: &str, role: Role) -> Person {
        let form = OperatorRegistration {
            email: format!("{username}@campus.example"),
            username: username.to_owned(),
            credential: Credential::Password(PASSWORD.into()),
            profile: NewProfile::default(),
            confirmation: Confirmation::Confirmed,
        };
        register_by_operator(&self.app, form).await.expect("a member");
        if role != Role::Member {
            staff::set_role(&self.app, username, role).await.expect("a member");
        }
        Person { username: username.to_owned(), ..self.anonymous() }.login().await
    }

    /// Registers with this username, its address and other members of the input.
    async fn sign_up(&self, username: &str, other: Value) -> Response {
        let mut input =
            json!({ "email": format!("{username}@campus.example"), "password": PASSWORD, "username": username });
        merge(&mut input, other);
        self.anonymous().execute(REGISTER, json!({ "input": input })).await
    }

    /// Confirms a registration with the newest letter to its address.
    async fn confirm(&self, username: &str) -> Response {
        let letters = self.letters_so_far(&format!("{username}@campus.example")).await;
        let token = token_in(letters.last().expect("a letter"));
        self.anonymous().execute(CONFIRM, json!({ "token": token, "password": PASSWORD })).await
    }

    /// Registers and confirms the address, where a moderator approves registrations.
    async fn request(&self, username: &str, other: Value) {
        assert_eq!(self.sign_up(username, other).await.refusals("register"), [""; 0]);
        assert_eq!(self.confirm(username).await.field("confirmEmail")["isConfirmed"], json!(true));
    }

    async fn login_refusals(&self, username: &str, password: &str) -> Vec<String> {
        self.anonymous().try_login(username, password).await.refusals("login")
    }
}

impl Person {
    async fn invite(&self, input: Value) -> Response {
        self.execute(INVITE, json!({ "input": input })).await
    }

    /// Creates an invitation, and returns it with the token of its URL.
    async fn invitation(&self, input: Value) -> (Value, String) {
        let payload = self.invite(input).await.field("createInvitation");
        assert_eq!(payload["userErrors"], json!([]));
        let url = payload["url"].as_str().expect("a URL");
        let token = url.split_once("/signup#token=").expect("a token").1.to_owned();
        (payload["invitationEdge"]["node"].clone(), token)
    }

    /// The invitation as it is now.
    async fn see_invitation(&self, id: &Value) -> Value {
        let query = "query($id: ID!) { node(id: $id) { ... on Invitation { useCount maxUses isUsable revokedAt } } }";
        self.execute(query, json!({ "id": id })).await.field("node")
    }

    async fn requests(&self) -> Vec<Value> {
        let page = self.execute(REQUESTS, json!({})).await.field("moderation")["registrationRequests"].clone();
        let nodes = page["nodes"].as_array().expect("a list").clone();
        assert_eq!(page["totalCount"], nodes.len());
        nodes
    }

    async fn approve(&self, id: &Value) -> Response {
        self.execute(APPROVE, json!({ "id": id })).await
    }

    async fn decline(&self, id: &Value, reason: Option<&str>) -> Response {
        self.execute(DECLINE, json!({ "id": id, "reason": reason })).await
    }

    /// The kinds, users and notes of the log of staff actions, newest first.
    async fn logged(&self) -> Vec<Value> {
        let query = "{ moderation { staffActions { nodes { kind note actor { username } user { username } } } } }";
        self.query(query).await["moderation"]["staffActions"]["nodes"].as_array().expect("a list").clone()
    }
}

fn merge(input: &mut Value, other: Value) {
    let Value::Object(other) = other else { return };
    input.as_object_mut().expect("an object").extend(other);
}
