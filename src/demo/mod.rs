//! A believable campus for an empty database, the same for the same seed.
//!
//! It goes through the statements of the slices, in large transactions and without their checks of passwords and limits:
//! a hundred thousand people register in about a minute. Everybody has the same password.

mod people;
mod random;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use self::random::Random;
use crate::accounts::AccountId;
use crate::accounts::names::{Email, Username, fold_username};
use crate::accounts::registration::{Newcomer, store};
use crate::app::App;
use crate::db::{Query, Tx};
use crate::error::{Error, Result};
use crate::search;

/// Everybody's password on a demo campus.
pub const PASSWORD: &str = "studyhall demo";

/// So many people register in one transaction.
const BATCH: usize = 500;

/// Whom to sign in as.
#[derive(Debug)]
pub struct Campus {
    pub people: usize,
    pub username: String,
}

/// Fills an empty database.
///
/// # Errors
/// Refused when somebody is registered already; nothing is changed then.
pub async fn fill(app: &App, people: usize, seed: u64) -> Result<Campus> {
    let (taken,): (i64,) = app.db.one("select count(*) from accounts", &[]).await?;
    if taken > 0 {
        return Err(Error::BadInput("the database is not empty; a demo campus needs one of its own".to_owned()));
    }
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let hash = app.passwords.hash(address, PASSWORD.into()).await?;
    let mut random = Random::new(seed);
    let mut first = None;
    for from in (0..people).step_by(BATCH) {
        let mut tx = app.db.write().await?;
        for number in from..people.min(from + BATCH) {
            let person = people::draw(&mut random, number);
            let username = person.username.clone();
            enrol(app, &mut tx, person, &hash, &mut random).await?;
            first.get_or_insert(username);
        }
        tx.commit().await?;
    }
    Ok(Campus { people, username: first.unwrap_or_default() })
}

async fn enrol(app: &App, tx: &mut Tx, person: people::Person, hash: &str, random: &mut Random) -> Result<AccountId> {
    let id = AccountId(app.clock.new_id());
    // They came over the last two years.
    let days = u64::try_from(random.below(2 * 365)).unwrap_or_default();
    let joined_at = app.clock.now().minus(Duration::from_hours(24 * days));
    let address = format!("{}@campus.example", person.username);
    let newcomer = Newcomer {
        email: Email { fold: address.clone(), text: address },
        username: Username { fold: fold_username(&person.username), text: person.username },
        profile: person.profile,
    };
    store::insert_account(tx, id, &newcomer, hash, Some(joined_at), joined_at).await?;
    let Username { text, fold } = &newcomer.username;
    store::insert_user(tx, id, text, fold, false, joined_at).await?;
    newcomer.profile.write(tx, id).await?;
    if let Some(about) = person.about {
        tx.run("update users set about = $2 where id = $1", &[&id, &about]).await?;
    }
    search::refresh(tx, id.0).await?;
    Ok(id)
}
