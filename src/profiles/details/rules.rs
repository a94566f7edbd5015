//! Changing the viewer's profile, contact details and links.

use super::links::LinksChange;
use super::{ContactChange, ContactDetails, ProfileChange, store};
use crate::accounts::registration::profile::{
    MAX_FIELD_OF_STUDY_LENGTH, MAX_NAME_LENGTH, MAX_STUDENT_NUMBER_LENGTH, check_skills, check_year,
};
use crate::accounts::registration::student_numbers;
use crate::accounts::{Viewer, store as accounts};
use crate::app::App;
use crate::db::Tx;
use crate::effects::{DomainEvent, Effects};
use crate::error::{Error, Problems, Result};
use crate::profiles::{Change, apply_change, store as users};
use crate::search;
use crate::text::{Lines, check_text};

const MAX_ABOUT_LENGTH: usize = 1_000;
const MAX_OCCUPATION_LENGTH: usize = 100;
const MAX_ADDRESS_LENGTH: usize = 300;
const MAX_COUNTY_LENGTH: usize = 100;
const MAX_COUNTRY_LENGTH: usize = 100;

/// Validates a new text, and adds an invalid one to `problems`.
fn checked_text(
    problems: &mut Problems,
    field: &'static str,
    change: Change<String>,
    max_length: usize,
    lines: Lines,
) -> Change<String> {
    change.map(|new| new.and_then(|text| problems.check(check_text(field, &text, 1, max_length, lines))))
}

/// Begins a transaction and locks the account.
async fn begin_locked(app: &App, viewer: Viewer) -> Result<Tx> {
    let mut tx = app.db.write().await?;
    if !accounts::lock(&mut tx, viewer.account).await? {
        return Err(Error::Unauthenticated);
    }
    Ok(tx)
}

/// Commits a change of the viewer's public profile.
pub async fn commit_changed(app: &App, mut tx: Tx, viewer: Viewer) -> Result<()> {
    let mut effects = Effects::default();
    app.raise(&mut tx, &mut effects, DomainEvent::UserChanged(viewer.account)).await?;
    app.commit(tx, effects).await
}

/// Changes the viewer's profile.
///
/// # Errors
/// Rejected with all problems of the change at once. Nothing is changed then.
pub async fn update_profile(app: &App, viewer: Viewer, change: ProfileChange) -> Result<()> {
    let mut problems = Problems::default();
    let mut line = |field, change, max_length| checked_text(&mut problems, field, change, max_length, Lines::One);
    let first_name = line("firstName", change.first_name, MAX_NAME_LENGTH);
    let last_name = line("lastName", change.last_name, MAX_NAME_LENGTH);
    let field_of_study = line("fieldOfStudy", change.field_of_study, MAX_FIELD_OF_STUDY_LENGTH);
    let about = checked_text(&mut problems, "about", change.about, MAX_ABOUT_LENGTH, Lines::Many);
    let year = change.year.map(|new| new.and_then(|year| problems.check(check_year(year))).map(i64::from));
    let skills = change.skills.map(|new| check_skills(&new.unwrap_or_default(), &mut problems));
    problems.finish()?;
    let mut tx = begin_locked(app, viewer).await?;
    let mut user = users::by_id_unfiltered(&mut tx, viewer.account).await?.ok_or(Error::Unauthenticated)?;
    let row = user.row_mut();
    apply_change(&mut row.first_name, first_name);
    apply_change(&mut row.last_name, last_name);
    apply_change(&mut row.field_of_study, field_of_study);
    apply_change(&mut row.study_year, year);
    apply_change(&mut row.about, about);
    users::update(&mut tx, &user).await?;
    if let Some(skills) = skills {
        users::delete_skills(&mut tx, user.id).await?;
        for (position, skill) in (0..).zip(&skills) {
            users::insert_skill(&mut tx, user.id, position, skill).await?;
        }
    }
    search::refresh(&mut tx, user.id.0).await?;
    commit_changed(app, tx, viewer).await
}

/// Changes the viewer's contact details, except the email address: changing that needs a confirmation.
///
/// # Errors
/// Rejected with all problems of the change at once. Nothing is changed then.
pub async fn update_contact(app: &App, viewer: Viewer, change: ContactChange) -> Result<()> {
    let mut problems = Problems::default();
    let home_address = checked_text(&mut problems, "homeAddress", change.home_address, MAX_ADDRESS_LENGTH, Lines::Many);
    let mut line = |field, change, max_length| checked_text(&mut problems, field, change, max_length, Lines::One);
    let student_number = line("studentNumber", change.student_number, MAX_STUDENT_NUMBER_LENGTH);
    let occupation = line("occupation", change.occupation, MAX_OCCUPATION_LENGTH);
    let region = line("county", change.county, MAX_COUNTY_LENGTH);
    let country = line("country", change.country, MAX_COUNTRY_LENGTH);
    problems.finish()?;
    let mut tx = begin_locked(app, viewer).await?;
    let mut contact = store::contact_of(&mut tx, viewer.account).await?.unwrap_or_default();
    // A number that stays the same is not claimed again: several accounts may have it from the time before the setting.
    if let Some(Some(number)) = &student_number
        && contact.student_number.as_ref() != Some(number)
        && let Some(problem) = student_numbers::claim(app, &mut tx, Some(number.as_str()), Some(viewer.account)).await?
    {
        return Err(problem.into());
    }
    apply_change(&mut contact.student_number, student_number);
    apply_change(&mut contact.occupation, occupation);
    apply_change(&mut contact.home_address, home_address);
    apply_change(&mut contact.county, region);
    apply_change(&mut contact.country, country);
    store::set_contact(&mut tx, viewer.account, &contact).await?;
    Ok(tx.commit().await?)
}

/// Changes the viewer's links.
///
/// # Errors
/// Rejected with all problems of the change at once. Nothing is changed then.
pub async fn update_links(app: &App, viewer: Viewer, change: LinksChange) -> Result<()> {
    let mut problems = Problems::default();
    let mut tx = begin_locked(app, viewer).await?;
    let mut links = store::links_of(&mut tx, &[viewer.account]).await?.pop().map(|row| row.links).unwrap_or_default();
    change.apply_to(&mut links, &mut problems);
    problems.finish()?;
    store::set_links(&mut tx, viewer.account, &links).await?;
    Ok(tx.commit().await?)
}

/// Returns all contact details of the viewer.
pub async fn own_contact(app: &App, viewer: Viewer) -> Result<ContactDetails> {
    Ok(store::contact_of(&app.db, viewer.account).await?.unwrap_or_default())
}
