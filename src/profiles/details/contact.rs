//! Who sees what of a contact card.

use super::ContactDetails;
use crate::accounts::AccountId;
use crate::profiles::settings::Visibility;

/// A whole card, and what its owner chose about it.
#[derive(Debug, sqlx::FromRow)]
pub struct Card {
    pub user_id: AccountId,
    #[sqlx(flatten)]
    pub details: ContactDetails,
    pub email_visibility: Visibility,
    pub address_visibility: Visibility,
    pub student_number_visibility: Visibility,
    /// The viewer blocks the owner, or the other way round.
    pub is_hidden: bool,
    /// Bookings bind the owner and the viewer.
    pub is_partner: bool,
}

impl Card {
    /// Returns what a member sees of it; `None` when that is nothing. Occupation, county and country every member sees.
    pub fn seen_by(self, member: AccountId) -> Option<ContactDetails> {
        let is_own = self.user_id == member;
        if self.is_hidden {
            return None;
        }
        let is_seen = |visibility| {
            is_own
                || match visibility {
                    Visibility::OnlyMe => false,
                    Visibility::BookingPartners => self.is_partner,
                    Visibility::Members => true,
                }
        };
        let Self { details, email_visibility, address_visibility, student_number_visibility, .. } = self;
        let seen = ContactDetails {
            email: details.email.filter(|_| is_seen(email_visibility)),
            student_number: details.student_number.filter(|_| is_seen(student_number_visibility)),
            home_address: details.home_address.filter(|_| is_seen(address_visibility)),
            ..details
        };
        (seen != ContactDetails::default()).then_some(seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(visibility: Visibility, is_partner: bool) -> Card {
        let text = |text: &str| Some(text.to_owned());
        Card {
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
    fn each_setting_lets_in_whom_it_names() {
        for (visibility, is_partner, is_seen) in [
            (Visibility::OnlyMe, true, false),
            (Visibility::BookingPartners, false, false),
            (Visibility::BookingPartners, true, true),
            (Visibility::Members, false, true),
        ] {
            let seen = card(visibility, is_partner).seen_by(AccountId(2)).unwrap();
            let private = [&seen.email, &seen.student_number, &seen.home_address];
            assert!(private.iter().all(|member| member.is_some() == is_seen), "{visibility:?} {seen:?}");
            assert_eq!(seen.county.as_deref(), Some("county"));
        }
        assert_eq!(
            card(Visibility::OnlyMe, false).seen_by(AccountId(1)),
            Some(card(Visibility::Members, false).details)
        );
    }

    #[test]
    fn nothing_is_seen_across_a_block_or_of_an_empty_card() {
        assert_eq!(Card { is_hidden: true, ..card(Visibility::Members, true) }.seen_by(AccountId(2)), None);
        let empty = Card { details: ContactDetails::default(), ..card(Visibility::Members, true) };
        assert_eq!(empty.seen_by(AccountId(2)), None);
    }
}
