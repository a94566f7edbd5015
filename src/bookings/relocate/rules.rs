//! Who may change the location and the meeting URL of a session, and which room it has without them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::accounts::Viewer;
use crate::app::App;
use crate::bookings::notifications::{self, BookingNotification};
use crate::bookings::rules::{check_edit, lock_booking};
use crate::bookings::{Booking, BookingChange, BookingId, store};
use crate::config::ROOM;
use crate::effects::Effects;
use crate::error::{Error, Problem, Problems, Result};
use crate::profiles::details::links::check_link;
use crate::profiles::{Change, apply_change};
use crate::text::{Lines, check_text};
use crate::topics::appointments::rules::MAX_LOCATION_LENGTH;
use crate::topics::occupancies::Session;

/// A change of a session, not validated. `None` leaves a value unchanged.
#[derive(Clone, Debug, Default)]
pub struct SessionChange {
    pub location: Change<String>,
    pub meeting_url: Change<String>,
}

/// Returns the URL of the room of a session, if the server has rooms. It cannot be guessed.
pub fn room_url(app: &App, session: Session) -> Option<String> {
    let template = app.config.meeting_url.as_ref()?;
    let parts = [session.appointment.0, session.starts_at.0, session.ends_at.0].map(i64::to_be_bytes);
    let room = URL_SAFE_NO_PAD.encode(app.keys.derive_secret("meeting rooms", parts.as_flattened()));
    Some(template.replace(ROOM, &room))
}

/// Changes location and meeting URL of a session: of this booking, and of all others with a seat in the session.
///
/// # Errors
/// All problems of the change at once; `NotFound`, `Forbidden` or `WrongState` at `bookingId`.
pub async fn update_booking(
    app: &App,
    viewer: Viewer,
    id: Option<BookingId>,
    change: SessionChange,
) -> Result<Booking> {
    let mut problems = Problems::default();
    let location = change.location.map(|new| {
        new.and_then(|text| problems.check(check_text("location", &text, 1, MAX_LOCATION_LENGTH, Lines::One)))
    });
    let meeting_url =
        change.meeting_url.map(|new| new.and_then(|text| problems.check(check_link("meetingUrl", &text, &[]))));
    problems.finish()?;
    let now = app.clock.now();
    let mut effects = Effects::default();
    let (mut tx, booking) = lock_booking(app, viewer, id).await?;
    check_edit(viewer, &booking, now).map_err(|problem: Problem| Error::Refused(vec![problem]))?;
    let mut changed = Vec::new();
    let mut updated = booking.clone();
    for before in store::upcoming_of_session(&mut tx, &booking, now).await? {
        let mut after = before.clone();
        apply_change(&mut after.location, location.clone());
        apply_change(&mut after.meeting_url, meeting_url.clone());
        if after != before {
            after.sequence += 1;
            after.changed_at = now.after(after.changed_at);
            // The scheduler completes bookings without locking accounts. What is over stays as it was.
            if store::update(&mut tx, &after, after.status).await? == 1 {
                changed.push(BookingNotification::new(after.clone(), BookingChange::Relocated));
            }
        }
        if after.id == booking.id {
            updated = after;
        }
    }
    notifications::notify(app, &mut tx, &mut effects, &changed, Some(viewer.account)).await?;
    app.commit(tx, effects).await?;
    Ok(updated)
}
