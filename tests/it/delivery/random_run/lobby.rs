//! What members and guests do at random in the lobby.

use serde_json::{Value, json};

use super::Run;
use super::truth::User;
use crate::support::Person;

/// The lobby among the rooms.
pub const LOBBY: usize = 0;

const ENTER: &str = "mutation($input: EnterLobbyInput!) {
    enterLobby(input: $input) { session { accessToken refreshToken } userErrors { code path } }
}";

const SEND: &str = "mutation($input: SendLobbyMessageInput!) {
    sendLobbyMessage(input: $input) { messageEdge { node { id } } userErrors { code path } }
}";

const LEAVE: &str = "mutation { leaveLobby { userErrors { code } } }";

impl Run {
    pub(super) async fn enter_lobby(&mut self, user: User) {
        self.change(user, "enterLobby", json!({}), "").await;
        self.truth.rooms[LOBBY].members.insert(user, self.truth.now);
    }

    pub(super) async fn leave_lobby(&mut self, user: User) {
        let address = self.any_address();
        self.person_at(user, address).query(LEAVE).await;
        self.truth.rooms[LOBBY].members.remove(&user);
    }

    /// The server removes users without a connection. Those that a text mentions enter again, so that they are there.
    pub(super) async fn stay_in_lobby(&mut self, named: &[User]) {
        for user in named {
            if self.truth.rooms[LOBBY].members.contains_key(user) {
                self.enter_lobby(*user).await;
            }
        }
    }

    pub(super) async fn write_in_lobby(&mut self, user: User) {
        let address = self.any_address();
        let person = self.person_at(user, address);
        self.say(user, &person).await;
    }

    async fn say(&mut self, user: User, person: &Person) {
        let reply_to = if self.random.one_in(2) { self.pick_message(user, LOBBY, 10) } else { None };
        let (text, named) = self.words();
        self.stay_in_lobby(&named).await;
        let reply_to_id = reply_to.map(|at| self.truth.messages[at].id.clone());
        let sent = person.execute(SEND, json!({ "input": { "text": text, "replyToId": reply_to_id } })).await;
        let sent = sent.field("sendLobbyMessage");
        assert_eq!(sent["userErrors"], json!([]), "a message of user{user} in the lobby");
        self.truth.send(user, LOBBY, sent["messageEdge"]["node"]["id"].clone(), reply_to, &named);
        self.figures.lobby_messages += 1;
    }

    /// A guest enters, writes and leaves.
    pub(super) async fn visit_lobby(&mut self) {
        let user = self.next_user;
        self.next_user += 1;
        let mut guest = Person::new(self.any_address());
        let input = json!({ "pseudonym": format!("user{user}") });
        let entered: Value = guest.execute(ENTER, json!({ "input": input })).await.field("enterLobby");
        guest.use_session(&entered);
        for _ in 0..2 {
            self.say(user, &guest).await;
        }
        guest.query(LEAVE).await;
        self.departed.push(user);
    }
}
