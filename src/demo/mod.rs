//! A believable campus for an empty database, the same for the same seed.
//!
//! It goes through the rules and statements of the slices, in large transactions and without their checks of passwords
//! and limits: a hundred thousand people register in about a minute. Everybody has the same password.

mod mentoring;
mod people;
mod pictures;
mod posts;
mod random;
mod talks;

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
use crate::images::rules as images;
use crate::posts::{Post, PostId, rules as publishing};
use crate::profiles::avatars::rules as avatars;
use crate::search;

/// Everybody's password on a demo campus.
pub const PASSWORD: &str = "studyhall demo";

/// So many people register, or so many posts are published, in one transaction.
const BATCH: usize = 500;

/// So many people have a picture, at most.
const MOST_PORTRAITS: usize = 40;

/// So many posts have one, at most; one in four does until then.
const MOST_LANDSCAPES: usize = 16;

/// So many posts there are for each person, up to so many in all, in so many days.
const POSTS_EACH: usize = 2;
const MOST_POSTS: usize = 2_000;
const DAYS_OF_POSTS: u64 = 90;

/// So much time passes on a manual clock while a campus is filled: in it people talk, teach and book.
pub const LATELY: Duration = Duration::from_hours(48);

/// Whom to sign in as.
#[derive(Debug)]
pub struct Campus {
    pub people: usize,
    pub posts: usize,
    pub username: String,
}

/// Tells whether somebody is registered.
///
/// # Errors
/// When the database does not answer.
pub async fn is_inhabited(app: &App) -> Result<bool> {
    let (is_inhabited,): (bool,) = app.db.one("select exists (select 1 from accounts)", &[]).await?;
    Ok(is_inhabited)
}

/// Returns whom to sign in as, if this is the campus of this seed.
///
/// # Errors
/// When the database does not answer.
pub async fn resident(app: &App, seed: u64) -> Result<Option<String>> {
    let first = people::draw(&mut Random::new(seed), 0).username;
    let account = accounts::member_by_username(&app.db, &fold_username(&first)).await?;
    Ok(account.map(|_| first))
}

/// Fills an empty database. Ends by [`LATELY`] after it began, on a clock that can be moved.
///
/// # Errors
/// Refused when somebody is registered already; nothing is changed then.
pub async fn fill(app: &App, people: usize, seed: u64) -> Result<Campus> {
    if is_inhabited(app).await? {
        return Err(Error::BadInput("the database is not empty; a demo campus needs one of its own".to_owned()));
    }
    let mut random = Random::new(seed);
    let (ids, username) = register(app, &mut random, people).await?;
    for id in ids.iter().take(MOST_PORTRAITS) {
        let portrait = images::keep(app, *id, pictures::portrait(&mut random)?).await?;
        avatars::set(app, as_viewer(*id), Some(portrait.id)).await?;
    }
    let posts = publish(app, &mut random, &ids).await?;
    let end = app.clock.now().plus(LATELY);
    mentoring::fill(app, &mut random, &ids).await?;
    talks::fill(app, &ids, LATELY / (talks::pauses() + 1)).await?;
    app.clock.advance(end.since(app.clock.now()));
    // Nobody has these addresses.
    app.db.run("delete from outbox", &[]).await?;
    Ok(Campus { people, posts, username })
}

/// Registers everybody, and returns them with the name of the first.
async fn register(app: &App, random: &mut Random, people: usize) -> Result<(Vec<AccountId>, String)> {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let hash = app.passwords.hash(address, PASSWORD.into()).await?;
    let (mut ids, mut first) = (Vec::with_capacity(people), None);
    for from in (0..people).step_by(BATCH) {
        let mut tx = app.db.write().await?;
        for number in from..people.min(from + BATCH) {
            let person = people::draw(random, number);
            first.get_or_insert_with(|| person.username.clone());
            ids.push(create_member(app, &mut tx, person, &hash, random).await?);
        }
        tx.commit().await?;
    }
    Ok((ids, first.unwrap_or_default()))
}

async fn create_member(
    app: &App,
    tx: &mut Tx,
    person: people::DemoPerson,
    hash: &str,
    random: &mut Random,
) -> Result<AccountId> {
    let id = AccountId(app.clock.new_id());
    // They came over the last two years.
    let days = u64::try_from(random.below(2 * 365)).unwrap_or_default();
    let joined_at = app.clock.now().minus(Duration::from_hours(24 * days));
    let address = format!("{}@campus.example", person.username);
    let new_member = NewMember {
        email: Email { fold: address.clone(), text: address },
        username: Username { fold: fold_username(&person.username), text: person.username },
        profile: person.profile,
    };
    store::insert_account(tx, id, &new_member, hash, Some(joined_at), joined_at).await?;
    let Username { text, fold } = &new_member.username;
    store::insert_user(tx, id, text, fold, false, joined_at).await?;
    new_member.profile.save(tx, id).await?;
    if let Some(about) = person.about {
        tx.run("update users set about = $2 where id = $1", &[&id, &about]).await?;
    }
    search::refresh(tx, id.0).await?;
    Ok(id)
}

/// Lets people post, from the oldest post to the newest.
async fn publish(app: &App, random: &mut Random, people: &[AccountId]) -> Result<usize> {
    let count = MOST_POSTS.min(people.len() * POSTS_EACH);
    let span = Duration::from_hours(24 * DAYS_OF_POSTS);
    let step = span / u32::try_from(count.max(1)).unwrap_or(u32::MAX);
    let begin = app.clock.now().minus(span);
    let mut landscapes = 0;
    for from in (0..count).step_by(BATCH) {
        let mut drafts = Vec::new();
        for number in from..count.min(from + BATCH) {
            let author = people[random.below(people.len())];
            let mut picture = None;
            if landscapes < MOST_LANDSCAPES && random.once_in(4) {
                landscapes += 1;
                picture = Some(images::keep(app, author, pictures::landscape(random)?).await?.id);
            }
            let after = step * u32::try_from(number).unwrap_or(u32::MAX) + step / 1_000 * below_thousand(random);
            drafts.push((author, posts::draw(random), picture, begin.plus(after)));
        }
        let (mut tx, mut effects) = (app.db.write().await?, Effects::default());
        for (author, text, picture, at) in drafts {
            let id = PostId(app.clock.new_id());
            let shown: Vec<_> = picture.into_iter().map(Some).collect();
            images::attach(&mut tx, as_viewer(author), &shown, Post::shows(id), "imageIds").await?;
            publishing::publish(&mut tx, &mut effects, id, author, text.to_owned(), &[], at).await?;
        }
        app.commit(tx, effects).await?;
    }
    Ok(count)
}

fn below_thousand(random: &mut Random) -> u32 {
    u32::try_from(random.below(1_000)).unwrap_or_default()
}

/// Somebody as rules see them.
fn as_viewer(account: AccountId) -> Viewer {
    Viewer { account, session: SessionId(0), role: Role::Member, authenticated_at: Timestamp(0) }
}
