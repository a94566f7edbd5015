//! Transcripts: what is sent and what comes back, in one text that reads like a session at a terminal.

use expect_test::Expect;

/// Sends each line of a transcript that is no response, and compares all responses with those that stand below the lines.
/// A response of several lines has an arrow before each, an empty one has no line.
///
/// `UPDATE_EXPECT=1 cargo test --test it NAME` writes the responses into the source, where one process runs all tests.
/// Read them before you commit them.
#[track_caller]
pub fn compare(transcript: &Expect, respond: impl Fn(&str) -> String) {
    let responses = requests(transcript).map(respond).collect();
    assert_responses(transcript, responses);
}

/// [`compare`] for responses that take time.
pub async fn compare_all(transcript: &Expect, respond: impl AsyncFn(&str) -> String) {
    let mut responses = Vec::new();
    for request in requests(transcript) {
        responses.push(respond(request).await);
    }
    assert_responses(transcript, responses);
}

fn requests(transcript: &Expect) -> impl Iterator<Item = &str> {
    transcript.data().lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('→'))
}

#[track_caller]
fn assert_responses(transcript: &Expect, responses: Vec<String>) {
    let mut session = String::new();
    for (request, response) in requests(transcript).zip(responses) {
        session.push_str(request);
        session.push('\n');
        for line in response.lines() {
            session.push_str("    → ");
            session.push_str(line);
            session.push('\n');
        }
    }
    transcript.assert_eq(&session);
}
