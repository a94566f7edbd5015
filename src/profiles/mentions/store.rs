//! Statements about the users that texts mention.

use super::MentioningText;
use crate::accounts::AccountId;
use crate::db::{List, Query, Result, Texts, Tx};

/// The statements of a table of mentions. Each kind of text has its own, whose rows are deleted with the text.
#[derive(Clone, Copy, Debug)]
pub struct MentionTable {
    pub insert: &'static str,
    pub delete: &'static str,
    pub select: &'static str,
}

/// The [`MentionTable`] of a table and its column with the text.
#[macro_export]
macro_rules! mention_table {
    ($table:literal, $text:literal) => {
        $crate::profiles::mentions::MentionTable {
            // A list binds one column only: the position has two places.
            insert: concat!(
                "insert into ",
                $table,
                " (",
                $text,
                ", position, user_id)
                 select $1, cast(substr(value, 1, 2) as bigint), cast(substr(value, 3) as bigint) from json_each($2)"
            ),
            delete: concat!("delete from ", $table, " where ", $text, " = $1"),
            select: concat!(
                "select ",
                $text,
                ", user_id from json_each($1) as wanted cross join ",
                $table,
                " where ",
                $text,
                " = wanted.value order by ",
                $text,
                ", position"
            ),
        }
    };
}

/// Inserts the users that a text mentions, in its order.
pub async fn insert<T: MentioningText>(tx: &mut Tx, text: T, users: &[AccountId]) -> Result<u64> {
    let rows = Texts::new(users.iter().enumerate().map(|(position, user)| format!("{position:02}{}", user.0)));
    tx.run(T::MENTIONS.insert, &[&text.into(), &rows]).await
}

pub async fn delete<T: MentioningText>(tx: &mut Tx, text: T) -> Result<u64> {
    tx.run(T::MENTIONS.delete, &[&text.into()]).await
}

/// Loads the users that these texts mention, in the order of each text, as pairs of text and user.
pub async fn of_texts<T: MentioningText>(db: impl Query, texts: &[T]) -> Result<Vec<(i64, AccountId)>> {
    db.all(T::MENTIONS.select, &[&List::new(texts.iter().map(|text| (*text).into()))]).await
}
