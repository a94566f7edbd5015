//! Statements about the users in the lobby and about guests.

use super::LobbyUser;
use crate::accounts::AccountId;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Scan, Tx};
use crate::page::Page;

/// The numbers of guests who have a session.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct GuestCounts {
    pub total: i64,
    /// Of those, from other networks than the campus.
    pub foreign: i64,
    /// Of those, from one network.
    pub in_network: i64,
}

/// Counts the guests who have a session.
pub async fn count_guests(db: impl Query, network: i64) -> Result<GuestCounts> {
    db.one(
        Scan(
            "select count(*) as total,
             cast(coalesce(sum(case when is_campus then 0 else 1 end), 0) as bigint) as \"foreign\",
             cast(coalesce(sum(case when network = $1 then 1 else 0 end), 0) as bigint) as in_network
         from accounts left join guest_networks on guest_id = accounts.id where role = 'guest'
         and not exists (select 1 from departed_guests where user_id = accounts.id)",
        ),
        &[&network],
    )
    .await
}

pub async fn insert_network(tx: &mut Tx, guest: AccountId, network: i64, is_campus: bool) -> Result<u64> {
    tx.run(
        "insert into guest_networks (guest_id, network, is_campus) values ($1, $2, $3)",
        &[&guest, &network, &is_campus],
    )
    .await
}

pub async fn insert_guest(tx: &mut Tx, id: AccountId, now: Timestamp) -> Result<u64> {
    tx.run("insert into accounts (id, role, created_at) values ($1, 'guest', $2)", &[&id, &now]).await
}

/// Inserts a user into the lobby, after all others by the time of entering, whatever the clock says; 0 rows if the user
/// is in it already.
pub async fn insert(tx: &mut Tx, user: AccountId, name: &str, now: Timestamp) -> Result<u64> {
    tx.run(
        "insert into lobby_users (user_id, name, came_at, entered_at)
         select $1, $2, coalesce((select max(came_at) + 1 from lobby_users where came_at >= $3), $3), $3 where true
         on conflict do nothing",
        &[&user, &name, &now],
    )
    .await
}

/// Changes the name of a user in the lobby; 0 rows if the user is not in it.
pub async fn set_name(tx: &mut Tx, user: AccountId, name: &str) -> Result<u64> {
    tx.run("update lobby_users set name = $2 where user_id = $1", &[&user, &name]).await
}

/// Updates the entry time of a user in the lobby, which gives the user another minute to connect. 0 rows if the user is
/// not in the lobby.
pub async fn refresh_entry(tx: &mut Tx, user: AccountId, now: Timestamp) -> Result<u64> {
    tx.run("update lobby_users set entered_at = $2 where user_id = $1 and entered_at < $2", &[&user, &now]).await
}

pub async fn is_present(db: impl Query, user: AccountId) -> Result<bool> {
    let (is_present,): (bool,) =
        db.one("select exists (select 1 from lobby_users where user_id = $1)", &[&user]).await?;
    Ok(is_present)
}

/// Removes users from the lobby, and returns those who were in it.
pub async fn delete(tx: &mut Tx, users: &List) -> Result<Vec<(AccountId,)>> {
    tx.all("delete from lobby_users where user_id in (select value from json_each($1)) returning user_id", &[users])
        .await
}

/// The condition that a user is absent: not connected, and either connected at some time after entering, or entered at
/// `$1` or before.
macro_rules! is_absent {
    () => {
        "not exists (select 1 from presences where presences.user_id = lobby_users.user_id and node_count > 0)
         and (entered_at <= $1 or entered_at <= (
             select last_seen_at from presences where presences.user_id = lobby_users.user_id))"
    };
}

/// Entries at `before` or earlier are too old without a connection. Entries later than `after` are wrong.
#[derive(Clone, Copy, Debug)]
pub struct EntryBounds {
    pub before: Timestamp,
    pub after: Timestamp,
}

/// Returns true if there are absent users, or users whose entry lies ahead.
pub async fn has_absent_users(db: impl Query, bounds: EntryBounds) -> Result<bool> {
    let sql = Scan(concat!("select exists (select 1 from lobby_users where entered_at > $2 or (", is_absent!(), "))"));
    let (has_absent_users,): (bool,) = db.one(sql, &[&bounds.before, &bounds.after]).await?;
    Ok(has_absent_users)
}

/// Corrects entries that lie ahead because the clock was set back. A user who is connected, or was after `earlier`, counts
/// as connected since entering; the others have another minute.
pub async fn correct_entries(tx: &mut Tx, after: Timestamp, now: Timestamp, earlier: Timestamp) -> Result<u64> {
    tx.run(
        Scan(
            "update lobby_users set entered_at = case when exists (
                 select 1 from presences where presences.user_id = lobby_users.user_id
                            and (node_count > 0 or last_seen_at > $3))
                 then $3 else $2 end
             where entered_at > $1",
        ),
        &[&after, &now, &earlier],
    )
    .await
}

/// Removes all absent users, and returns them.
pub async fn delete_absent(tx: &mut Tx, entered_before: Timestamp) -> Result<Vec<(AccountId,)>> {
    tx.all(Scan(concat!("delete from lobby_users where ", is_absent!(), " returning user_id")), &[&entered_before])
        .await
}

/// Selects from the users in the lobby that the viewer, `$1`, can see.
macro_rules! visible {
    ($columns:literal, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from lobby_users join users on users.id = lobby_users.user_id
              where not exists (select 1 from relations where relations.user_id = $1
                                and other_id = lobby_users.user_id and is_hidden) ",
            $rest
        )
    };
}

/// The same, with the columns of [`LobbyUser`].
macro_rules! lobby_users {
    ($rest:literal) => {
        visible!(
            "users.id, username, is_guest, first_name, last_name, field_of_study, study_year, about, joined_at,
             lobby_users.name, came_at",
            $rest
        )
    };
}

/// Loads a page of the users in the lobby, by name; a backward page in reverse order.
pub async fn page_by_name(
    db: impl Query,
    viewer: AccountId,
    page: &Page<(String, AccountId)>,
) -> Result<Vec<LobbyUser>> {
    let (after, after_id) = page.after.as_ref().map_or(("", i64::MIN), |(name, id)| (name.as_str(), id.0));
    let (before, before_id) = page.before.as_ref().map_or(("\u{10FFFF}", i64::MAX), |(name, id)| (name.as_str(), id.0));
    let sql = if page.is_backward {
        lobby_users!(
            "and (name, user_id) > ($2, $3) and (name, user_id) < ($4, $5) order by name desc, user_id desc limit $6"
        )
    } else {
        lobby_users!("and (name, user_id) > ($2, $3) and (name, user_id) < ($4, $5) order by name, user_id limit $6")
    };
    db.all(sql, &[&viewer, &after, &after_id, &before, &before_id, &page.limit()]).await
}

/// Loads a page of the users in the lobby, by the time of entering; a backward page in reverse order.
pub async fn page_by_time(
    db: impl Query,
    viewer: AccountId,
    page: &Page<(Timestamp, AccountId)>,
) -> Result<Vec<LobbyUser>> {
    let (after, after_id) = page.after.unwrap_or((Timestamp(i64::MIN), AccountId(i64::MIN)));
    let (before, before_id) = page.before.unwrap_or((Timestamp(i64::MAX), AccountId(i64::MAX)));
    let sql = if page.is_backward {
        lobby_users!(
            "and (came_at, user_id) > ($2, $3) and (came_at, user_id) < ($4, $5)
             order by came_at desc, user_id desc limit $6"
        )
    } else {
        lobby_users!(
            "and (came_at, user_id) > ($2, $3) and (came_at, user_id) < ($4, $5) order by came_at, user_id limit $6"
        )
    };
    db.all(sql, &[&viewer, &after, &after_id, &before, &before_id, &page.limit()]).await
}

pub async fn count(db: impl Query, viewer: AccountId) -> Result<i64> {
    let (count,): (i64,) = db.one(Scan(visible!("count(*)", "")), &[&viewer]).await?;
    Ok(count)
}

/// Marks the guests without a session among these accounts as departed, and returns the newly marked ones.
pub async fn insert_departed(tx: &mut Tx, accounts: &List, now: Timestamp) -> Result<Vec<(AccountId,)>> {
    tx.all(
        "insert into departed_guests (user_id, left_at)
         select id, $2 from accounts where id in (select value from json_each($1)) and role = 'guest'
             and not exists (select 1 from sessions where sessions.account_id = accounts.id)
         on conflict do nothing returning user_id",
        &[accounts, &now],
    )
    .await
}

/// Returns true if the user is a departed guest.
pub async fn is_departed(tx: &mut Tx, user: AccountId) -> Result<bool> {
    let (is_departed,): (bool,) =
        tx.one("select exists (select 1 from departed_guests where user_id = $1)", &[&user]).await?;
    Ok(is_departed)
}

/// Returns those who departed as guests at `left_before` or earlier, after this one, in order.
pub async fn departed_before(
    db: impl Query,
    left_before: Timestamp,
    after: Option<(Timestamp, AccountId)>,
    limit: i64,
) -> Result<Vec<(Timestamp, AccountId)>> {
    let (after, after_id) = after.unwrap_or((Timestamp(i64::MIN), AccountId(i64::MIN)));
    db.all(
        Scan(
            "select left_at, user_id from departed_guests where left_at <= $1 and (left_at, user_id) > ($2, $3)
             order by left_at, user_id limit $4",
        ),
        &[&left_before, &after, &after_id, &limit],
    )
    .await
}

/// Deletes the departure of a user at `left_before` or earlier. Returns 0 if there is none, or another node deleted it.
pub async fn delete_departure(tx: &mut Tx, user: AccountId, left_before: Timestamp) -> Result<u64> {
    tx.run("delete from departed_guests where user_id = $1 and left_at <= $2", &[&user, &left_before]).await
}

/// Deletes a guest.
pub async fn delete_guest(tx: &mut Tx, guest: AccountId) -> Result<u64> {
    tx.run(Scan("delete from accounts where id = $1 and role = 'guest'"), &[&guest]).await
}
