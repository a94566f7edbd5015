//! SQL for contact details and links.

use super::contact::ContactCard;
use super::{ContactDetails, SocialLinks};
use crate::accounts::AccountId;
use crate::accounts::registration::student_numbers;
use crate::clock::Timestamp;
use crate::db::{List, Query, Result, Tx};

pub async fn contact_of(db: impl Query, id: AccountId) -> Result<Option<ContactDetails>> {
    db.opt(
        "select email, student_number, occupation, home_address, county, country
         from accounts left join contact_details on user_id = id where id = $1",
        &[&id],
    )
    .await
}

pub async fn set_contact(tx: &mut Tx, id: AccountId, contact: &ContactDetails) -> Result<u64> {
    let ContactDetails { student_number, occupation, home_address, county, country, .. } = contact;
    let fold = student_number.as_deref().map(student_numbers::fold);
    tx.run(
        "insert into contact_details (user_id, student_number, student_number_fold, occupation, home_address, county,
                                      country)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (user_id) do update set student_number = excluded.student_number,
             student_number_fold = excluded.student_number_fold, occupation = excluded.occupation,
             home_address = excluded.home_address, county = excluded.county, country = excluded.country",
        &[&id, student_number, &fold, occupation, home_address, county, country],
    )
    .await
}

/// Returns the contact cards of `ids`, with what decides which details the viewer may see.
pub async fn contact_cards(
    db: impl Query,
    viewer: AccountId,
    ids: &[AccountId],
    now: Timestamp,
) -> Result<Vec<ContactCard>> {
    let ids = List::new(ids.iter().map(|id| id.0));
    db.all(
        "select accounts.id as user_id, email, student_number, occupation, home_address, county, country,
                coalesce(email_visibility, 'only_me') as email_visibility,
                coalesce(address_visibility, 'only_me') as address_visibility,
                coalesce(student_number_visibility, 'only_me') as student_number_visibility,
                coalesce(is_hidden, false) as is_hidden, coalesce(partners_until, 0) > $3 as is_partner
         from json_each($2) as wanted cross join accounts
         left join contact_details on contact_details.user_id = accounts.id
         left join settings on settings.user_id = accounts.id
         left join relations on relations.user_id = $1 and other_id = accounts.id
         where accounts.id = wanted.value",
        &[&viewer, &ids, &now],
    )
    .await
}

/// The links of one user.
#[derive(Debug, sqlx::FromRow)]
pub struct UserLinks {
    pub user_id: AccountId,
    #[sqlx(flatten)]
    pub links: SocialLinks,
}

/// The links of several users.
pub const LINKS_OF: &str =
    "select user_id, linkedin, facebook, github, instagram, twitter, youtube, website, description
     from json_each($1) as wanted cross join social_links where user_id = wanted.value";

pub async fn links_of(db: impl Query, ids: &[AccountId]) -> Result<Vec<UserLinks>> {
    let ids = List::new(ids.iter().map(|id| id.0));
    db.all(LINKS_OF, &[&ids]).await
}

pub async fn set_links(tx: &mut Tx, id: AccountId, links: &SocialLinks) -> Result<u64> {
    tx.run(
        "insert into social_links (user_id, linkedin, facebook, github, instagram, twitter, youtube, website, description)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (user_id) do update set linkedin = excluded.linkedin, facebook = excluded.facebook,
             github = excluded.github, instagram = excluded.instagram, twitter = excluded.twitter,
             youtube = excluded.youtube, website = excluded.website, description = excluded.description",
        &[
            &id,
            &links.linkedin,
            &links.facebook,
            &links.github,
            &links.instagram,
            &links.twitter,
            &links.youtube,
            &links.website,
            &links.description,
        ],
    )
    .await
}
