//! What the benchmark of the whole program reads, created through its API: two members, posts, a conversation, bookings.

use std::io::Cursor;
use std::net::SocketAddr;

use image::{ImageFormat, Rgb, RgbImage};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::campus::PASSWORD;

const REGISTER: &str = "mutation($input: RegisterInput!) {
    register(input: $input) { viewer { user { id } } session { accessToken } userErrors { message } }
}";

const UPLOAD: &str = "mutation($file: Upload!) {
    uploadImage(input: { file: $file }) { image { id } userErrors { message } }
}";

const START: &str = "mutation($users: [ID!]!) {
    startConversation(input: { userIds: $users }) { conversation { id } userErrors { message } }
}";

const OFFER: &str = "mutation($input: CreateAppointmentInput!) {
    createAppointment(input: $input) { appointmentEdge { node { id } } userErrors { message } }
}";

const TOPIC: &str = "mutation($input: CreateTopicInput!) {
    createTopic(input: $input) { topicEdge { node { id } } userErrors { message } }
}";

const SLOTS: &str = "query($id: ID!, $from: DateTime!, $to: DateTime!) {
    appointment(id: $id) { slots(from: $from, to: $to) { startsAt } }
}";

const BOOK: &str = "mutation($input: CreateBookingInput!) {
    createBooking(input: $input) { bookingEdge { node { id } } userErrors { message } }
}";

const POSTS: usize = 25;
const MESSAGES: usize = 60;
const BOOKINGS: usize = 12;

/// A member who is signed in.
pub struct Person {
    pub id: String,
    pub token: String,
    pub address: SocketAddr,
    http: reqwest::Client,
}

impl Person {
    pub async fn register(address: SocketAddr, username: &str) -> Self {
        let anonymous = Self::signed_in(address, "", "");
        let input = json!({ "email": format!("{username}@bench.example"), "password": PASSWORD, "username": username });
        let payload = anonymous.mutate(REGISTER, "register", json!({ "input": input })).await;
        let text = |value: &Value| value.as_str().expect("the registration is accepted").to_owned();
        let (id, token) = (text(&payload["viewer"]["user"]["id"]), text(&payload["session"]["accessToken"]));
        Self { id, token, ..anonymous }
    }

    /// A member whose access token is known.
    pub fn signed_in(address: SocketAddr, id: &str, token: &str) -> Self {
        Self { id: id.to_owned(), token: token.to_owned(), address, http: reqwest::Client::new() }
    }

    /// Executes an operation without errors and returns its data.
    pub async fn execute(&self, query: &str, variables: Value) -> Value {
        self.send(self.request().json(&json!({ "query": query, "variables": variables }))).await
    }

    /// Executes a mutation without user errors and returns its payload.
    async fn mutate(&self, query: &str, mutation: &str, variables: Value) -> Value {
        let payload = self.execute(query, variables).await[mutation].clone();
        assert_eq!(payload["userErrors"], json!([]), "{mutation}");
        payload
    }

    /// Executes a mutation of which nothing but the success is of interest.
    async fn change(&self, mutation: &str, input_type: &str, input: Value) {
        let query =
            format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ userErrors {{ message }} }} }}");
        self.mutate(&query, mutation, json!({ "input": input })).await;
    }

    fn request(&self) -> RequestBuilder {
        let request = self.http.post(format!("http://{}/graphql", self.address));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    async fn send(&self, request: RequestBuilder) -> Value {
        let response = request.send().await.expect("the server answers");
        let body: Value = response.json().await.expect("the body is JSON");
        assert_eq!(body.get("errors"), None, "{body}");
        body["data"].clone()
    }

    async fn upload_avatar(&self) {
        let mut png = Cursor::new(Vec::new());
        let image =
            RgbImage::from_fn(64, 64, |x, y| Rgb([80, u8::try_from(x).unwrap_or(0), u8::try_from(y).unwrap_or(0)]));
        image.write_to(&mut png, ImageFormat::Png).expect("the image is encoded");
        let operations = json!({ "query": UPLOAD, "variables": { "file": null } }).to_string();
        let mut body = Vec::new();
        for (part, content) in [("operations", operations.as_str()), ("map", r#"{"0":["variables.file"]}"#)] {
            body.extend(
                format!("--edge\r\nContent-Disposition: form-data; name=\"{part}\"\r\n\r\n{content}\r\n").bytes(),
            );
        }
        let head = "form-data; name=\"0\"; filename=\"a.png\"\r\nContent-Type: image/png";
        body.extend(format!("--edge\r\nContent-Disposition: {head}\r\n\r\n").bytes());
        body.extend(png.into_inner());
        body.extend(b"\r\n--edge--\r\n");
        let request = self.request().header("content-type", "multipart/form-data; boundary=edge");
        let data = self.send(request.header("graphql-require-preflight", "1").body(body)).await;
        let image = &data["uploadImage"]["image"]["id"];
        self.change("setAvatar", "SetAvatarInput", json!({ "imageId": image })).await;
    }
}

/// What the requests name.
pub struct Data {
    /// The viewer.
    pub ada: Person,
    /// The author, correspondent and mentor.
    pub grace: Person,
    pub conversation: Value,
}

impl Data {
    pub async fn create(address: SocketAddr) -> Self {
        let (ada, grace) = (Person::register(address, "ada").await, Person::register(address, "grace").await);
        for person in [&ada, &grace] {
            let profile = json!({
                "firstName": "Grace", "lastName": "Lovelace", "fieldOfStudy": "Mathematics", "year": 3,
                "skills": ["Weaving", "Translation", "Calculus"], "about": "Counts and rhymes.",
            });
            person.change("updateProfile", "UpdateProfileInput", profile).await;
        }
        let contact = json!({ "country": "Ireland", "county": "Kerry", "homeAddress": "1 Shore Road\nDingle" });
        grace.change("updateContactDetails", "UpdateContactDetailsInput", contact).await;
        grace.upload_avatar().await;
        for number in 0..POSTS {
            let text = format!("Post {number}: I prepare for the oral exam in the library at ten. Who joins me?");
            grace.change("createPost", "CreatePostInput", json!({ "text": text })).await;
        }
        let started = ada.mutate(START, "startConversation", json!({ "users": [grace.id] })).await;
        let conversation = started["conversation"]["id"].clone();
        for number in 0..MESSAGES {
            let sender = if number % 2 == 0 { &ada } else { &grace };
            let text = format!("Message {number}: the notes of the third lecture are in the folder.");
            sender
                .change("sendMessage", "SendMessageInput", json!({ "conversationId": conversation, "text": text }))
                .await;
        }
        book(&ada, &grace).await;
        Self { ada, grace, conversation }
    }
}

/// The student books one slot of the mentor on each of some days.
async fn book(student: &Person, mentor: &Person) {
    let input = json!({ "title": "Analysis for beginners", "description": "Limits, series and proofs." });
    let topic = mentor.mutate(TOPIC, "createTopic", json!({ "input": input })).await;
    let days = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    let hours: Vec<Value> = days.iter().map(|day| json!({ "weekday": day, "from": "10:00", "to": "10:30" })).collect();
    let input = json!({
        "topicId": topic["topicEdge"]["node"]["id"], "timeZone": "UTC", "sessionMinutes": 30, "weeklyHours": hours,
        "location": "Library, room 2",
    });
    let offer = mentor.mutate(OFFER, "createAppointment", json!({ "input": input })).await;
    let appointment = &offer["appointmentEdge"]["node"]["id"];
    let from = jiff::Timestamp::now();
    let to = from + jiff::SignedDuration::from_hours(24 * 20);
    let range = json!({ "id": appointment, "from": from.to_string(), "to": to.to_string() });
    let data = student.execute(SLOTS, range).await;
    let slots = data["appointment"]["slots"].as_array().expect("the appointment has slots").clone();
    for slot in slots.iter().take(BOOKINGS) {
        let input = json!({ "appointmentId": appointment, "startsAt": slot["startsAt"] });
        student.mutate(BOOK, "createBooking", json!({ "input": input })).await;
    }
}
