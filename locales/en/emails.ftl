### Emails. A subject has no names.

## Parts

letter-greeting = Hello { $name },
letter-greeting-nameless = Hello,
# A line that ends with a colon: what follows is a link, a code or a value.
letter-label = { $label }:
letter-code = Or enter this code
letter-unsubscribe = Turn off mails like this one
mails-turned-off = You will no longer receive emails of this kind.
letter-if-not-you = If this was you, you do not need to do anything. If it was not you, please request a new password now. That signs out everyone who is using your account.
fact-before = Before
fact-device = Device
fact-held-until = Held until
fact-location = Location
fact-meeting = Online meeting
fact-message = Message of the moderators
fact-question = Question
fact-reason = Reason
former-member = A former member

## Registration and email addresses

confirm-email-subject = Please confirm your email address
confirm-email = Welcome to Studyhall! Please confirm that this email address is yours.
confirm-email-action = Confirm your email address
confirm-email-advice = The link is valid for 24 hours. You can request a new one in your settings. If you did not register, someone probably mistyped their address, and you can ignore this email.
confirm-registration-subject = Please confirm your registration
confirm-registration = Welcome to Studyhall! Please confirm that this email address is yours. You will be asked for the password that you chose. Then you can sign in.
confirm-registration-from = Welcome to Studyhall! Please confirm that this email address is yours. You will be asked for the password that you chose. Then you can sign in. This registration was made with "{ $device }" on { $at } (UTC).
confirm-registration-for-approval = Welcome to Studyhall! Please confirm that this email address is yours. You will be asked for the password that you chose. Then a moderator decides about your registration, and you receive another email.
confirm-registration-for-approval-from = Welcome to Studyhall! Please confirm that this email address is yours. You will be asked for the password that you chose. Then a moderator decides about your registration, and you receive another email. This registration was made with "{ $device }" on { $at } (UTC).
confirm-registration-action = Confirm your registration
confirm-registration-advice = The link is valid for 24 hours. If you did not register, you can ignore this email: no account is created without the link and the password.
already-registered-subject = You already have an account
already-registered = Someone tried to register at Studyhall with this email address. You already have an account with it, so nothing was changed.
already-registered-advice = If this was you, please sign in, or request a new password if you have forgotten yours. If it was not you, you can ignore this email.
confirm-new-email-subject = Please confirm your new email address
confirm-new-email = You asked to use this email address for your account. The change takes effect when you confirm it.
confirm-new-email-action = Confirm your new email address
confirm-new-email-advice = The link is valid for 1 hour. If you did not ask for this, you can ignore this email: the address will not be used.
address-in-use-subject = Your email address is already in use
address-in-use = Someone asked to use this email address for another account. It already belongs to your account, so nothing was changed.
address-in-use-advice = If this was you, please use the account that has this address, or choose a different address for the other account. If it was not you, you can ignore this email.
email-changed-subject = Your email address was changed
email-changed = Your account now uses the email address { $address } instead of this one.
email-changed-action = Undo the change
email-changed-advice = If this was you, you do not need to do anything. If it was not you, please undo the change. The link is valid for 7 days. It restores this address and signs out all devices. Then request a new password.

## Invitations, registrations that need approval, the queues of moderators

invited-subject = You are invited to Studyhall
invited = { $inviter } invites you to register at Studyhall with this email address. The invitation is valid until { $end } (UTC).
invited-action = Register
invited-advice = The link can be used once, and is for this address only. If you do not know this member, or do not want to register, you can ignore this email: no account is created without the link.
registration-waiting-subject = Your registration waits for approval
registration-waiting = Someone tried to register at Studyhall with this email address. Your registration with it waits for the approval of a moderator, so nothing was changed.
registration-waiting-advice = You receive an email when a moderator has decided. If this was not you, you can ignore this email.
registration-approved-subject = Your registration was approved
registration-approved = A moderator approved your registration at Studyhall. You can sign in now.
registration-approved-action = Sign in
registration-approved-advice = Your username is in the greeting above.
registration-declined-subject = Your registration was declined
registration-declined = Your registration at Studyhall was declined. All data of the registration was deleted.
registration-declined-advice = Please contact the operators of this server if you think that this is a mistake.
queues-subject = Reports or registrations wait
queues = These wait for a moderator: { $reports }, { $registrations }.
queues-reports = { $count ->
    [one] { $count } report
   *[other] { $count } reports
}
queues-registrations = { $count ->
    [one] { $count } registration
   *[other] { $count } registrations
}
queues-action = Open the moderation page
queues-advice = You receive this email once a day while something waits.

## The account

reset-password-subject = Choose a new password
reset-password = We received a request for a new password for your account.
reset-password-advice = The link is valid for 30 minutes and can be used once. If you did not request this, you can ignore this email: your password stays the same.
password-changed-subject = Your password was changed
password-changed = The password of your account was changed, and your other devices were signed out.
username-changed-subject = Your username was changed
username-changed = Your username was changed. Your new username is in the greeting above.
token-reused-subject = A device was signed out
token-reused = A sign-in token of one of your devices was used twice. This can mean that someone has copied it, so we signed this device out.
token-reused-advice = Please sign in again. If you do not know how this could happen, please request a new password. That signs out everyone who is using your account.
account-deleted-subject = Your account was deleted
account-deleted = Your account was deleted. Thank you for being part of Studyhall. Of your data:
account-deleted-advice = If this was not you, please contact the operators of this server.
account-locked-subject = Your account was locked
account-locked-mail = The moderators of this server have locked your account. All devices were signed out.
account-locked-until-mail = The moderators of this server have locked your account until { $end } ({ $zone }). All devices were signed out.
account-locked-advice = Please contact the operators of this server if you think that this is a mistake.

## Notices about the account, exports and decisions. The sentences are those of the notifications.

notice-signed-in-subject = New sign-in to your account
notice-identity-changed-subject = Your ways to sign in were changed
notice-export-requested-subject = An export of your data was requested
notice-export-ready-subject = Your data export is ready
notice-export-ready-advice = You can download it in your settings for 7 days.
notice-export-failed-subject = Your data export has failed
notice-export-failed-advice = Please request a new export in your settings.
notice-warned-subject = The moderators warned you
notice-text-removed-subject = A text of yours was removed
notice-report-subject = Your report was reviewed

## What was deleted with an account

receipt-deleted = { $count } deleted
receipt-anonymised = { $count } anonymised
receipt-kept = { $count } kept
receipt-line = { $counts }. { $reason }
data-appointments = Appointments
data-bookings = Bookings
data-comments = Comments
data-files = Files
data-images = Images
data-invitations = Invitations
data-messages = Messages
data-posts = Posts
data-profile = Profile
data-reactions = Reactions
data-reports = Reports
data-sessions = Sessions
data-times-off = Times off
data-topics = Topics
data-waitlist-entries = Waitlists

## Bookings. `$at` is the day, the time and the time zone.

booking-created-subject = A session with you was booked
booking-created = { $other } booked a session with you about "{ $topic }" on { $at }.
booking-booked-subject = You booked a session
booking-booked = You booked a session with { $other } about "{ $topic }" on { $at }.
booking-rescheduled-subject = Your session was moved
booking-rescheduled = { $other } moved your session about "{ $topic }". It is now on { $at }.
booking-requested-subject = A session with you was requested
booking-requested = { $other } asks for a session with you about "{ $topic }" on { $at }.
booking-requesting-subject = You requested a session
booking-requesting = You asked { $other } for a session about "{ $topic }" on { $at }.
booking-approved-subject = Your session was approved
booking-approved = { $other } approved your session about "{ $topic }" on { $at }.
booking-declined-subject = Your request for a session was declined
booking-declined = { $other } declined your request for a session about "{ $topic }" on { $at }.
booking-expired-subject = A request for a session expired
booking-expired = The request for a session with { $other } about "{ $topic }" on { $at } expired.
booking-relocated-subject = Your session takes place somewhere else
booking-relocated = { $other } changed where your session about "{ $topic }" on { $at } takes place. See below.
booking-cancelled-subject = Your session was cancelled
booking-cancelled = { $other } cancelled your session about "{ $topic }" on { $at }.
booking-completed-subject = Your session was completed
booking-completed = { $other } completed your session about "{ $topic }" on { $at }.
booking-no-show-subject = An absence was recorded
booking-no-show = { $other } recorded that you missed your session about "{ $topic }" on { $at }.
booking-other-no-show = { $other } recorded that they missed your session about "{ $topic }" on { $at }.
booking-reminder-subject = Your session starts soon
booking-reminder = Your session with { $other } about "{ $topic }" is on { $at }.
booking-conflict-subject = A session conflicts with your calendar
booking-conflict = Your calendar has an event at the time of your session with { $other } about "{ $topic }" on { $at }.
booking-seat-offered-subject = A seat is held for you
booking-seat-offered = A seat in the session with { $other } about "{ $topic }" on { $at } is held for you.
booking-waitlist-ended-subject = Your place in a waitlist ended
booking-waitlist-ended = Your place in the waitlist for a session with { $other } about "{ $topic }" on { $at } ended.
booking-open = Open the booking
booking-waitlists-open = Open your waitlists
advice-requested = Please approve or decline the request. Otherwise it expires.
advice-requesting = The session takes place if your mentor approves it.
advice-bookable-again = You do not need to do anything. The time can be booked again.
advice-cancel-early = If you cannot make it, please cancel the session as early as possible.
advice-nothing = You do not need to do anything.
advice-no-show = If this is not right, please write to the other participant.
advice-seat-offered = Please book the session soon: the seat is held for an hour at most. Then it goes to the next student.

## Digests

digest-subject = You have unread messages and notifications
digest = You have not read this:
digest-with-more = You have not read this and more:
digest-open = Open your notifications
digest-advice = You can choose in your settings what you are mailed about, and how often.
digest-comment = Comment
digest-group = Group
digest-mention = Mention
digest-messages = Messages
digest-reaction = Reaction
digest-reply = Reply
digest-other = Notification
