//! By which channels a member is reached, for each kind of notification. A kind that the member has not changed has its
//! default.

pub mod rules;
pub mod store;

use std::collections::HashMap;

use super::NotificationKind;

/// A way to deliver a notification besides `Viewer.notifications`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
#[graphql(name = "NotificationChannel")]
pub enum Channel {
    /// Mail to the confirmed address.
    Mail,
    /// Web Push to every session that is registered for it.
    Push,
}

/// The channels of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channels {
    pub mail: bool,
    pub push: bool,
}

impl Channels {
    pub fn new(channels: &[Channel]) -> Self {
        Self { mail: channels.contains(&Channel::Mail), push: channels.contains(&Channel::Push) }
    }

    /// Returns the channels of a kind that a member has not changed.
    pub fn default_of(kind: NotificationKind) -> Self {
        match kind {
            NotificationKind::Reaction => Self { mail: false, push: false },
            NotificationKind::Group => Self { mail: false, push: true },
            _ => Self { mail: true, push: true },
        }
    }

    pub fn has(self, channel: Channel) -> bool {
        match channel {
            Channel::Mail => self.mail,
            Channel::Push => self.push,
        }
    }

    pub fn to_list(self) -> Vec<Channel> {
        [Channel::Mail, Channel::Push].into_iter().filter(|channel| self.has(*channel)).collect()
    }
}

/// A kind and its channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preference {
    pub kind: NotificationKind,
    pub channels: Channels,
}

/// The preferences of an account.
#[derive(Clone, Debug, Default)]
pub struct Preferences {
    changed: HashMap<NotificationKind, Channels>,
}

impl Preferences {
    pub fn channels(&self, kind: NotificationKind) -> Channels {
        self.changed.get(&kind).copied().unwrap_or_else(|| Channels::default_of(kind))
    }

    /// Returns the preference of every kind.
    pub fn all(&self) -> Vec<Preference> {
        NotificationKind::ALL.into_iter().map(|kind| Preference { kind, channels: self.channels(kind) }).collect()
    }
}

/// What becomes of the preferences.
#[derive(Clone, Debug, Default)]
pub enum PreferenceChange {
    #[default]
    None,
    /// All kinds have their defaults again.
    Reset,
    /// These kinds change; the others stay as they are.
    Set(Vec<Preference>),
}
