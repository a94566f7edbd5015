//! Fills an empty database with a realistic campus. The same seed gives the same campus.
//!
//! It uses the rules and statements of the slices, in large transactions and without password checks and rate limits: a
//! hundred thousand members take about a minute. All accounts have the same password.

mod conversations;
mod images;
mod mentoring;
mod papers;
mod people;
mod posts;
mod random;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use self::random::Random;
use crate::accounts::names::{Email, Username, fold_username};
use crate::accounts::registration::{NewMember, store};
use crate::accounts::{AccountId, Role, SessionId, Viewer, store as accounts};
use crate::app::App;
use crate::clock::Timestamp;
use crate::db::{Query, Tx};
use crate::effects::Effects;
use crate::error::{Error, Result};
use crate::images::rules as uploads;
use crate::posts::{Post, PostId, rules as publishing};
use crate::profiles::avatars::rules as avatars;
use crate::search;

/// The password of all accounts of a demo campus.
pub const PASSWORD: &str = "studyhall demo";

/// How many members register, and how many posts are published, in one transaction.
const BATCH_SIZE: usize = 500;

/// How many members have an avatar.
const MAX_PORTRAITS: usize = 40;

/// How many posts have an image. Until then, one in four has one.
const MAX_LANDSCAPES: usize = 16;

/// How many posts there are for each member, in total at most, and over how many days.
const POSTS_PER_MEMBER: usize = 2;
const MAX_POSTS: usize = 2_000;
const DAYS_OF_POSTS: u64 = 90;

/// How far [`fill`] moves a manual clock on, to spread the topics, bookings, comments and messages over time.
pub const RECENT_ACTIVITY: Duration = Duration::from_hours(48);

/// A filled campus.
#[derive(Debug)]
pub struct DemoCampus {
    pub members: usize,
    pub posts: usize,
    /// The account to sign in to.
    pub username: String,
}

/// Returns whether the database has any account.
pub async fn has_accounts(app: &App) -> Result<bool> {
    let (has_accounts,): (bool,) = app.db.one("select exists (select 1 from accounts)", &[]).await?;
    Ok(has_accounts)
}

/// Returns the username to sign in with, or `None` if the database does not contain the campus of this seed.
pub async fn find_login(app: &App, seed: u64) -> Result<Option<String>> {
    let first = people::draw(&mut Random::new(seed), 0).username;
    let account = accounts::member_by_username(&app.db, &fold_username(&first)).await?;
    Ok(account.map(|_| first))
}

/// Fills an empty database with a campus of `count` members. A manual clock ends [`RECENT_ACTIVITY`] later.
///
/// # Errors
/// Bad input if the database has an account. Nothing is changed then.
pub async fn fill(app: &App, count: usize, seed: u64) -> Result<DemoCampus> {
    if has_accounts(app).await? {
        return Err(Error::BadInput("the database is not empty: a demo campus needs an empty one".to_owned()));
    }
    let mut random = Random::new(seed);
    let (ids, username) = register_members(app, &mut random, count).await?;
    for id in ids.iter().take(MAX_PORTRAITS) {
        let portrait = uploads::store_image(app, *id, images::portrait(&mut random)?).await?;
        avatars::set_avatar(app, as_viewer(*id), Some(portrait.id)).await?;
    }
    let (posts, latest) = publish_posts(app, &mut random, &ids).await?;
    let end = app.clock.now().plus(RECENT_ACTIVITY);
    mentoring::fill(app, &mut random, &ids).await?;
    let interval = RECENT_ACTIVITY / (conversations::message_count() + posts::comment_count() + 1);
    posts::discuss(app, &latest, &ids, interval).await?;
    conversations::fill(app, &ids, interval).await?;
    app.clock.advance(end.since(app.clock.now()));
    // The addresses do not exist.
    app.db.run("delete from outbox", &[]).await?;
    Ok(DemoCampus { members: count, posts, username })
}

/// Registers `count` members, and returns their ids and the username of the first.
async fn register_members(app: &App, random: &mut Random, count: usize) -> Result<(Vec<AccountId>, String)> {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let hash = app.passwords.hash(address, PASSWORD.into()).await?;
    let (mut ids, mut first) = (Vec::with_capacity(count), None);
    for start in (0..count).step_by(BATCH_SIZE) {
        let mut tx = app.db.write().await?;
        for number in start..count.min(start + BATCH_SIZE) {
            let member = people::draw(random, number);
            first.get_or_insert_with(|| member.username.clone());
            ids.push(create_member(app, &mut tx, member, &hash, random).await?);
        }
        tx.commit().await?;
    }
    Ok((ids, first.unwrap_or_default()))
}

async fn create_member(
    app: &App,
    tx: &mut Tx,
    member: people::DemoMember,
    hash: &str,
    random: &mut Random,
) -> Result<AccountId> {
    let id = AccountId(app.clock.new_id());
    // The members have joined over the last two years.
    let days = u64::try_from(random.below(2 * 365)).unwrap_or_default();
    let joined_at = app.clock.now().minus(Duration::from_hours(24 * days));
    let address = format!("{}@campus.example", member.username);
    let new_member = NewMember {
        email: Email { fold: address.clone(), text: address },
        username: Username { fold: fold_username(&member.username), text: member.username },
        profile: member.profile,
        locale: None,
    };
    store::insert_account(tx, id, &new_member, hash, Some(joined_at), joined_at).await?;
    let Username { text, fold } = &new_member.username;
    store::insert_user(tx, id, text, fold, false, joined_at).await?;
    new_member.profile.save(tx, id).await?;
    if let Some(about) = member.about {
        tx.run("update users set about = $2 where id = $1", &[&id, &about]).await?;
    }
    search::refresh(tx, id.0).await?;
    Ok(id)
}

/// Publishes the posts, oldest first, and returns their number and the ids of the last batch, the latest first.
async fn publish_posts(app: &App, random: &mut Random, members: &[AccountId]) -> Result<(usize, Vec<PostId>)> {
    let count = MAX_POSTS.min(members.len() * POSTS_PER_MEMBER);
    let span = Duration::from_hours(24 * DAYS_OF_POSTS);
    let step = span / u32::try_from(count.max(1)).unwrap_or(u32::MAX);
    let start = app.clock.now().minus(span);
    let (mut landscapes, mut latest) = (0, Vec::new());
    for batch in (0..count).step_by(BATCH_SIZE) {
        let mut drafts = Vec::new();
        for number in batch..count.min(batch + BATCH_SIZE) {
            let author = members[random.below(members.len())];
            let mut image = None;
            if landscapes < MAX_LANDSCAPES && random.once_in(4) {
                landscapes += 1;
                image = Some(uploads::store_image(app, author, images::landscape(random)?).await?.id);
            }
            let offset = step * u32::try_from(number).unwrap_or(u32::MAX) + step / 1_000 * below_thousand(random);
            drafts.push((author, posts::draw(random), image, start.plus(offset)));
        }
        let (mut tx, mut effects) = (app.db.write().await?, Effects::default());
        latest.clear();
        for (author, text, image, published_at) in drafts {
            let id = PostId(app.clock.new_id());
            latest.push(id);
            let attached: Vec<_> = image.into_iter().map(Some).collect();
            uploads::attach(&mut tx, as_viewer(author), &attached, Post::file_use(id).into(), "imageIds").await?;
            publishing::publish_post(&mut tx, &mut effects, id, author, text.to_owned(), &[], published_at).await?;
        }
        app.commit(tx, effects).await?;
    }
    latest.reverse();
    Ok((count, latest))
}

/// Returns the text that mentions an account.
async fn mention(app: &App, account: AccountId) -> Result<String> {
    let (username,): (String,) = app.db.one("select username from users where id = $1", &[&account]).await?;
    Ok(format!("@{username}"))
}

fn below_thousand(random: &mut Random) -> u32 {
    u32::try_from(random.below(1_000)).unwrap_or_default()
}

/// Returns the account as the caller of a rule.
fn as_viewer(account: AccountId) -> Viewer {
    Viewer { account, session: SessionId(0), role: Role::Member, authenticated_at: Timestamp(0), locale: None }
}
