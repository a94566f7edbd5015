//! Which contact details a member may see.

use super::ContactDetails;
use crate::accounts::AccountId;
use crate::profiles::settings::Visibility;

/// The complete contact details of a user, with the visibility settings and the relation to the viewer.
#[derive(Debug, sqlx::FromRow)]
pub struct ContactCard {
    pub user_id: AccountId,
    #[sqlx(flatten)]
    pub details: ContactDetails,
    pub email_visibility: Visibility,
    pub address_visibility: Visibility,
    pub student_number_visibility: Visibility,
    /// The viewer has blocked the owner, or the owner has blocked the viewer.
    pub is_hidden: bool,
    /// The owner and the viewer are booking partners.
    pub is_partner: bool,
}

impl ContactCard {
    /// Returns the details that a member may see, or `None` if there are none.
    ///
    /// Occupation, county and country have no setting: every member sees them.
    pub fn visible_to(self, member: AccountId) -> Option<ContactDetails> {
        let is_own = self.user_id == member;
        if self.is_hidden {
            return None;
        }
        let is_visible = |visibility| {
            is_own
                || match visibility {
                    Visibility::OnlyMe => false,
                    Visibility::BookingPartners => self.is_partner,
                    Visibility::Members => true,
                }
        };
        let Self { details, email_visibility, address_visibility, student_number_visibility, .. } = self;
        let visible = ContactDetails {
            email: details.email.filter(|_| is_visible(email_visibility)),
            student_number: details.student_number.filter(|_| is_visible(student_number_visibility)),
            home_address: details.home_address.filter(|_| is_visible(address_visibility)),
            ..details
        };
        (visible != ContactDetails::default()).then_some(visible)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(visibility: Visibility, is_partner: bool) -> ContactCard {
        let text = |text: &str| Some(text.to_owned());
        ContactCard {
            user_id: AccountId(1),
            details: ContactDetails {
                email: text("email"),
                student_number: text("number"),
                occupation: None,
                home_address: text("address"),
                county: text("county"),
                country: None,
            },
            email_visibility: visibility,
            address_visibility: visibility,
            student_number_visibility: visibility,
            is_hidden: false,
            is_partner,
        }
    }

    #[test]
    fn each_setting_shows_the_details_to_the_members_it_names() {
        for (visibility, is_partner, is_visible) in [
            (Visibility::OnlyMe, true, false),
            (Visibility::BookingPartners, false, false),
            (Visibility::BookingPartners, true, true),
            (Visibility::Members, false, true),
        ] {
            let visible = card(visibility, is_partner).visible_to(AccountId(2)).unwrap();
            let private = [&visible.email, &visible.student_number, &visible.home_address];
            assert!(private.iter().all(|detail| detail.is_some() == is_visible), "{visibility:?} {visible:?}");
            assert_eq!(visible.county.as_deref(), Some("county"));
        }
        assert_eq!(
            card(Visibility::OnlyMe, false).visible_to(AccountId(1)),
            Some(card(Visibility::Members, false).details)
        );
    }

    #[test]
    fn a_block_hides_the_card_and_an_empty_card_is_none() {
        assert_eq!(ContactCard { is_hidden: true, ..card(Visibility::Members, true) }.visible_to(AccountId(2)), None);
        let empty = ContactCard { details: ContactDetails::default(), ..card(Visibility::Members, true) };
        assert_eq!(empty.visible_to(AccountId(2)), None);
    }
}
