//! Changing what one says about oneself.

use super::links::LinksChange;
use super::{ContactChange, ContactDetails, ProfileChange, store};
use crate::accounts::registration::profile::{
    MAX_FIELD_OF_STUDY_LENGTH, MAX_NAME_LENGTH, MAX_STUDENT_NUMBER_LENGTH, check_skills, check_year,
};
use crate::accounts::{Viewer, store as accounts};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Problems, Result};
use crate::profiles::{Change, apply, store as people};
use crate::search;
use crate::text::{Lines, check_text};

const LONGEST_ABOUT: usize = 1_000;
const LONGEST_OCCUPATION: usize = 100;
const LONGEST_ADDRESS: usize = 300;
const LONGEST_COUNTY: usize = 100;
const LONGEST_COUNTRY: usize = 100;

/// Checks a new text; what is wrong with it is noted.
fn text(
    problems: &mut Problems,
    member: &'static str,
    change: Change<String>,
    longest: usize,
    lines: Lines,
) -> Change<String> {
    change.map(|new| new.and_then(|text| problems.check(check_text(member, &text, 1, longest, lines))))
}

async fn begin(app: &App, viewer: Viewer) -> Result<Tx> {
    let mut tx = app.db.write().await?;
    if accounts::lock(&mut tx, viewer.account).await? == 0 {
        return Err(Error::Unauthenticated);
    }
    Ok(tx)
}

/// Changes the viewer's profile.
///
/// # Errors
/// Refused with everything that is wrong with the change; nothing is changed then.
pub async fn update_profile(app: &App, viewer: Viewer, change: ProfileChange) -> Result<()> {
    let mut problems = Problems::default();
    let mut line = |member, change, longest| text(&mut problems, member, change, longest, Lines::One);
    let first_name = line("firstName", change.first_name, MAX_NAME_LENGTH);
    let last_name = line("lastName", change.last_name, MAX_NAME_LENGTH);
    let field_of_study = line("fieldOfStudy", change.field_of_study, MAX_FIELD_OF_STUDY_LENGTH);
    let about = text(&mut problems, "about", change.about, LONGEST_ABOUT, Lines::Many);
    let year = change.year.map(|new| new.and_then(|year| problems.check(check_year(year))).map(i64::from));
    let skills = change.skills.map(|new| check_skills(&new.unwrap_or_default(), &mut problems));
    problems.finish()?;
    let mut tx = begin(app, viewer).await?;
    let mut user = people::by_id_unseen(&mut tx, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    apply(&mut user.first_name, first_name);
    apply(&mut user.last_name, last_name);
    apply(&mut user.field_of_study, field_of_study);
    apply(&mut user.study_year, year);
    apply(&mut user.about, about);
    people::update(&mut tx, &user).await?;
    if let Some(skills) = skills {
        people::delete_skills(&mut tx, user.id).await?;
        for (position, skill) in (0..).zip(&skills) {
            people::insert_skill(&mut tx, user.id, position, skill).await?;
        }
    }
    search::refresh(&mut tx, user.id.0).await?;
    Ok(tx.commit().await?)
}

/// Changes the viewer's contact card. The address of the account is changed elsewhere, since it has to be confirmed.
///
/// # Errors
/// Refused with everything that is wrong with the change; nothing is changed then.
pub async fn update_contact(app: &App, viewer: Viewer, change: ContactChange) -> Result<()> {
    let mut problems = Problems::default();
    let home_address = text(&mut problems, "homeAddress", change.home_address, LONGEST_ADDRESS, Lines::Many);
    let mut line = |member, change, longest| text(&mut problems, member, change, longest, Lines::One);
    let student_number = line("studentNumber", change.student_number, MAX_STUDENT_NUMBER_LENGTH);
    let occupation = line("occupation", change.occupation, LONGEST_OCCUPATION);
    let region = line("county", change.county, LONGEST_COUNTY);
    let country = line("country", change.country, LONGEST_COUNTRY);
    problems.finish()?;
    let mut tx = begin(app, viewer).await?;
    let mut contact = store::contact_of(&mut tx, viewer.account).await?.unwrap_or_default();
    apply(&mut contact.student_number, student_number);
    apply(&mut contact.occupation, occupation);
    apply(&mut contact.home_address, home_address);
    apply(&mut contact.county, region);
    apply(&mut contact.country, country);
    store::set_contact(&mut tx, viewer.account, &contact).await?;
    Ok(tx.commit().await?)
}

/// Changes the viewer's links.
///
/// # Errors
/// Refused with everything that is wrong with the change; nothing is changed then.
pub async fn update_links(app: &App, viewer: Viewer, change: LinksChange) -> Result<()> {
    let mut problems = Problems::default();
    let mut tx = begin(app, viewer).await?;
    let mut links =
        store::links_of(&mut tx, &[viewer.account]).await?.pop().map(|found| found.links).unwrap_or_default();
    change.apply_to(&mut links, &mut problems);
    problems.finish()?;
    store::set_links(&mut tx, viewer.account, &links).await?;
    Ok(tx.commit().await?)
}

/// Returns the viewer's own contact card, whole.
///
/// # Errors
/// When the database does not answer.
pub async fn own_contact(app: &App, viewer: Viewer) -> Result<ContactDetails> {
    Ok(store::contact_of(&app.db, viewer.account).await?.unwrap_or_default())
}
