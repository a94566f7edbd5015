//! Reading and changing preferences.

use super::{Channel, PreferenceChange, Preferences, store};
use crate::db::{Query, Tx};
use crate::error::{Code, Problem, Problems, Result};
use crate::ids::AccountId;
use crate::notifications::NotificationKind;
use crate::sentences::{Sentence, say};

/// Returns the preferences of an account.
pub async fn preferences(db: impl Query, account: AccountId) -> Result<Preferences> {
    let rows = store::changed(db, account).await?;
    let changed = rows.into_iter().filter_map(|row| Some((NotificationKind::from_stored(&row.kind)?, row.channels())));
    Ok(Preferences { changed: changed.collect() })
}

/// Returns true if an account receives this kind by this channel.
pub async fn wants(db: impl Query, account: AccountId, kind: NotificationKind, channel: Channel) -> Result<bool> {
    Ok(preferences(db, account).await?.channels(kind).has(channel))
}

/// Returns the problems of a change: a kind that is named twice, and `ACCOUNT` without mail.
pub fn check(change: &PreferenceChange) -> Problems {
    let mut problems = Problems::default();
    let PreferenceChange::Set(preferences) = change else { return problems };
    let problem = |index, field, message: Sentence| {
        Problem::member("notificationPreferences", Code::Invalid, message).at(index).below(field)
    };
    for (index, preference) in preferences.iter().enumerate() {
        if preferences[..index].iter().any(|earlier| earlier.kind == preference.kind) {
            problems.extend([problem(index, "kind", say::KindRepeated.into())]);
        }
        if preference.kind == NotificationKind::Account && !preference.channels.mail {
            problems.extend([problem(index, "channels", say::SecurityMailRequired.into())]);
        }
    }
    problems
}

/// Stores a change that has no problems, of a locked account.
pub async fn apply(tx: &mut Tx, account: AccountId, change: &PreferenceChange) -> Result<()> {
    match change {
        PreferenceChange::None => {}
        PreferenceChange::Reset => {
            store::delete_all(tx, account).await?;
        }
        PreferenceChange::Set(preferences) => {
            for preference in preferences {
                store::upsert(tx, account, preference.kind, preference.channels).await?;
            }
        }
    }
    Ok(())
}
