//! Files for download: what is accepted, where files are attached, who can download them.

mod attaching;
mod downloading;
mod removing;
mod uploading;

use serde_json::{Value, json};

use crate::support::people::Response;
use crate::support::{Campus, Person};

const UPLOAD: &str = r#"{"query":"mutation Upload($file: Upload!) { uploadFile(input: { file: $file }) {
    file { id name mediaType byteSize url } userErrors { code message path limit } } }","variables":{"file":null}}"#;

/// A PDF, as far as its type goes.
pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n\xE2\xE3\xCF\xD3\n%%EOF\n";

impl Person {
    pub async fn try_upload_file(&self, bytes: &[u8], name: &str) -> Response {
        let header = format!("filename=\"{name}\"\r\nContent-Type: application/octet-stream");
        self.send_upload(UPLOAD, &header, bytes).await
    }

    /// Uploads an accepted file and returns it.
    pub async fn upload_file(&self, bytes: &[u8], name: &str) -> Value {
        let payload = self.try_upload_file(bytes, name).await.field("uploadFile");
        assert_eq!(payload["userErrors"], json!([]), "refused");
        payload["file"].clone()
    }

    /// Uploads a text of this content and returns the id of its file.
    pub async fn file_id(&self, text: &str) -> Value {
        self.upload_file(text.as_bytes(), "notes.txt").await["id"].clone()
    }

    /// Returns the download URL of a file, or null if this user may not see the file.
    pub async fn file_url(&self, file: &Value) -> Value {
        let query = "query File($id: ID!) { node(id: $id) { ... on File { url } } }";
        self.execute(query, json!({ "id": file })).await.field("node")["url"].clone()
    }

    /// Returns the status of a download.
    pub async fn download_status(&self, url: &Value) -> u16 {
        self.fetch(url).await.status().as_u16()
    }

    async fn send_with(&self, input: Value) -> Response {
        let send = "mutation Send($input: SendMessageInput!) { sendMessage(input: $input) {
            messageEdge { node { id text files { id name } images { id } } } userErrors { code message path }
        } }";
        self.execute(send, json!({ "input": input })).await
    }

    async fn post_with(&self, input: Value) -> Response {
        let post = "mutation Post($input: CreatePostInput!) { createPost(input: $input) {
            postEdge { node { id text files { id name } images { id } } } userErrors { code message path }
        } }";
        self.execute(post, json!({ "input": input })).await
    }

    async fn book_with(&self, input: Value) -> Response {
        let book = "mutation Book($input: CreateBookingInput!) { createBooking(input: $input) {
            bookingEdge { node { id files { id name } } } userErrors { code message path }
        } }";
        self.execute(book, json!({ "input": input })).await
    }
}

/// Sends a message with a file, and returns both ids.
async fn message_with_file(author: &Person, conversation: &Value) -> (Value, Value) {
    let file = author.file_id("the file of a message").await;
    let sent =
        author.send_with(json!({ "conversationId": conversation, "fileIds": [file] })).await.field("sendMessage");
    (sent["messageEdge"]["node"]["id"].clone(), file)
}

/// Returns how many objects the media store has.
fn stored_objects(campus: &Campus) -> usize {
    let mut pending = vec![campus.app.config.data_dir.join("media")];
    let mut count = 0;
    while let Some(path) = pending.pop() {
        if path.is_dir() {
            pending.extend(std::fs::read_dir(&path).expect("a directory").map(|entry| entry.expect("an entry").path()));
        } else {
            count += 1;
        }
    }
    count
}
