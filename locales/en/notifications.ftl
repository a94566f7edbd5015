### The texts of notifications, in lists, pushes and digests. `$actor` is a name, or `some-member`.

## Who

# At the beginning of a sentence.
some-member = A member
some-member-within = a member

## Bookings

news-booking-created = { $actor } booked a session with you.
news-booking-rescheduled = { $actor } moved your session.
news-booking-cancelled = { $actor } cancelled your session.
news-booking-completed = { $actor } completed your session.
news-booking-no-show = { $actor } recorded that a participant missed your session.
news-booking-relocated = { $actor } changed where your session takes place.
news-booking-requested = { $actor } asks for a session with you.
news-booking-approved = { $actor } approved your session.
news-booking-declined = { $actor } declined your request for a session.
news-booking-expired = A request for a session expired.
news-calendar-conflict = Your calendar has another event at the time of a session.
news-seat-offered = A seat is held for you. Book it before the offer ends.
news-waitlist-ended = Your place in a waitlist ended.
news-reminder = { $hours ->
    [one] Your session starts in 1 hour.
   *[other] Your session starts in { $hours } hours.
}

## Texts

news-comment = { $actor } commented on your post.
news-mention = { $actor } mentioned you.
news-reply = { $actor } replied to you.
# `$others`: how many users besides `$actor` have reacted.
news-reaction-to-comment = { $others ->
    [0] { $actor } reacted to your comment.
    [one] { $actor } and another user reacted to your comment.
   *[other] { $actor } and { $others } other users reacted to your comment.
}
news-reaction-to-message = { $others ->
    [0] { $actor } reacted to your message.
    [one] { $actor } and another user reacted to your message.
   *[other] { $actor } and { $others } other users reacted to your message.
}
news-reaction-to-post = { $others ->
    [0] { $actor } reacted to your post.
    [one] { $actor } and another user reacted to your post.
   *[other] { $actor } and { $others } other users reacted to your post.
}
unread-messages = { $count ->
    [one] { $count } unread message in a conversation.
   *[other] { $count } unread messages in a conversation.
}
unread-messages-from = { $count ->
    [one] { $count } unread message from { $author }.
   *[other] { $count } unread messages from { $author }.
}
unread-messages-in-group = { $count ->
    [one] { $count } unread message in the group { $title }.
   *[other] { $count } unread messages in the group { $title }.
}

## Groups

news-group-owner-by = { $actor } made you the owner of the group { $title }.
news-group-owner-by-untitled = { $actor } made you the owner of a group.
news-group-owner = You are the owner of the group { $title } now.
news-group-owner-untitled = You are the owner of a group now.
news-group-added-by = { $actor } added you to the group { $title }.
news-group-added-by-untitled = { $actor } added you to a group.
news-group-added = You were added to the group { $title }.
news-group-added-untitled = You were added to a group.
news-group-removed-by = { $actor } removed you from the group { $title }.
news-group-removed-by-untitled = { $actor } removed you from a group.
news-group-removed = You were removed from the group { $title }.
news-group-removed-untitled = You were removed from a group.

## Moderators

news-account-locked = The moderators locked your account.
news-text-removed = The moderators removed a text of yours.
news-warned = The moderators warned you.
news-report-upheld = The moderators acted on a report of yours.
news-report-dismissed = The moderators reviewed a report of yours and took no action.

## The account

news-export-ready = The export of your data is ready.
news-export-failed = The export of your data has failed.
news-logged-in = A new device signed in to your account.
news-password-changed = Your password was changed.
news-email-changed = The email address of your account was changed.
news-username-changed = Your username was changed.
news-session-revoked = A device was signed out of your account.
news-token-reused = A device was signed out because its token was used twice.
news-export-requested = An export of your data was requested.
news-identity-changed = An account at an identity provider was linked or unlinked.
