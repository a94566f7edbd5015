//! Moderators lock members, whose groups get other owners.

use serde_json::json;

use super::Run;
use super::truth::{Kind, Subject, Truth, User};
use crate::support::Person;

const LOCK: &str = "mutation($user: ID!) {
    lockMember(input: { userId: $user, reason: \"Spam\" }) { userErrors { code path } }
}";

const UNLOCK: &str = "mutation($user: ID!) { unlockMember(input: { userId: $user }) { userErrors { code path } } }";

impl Run {
    /// A moderator locks a member without an end, and unlocks them again. The member signs in on another device then.
    pub(super) async fn lock(&mut self, user: User) {
        let owned: Vec<usize> =
            (0..self.truth.rooms.len()).filter(|room| self.truth.rooms[*room].owner == Some(user)).collect();
        // With several groups, the order of the notifications of one successor would be open.
        if owned.len() > 1 || owned.iter().any(|room| self.truth.rooms[*room].members.len() < 2) {
            return;
        }
        for device in &mut self.people.get_mut(&user).expect("a member").devices {
            device.disconnect().await;
        }
        self.empty_outbox().await;
        let (address, id) = (self.any_address(), self.people[&user].id.clone());
        let moderator = Person { address, ..self.moderator.clone() };
        for (mutation, name) in [(LOCK, "lockMember"), (UNLOCK, "unlockMember")] {
            let refusals = moderator.execute(mutation, json!({ "user": id })).await.refusals(name);
            assert_eq!(refusals, [""; 0], "{name} of user{user}");
        }
        for device in &mut self.people.get_mut(&user).expect("a member").devices {
            self.gone.extend(device.browser.take());
        }
        self.note_browsers(user);
        self.truth.lock(user, &owned);
        let ended = self.people[&user].devices.len();
        self.sign_in(user).await;
        self.people.get_mut(&user).expect("a member").devices.drain(..ended);
        self.figures.locks += 1;
    }
}

impl Truth {
    fn lock(&mut self, user: User, owned: &[usize]) {
        for room in owned {
            self.pass_on(*room, user);
        }
        self.rooms[super::lobby::LOBBY].members.remove(&user);
        self.notify(user, Kind::Moderation, None, Subject::Account, None);
    }
}
