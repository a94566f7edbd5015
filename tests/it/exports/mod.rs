//! Data exports and the receipts of deleted accounts.

mod complete;
mod content;
mod preparing;
mod receipts;
mod requesting;
mod schedule;

use serde_json::{Value, json};

use crate::identities::provider::{Provider, VERIFIER};
use crate::support::people::Response;
use crate::support::{Campus, Person, Socket};

const REQUEST: &str = "mutation Request($password: String) {
    requestDataExport(input: { password: $password }) {
        dataExport { id status requestedAt readyAt expiresAt byteSize url }
        userErrors { code message path limit retryAt }
    }
}";

const LATEST: &str = "{ viewer { dataExport { id status requestedAt readyAt expiresAt byteSize url } } }";

impl Person {
    async fn try_request_export(&self, password: Option<&str>) -> Response {
        self.execute(REQUEST, json!({ "password": password })).await
    }

    async fn latest_export(&self) -> Value {
        self.query(LATEST).await["viewer"]["dataExport"].clone()
    }

    async fn follow_exports(&self) -> Socket {
        let query = "subscription { inboxChanged { __typename ... on NotificationAdded { notificationEdge { node {
            __typename id kind text ... on DataExportNotification { dataExport { id status } }
        } } } } }";
        Socket::subscribed(self, query, json!({})).await
    }

    /// Requests an export, waits until it is ready, and returns it.
    async fn export(&self) -> Value {
        let mut inbox = self.follow_exports().await;
        let payload = self.try_request_export(None).await.field("requestDataExport");
        assert_eq!(payload["userErrors"], json!([]), "refused");
        next_export(&mut inbox).await;
        self.latest_export().await
    }
}

/// Follows an inbox up to the notification of an export, and returns it.
async fn next_export(inbox: &mut Socket) -> Value {
    loop {
        let event = inbox.next().await["inboxChanged"].clone();
        if event["notificationEdge"]["node"]["__typename"] == "DataExportNotification" {
            return event["notificationEdge"]["node"].clone();
        }
    }
}

/// The entries of a ZIP archive without compression, by name.
fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let number = |at: usize, length: usize| {
        bytes[at..at + length].iter().rev().fold(0, |number, byte| (number << 8) | usize::from(*byte))
    };
    let end = bytes.len() - 22;
    assert_eq!(&bytes[end..end + 4], b"PK\x05\x06");
    let (count, mut at) = (number(end + 10, 2), number(end + 16, 4));
    let mut entries = Vec::new();
    for _ in 0..count {
        let (checksum, size, name_length, start) =
            (number(at + 16, 4), number(at + 24, 4), number(at + 28, 2), number(at + 42, 4));
        let name = String::from_utf8(bytes[at + 46..at + 46 + name_length].to_vec()).expect("a name in UTF-8");
        assert_eq!(number(start + 14, 4), checksum, "both headers have the checksum");
        assert_eq!(number(start + 18, 4), size);
        let content = start + 30 + name_length;
        entries.push((name, bytes[content..content + size].to_vec()));
        at += 46 + name_length;
    }
    assert_eq!(at, end);
    entries
}

/// Returns the document of an archive.
fn document(entries: &[(String, Vec<u8>)]) -> Value {
    let (_, bytes) = entries.iter().find(|(name, _)| name == "data.json").expect("the document");
    serde_json::from_slice(bytes).expect("JSON")
}

/// Returns a post of a member with an image and a file.
async fn post_with_attachments(person: &Person, text: &str) -> Value {
    let image = person.upload_image(&crate::support::pictures::png(8, 8)).await["id"].clone();
    let file = person.file_id(&format!("the file of {text}")).await;
    let mutation = "mutation P($input: CreatePostInput!) { createPost(input: $input) { postEdge { node { id } } } }";
    let input = json!({ "text": text, "imageIds": [image], "fileIds": [file] });
    person.execute(mutation, json!({ "input": input })).await.field("createPost")["postEdge"]["node"]["id"].clone()
}

/// Exports the data of a member and returns the document.
async fn exported(campus: &Campus, person: &Person) -> Value {
    document(&archive(campus, &person.export().await).await)
}

/// Runs a mutation with an input, and returns the payload, which has no errors.
async fn run(person: &Person, mutation: &str, input: Value) -> Value {
    let payload = person.execute(mutation, json!({ "input": input })).await.data();
    let payload = payload.as_object().and_then(|fields| fields.values().next()).cloned().unwrap_or_default();
    assert_eq!(payload["userErrors"], json!([]), "{mutation}");
    payload
}

/// Links an account at a provider to the account of a member.
async fn link_identity(provider: &Provider, campus: &Campus, person: &Person, subject: &str) {
    let code = provider.sign_in(person, campus, subject).await;
    let link = "mutation L($input: LinkIdentityInput!) { linkIdentity(input: $input) { userErrors { code } } }";
    run(person, link, json!({ "code": code, "codeVerifier": VERIFIER })).await;
}

const INVITE: &str = "mutation I($input: CreateInvitationInput!) {
    createInvitation(input: $input) { invitationEdge { node { id } } userErrors { code } }
}";

const TAKE_TIME_OFF: &str = "mutation T($input: CreateTimeOffInput!) {
    createTimeOff(input: $input) { timeOffEdge { node { id } } userErrors { code } }
}";

/// Returns the archive of an export.
async fn archive(campus: &Campus, export: &Value) -> Vec<(String, Vec<u8>)> {
    unzip(&campus.anonymous().download(&export["url"]).await)
}
