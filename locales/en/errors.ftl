### The messages of `userErrors`. Keep them short: what is wrong, and what to do.

## Texts and lists

must-not-be-empty = This must not be empty.
too-few-characters = Use at least { $min } characters.
too-many-characters = Use at most { $max } characters.
too-many-bytes = Use at most { $size }.
not-a-single-line = Use a single line.
control-character = Remove the control character { $character } at position { $position }.
stacked-marks = Use at most { $max } marks above and below a letter.
too-many-items = Enter at most { $max } of these.
number-out-of-range = Enter a number from { $min } to { $max }.
not-a-multiple-of-five-minutes = Enter a multiple of 5 minutes.
instant-not-in-future = Choose an instant in the future.
url-malformed = The URL must start with https://, have at most 2,000 characters and no user name, like https://campus.example/ana.
url-of-other-site = The URL must lead to { $host }.
url-of-other-sites = The URL must lead to { $host } or { $other }.
locale-not-spoken = This server does not have this language. Choose one of: { $locales }.

## Accounts

email-missing = Enter an email address.
email-invalid = This is not a valid email address.
email-domain-not-allowed = This server does not accept addresses of this domain. Use the address that your campus gave you.
email-of-other-account = Another account has this address.
email-taken = Another account has this email address.
email-taken-at-registration = Another account has this email address. Sign in, or use another one.
email-taken-at-provider = Another account has this email address. Sign in there, and link this one in the settings.
username-letters = Use letters and digits of one script, _ . and -, and begin with a letter or digit.
pseudonym-letters = Use letters and digits of one script, and _.
username-reserved = This name is reserved. Choose another one.
username-taken = Another account has this name, or one that looks like it. Choose another name.
username-taken-since = Another account has taken this name since. Register again with another name.
student-number-taken = Another account has this student number. Check the number, or ask the operator of the server.
password-too-short = Use at least 12 characters. Several words in a row are easy to remember.
password-has-own-name = The password must not contain your username or email address.
password-common = This password is easy to guess. Use several words that have nothing to do with each other.
password-wrong = This password is wrong. Enter your current password.
password-of-registration-missing = Enter the password that you chose when you registered.
password-of-registration-wrong = This is not the password of your registration. Enter the one that you chose when you registered.
password-required = Your login was too long ago. Enter your current password as well, or sign in again.
password-or-session-required = Sign in to the account whose address changes, or enter its password.
passwords-disabled = This server has no passwords. Sign in at an identity provider.
already-a-member = You are already a member. Log out first.
year-out-of-range = Enter a year between { $min } and { $max }.
too-many-skills = Enter at most { $max } skills.
credentials-wrong = The username, email address or password is wrong. Check them and try again.
account-locked-for-a-time = This account is locked for a time. Try again when the lock has ended.
account-locked = This account is locked. Contact the operators of this server.
cookies-require-https = Cookies require https. Use the transport TOKEN.
session-ended = This session has ended. Sign in again.
no-such-session = You have no such session.
link-used-or-expired = This link was already used or has expired. Request a new one.

## Sign-in at identity providers

sign-in-elsewhere = You are signing in elsewhere at this moment. Try again.
code-challenge-invalid = The code challenge must be the SHA-256 of the verifier in base64url.
redirect-url-not-allowed = A sign-in cannot return to this URL.
sign-in-finished-or-expired = This sign-in was finished or has expired. Start again.
identity-of-other-member = Another member has linked this account.
too-many-identities = You can link at most { $max } accounts.
identity-not-linked = You have not linked this account.
last-identity = You could not sign in any more. Set a password or link another account first.
no-such-provider = This server has no such identity provider.

## Roles, locks and reports

lock-end-not-in-future = The lock must end in the future.
lock-end-without-lock = Only a lock has an end. Add the action LOCK, or leave this out.
member-cannot-become-guest = A member cannot become a guest.
own-role = Another admin must change your role.
last-admin = You are the last admin. Make another member an admin first.
cannot-act-on-member = You cannot act on this member.
no-such-member = There is no such member.
not-a-moderator = This member is not a moderator.
report-about-yourself = This report is about you. Another moderator must decide.
report-resolved = This report is resolved already.
no-such-report = There is no such report.
reported-text-deleted = The text was just deleted. Load the report again.
action-repeated = This action is listed twice. Remove one.
no-text-to-remove = There is no text to remove.
guest-cannot-be-locked = A guest can be neither warned nor locked. Remove the guest from the lobby.
author-deleted = The account of the author is deleted.
cannot-report-yourself = You cannot report yourself.
too-many-reports = You have made { $max } reports and cannot make more.
reported-object-missing = This message, post, comment or user does not exist.

## Members, settings and notifications

no-such-user = There is no such user.
user-missing = This user does not exist.
own-account = This is your own account. Choose another user.
too-many-blocks = You already block { $max } users, the maximum. Unblock a user first.
guest-missing = This guest does not exist, or has left.
pseudonym-missing = Choose a pseudonym, or sign in.
quiet-hours-empty = Quiet hours must end at another time than they start.
kind-repeated = Name each kind once.
security-mail-required = Mail about the security of the account cannot be turned off.
unsubscribe-link-invalid = This link is not valid. Change your settings instead.
too-many-notifications = Mark at most { $max } notifications at once.
no-such-notification = You have no such notification.
push-disabled = Push is not available on this server.
push-secret-invalid = The secret must have 16 bytes in base64url.
push-endpoint-invalid = The endpoint must be an https URL with a public host.
push-key-invalid = The key must be an uncompressed P-256 point in base64url.
export-too-soon = You have requested an export within the last 24 hours. Download that one, or wait.

## Images and files

image-file-too-large = The file is larger than { $size }. Make the image smaller.
image-too-large = The image is larger than 50 megapixels, 32,768 pixels a side or 100 frames. Make it smaller.
image-heic = Photos in HEIC cannot be read. Set the camera to the most compatible format, or export the photo as JPEG.
image-avif = Images in AVIF cannot be read. Export the image as JPEG or PNG.
image-invalid = The file is not a valid JPEG, PNG, WebP or GIF image. Choose another file.
image-repeated = This image is listed twice. Remove one.
image-in-use = This image is in use. Remove it from your profile, or delete what shows it, and try again.
no-such-image = You have no image with this id. Upload it again.
too-many-images = Attach at most { $max } images.
quota-exceeded = Your storage quota is used up. Delete images that you no longer need, or posts and messages with images or files.
file-too-large = The file is larger than { $size }. Share a smaller one.
file-type-unsupported = Only PDF, text in UTF-8, documents of Office and OpenDocument, and ZIP archives can be shared. Choose another file.
file-is-image = This is an image. Attach it as an image instead.
file-empty = The file is empty. Choose another file.
file-damaged = The archive or document is damaged. Save or export it again.
file-encrypted = The archive is encrypted. Share it without a password.
file-has-macros = The document has macros. Save it without macros.
file-has-too-many-entries = The archive has more than 10,000 entries. Share a smaller one.
file-repeated = This file is listed twice. Remove one.
no-such-file = You have no file with this id. Upload it again.
too-many-files = Attach at most { $max } files.

## Posts, comments and reactions

post-missing = This post does not exist, or was deleted.
post-of-other = You can only change your own posts.
post-key-reused = This key was used for another post. Use a new key.
post-key-deleted = The post with this key was deleted. Use a new key.
comment-missing = This comment does not exist, or was deleted.
comment-missing-below-post = This comment does not exist below the post, or was deleted.
comment-of-other = You can only change your own comments.
comment-key-reused = This key was used for another comment. Use a new key.
comment-key-deleted = The comment with this key was deleted. Use a new key.
too-many-comments = This post has as many comments as a post can have.
not-one-emoji = Choose one emoji.
too-many-reactions = This has { $max } different reactions, the maximum. Choose one of them.
reaction-subject-missing = This does not exist, or was deleted.
message-deleted = This message was deleted.

## Conversations

conversation-missing = This conversation does not exist, or you are not a member of it.
conversation-or-user = Give either conversationId or userId, not both.
conversation-without-others = Choose at least one other user.
conversation-too-large = A conversation can have { $max } members, including you. Choose fewer users.
conversation-of-two = You cannot leave a conversation of two users, only groups.
conversation-without-owner = This conversation has no owner, and its members do not change. Create a group instead.
recipient-unavailable = You cannot write to this user.
message-to-yourself = You cannot send a message to yourself.
message-missing = This message does not exist, or was deleted.
message-missing-in-conversation = This message does not exist in this conversation.
message-of-other = You can only change your own messages.
message-key-reused = This key was used for another message. Use a new key.
message-key-deleted = The message with this key was deleted. Use a new key.
message-too-old = A message can be edited for 24 hours. You can delete it or send a new one.
replied-message-missing = The message to reply to does not exist in this conversation.
group-too-large = A group can have { $max } members. Remove a member first.
group-of-other-owner = Only the owner of the group can do this.
group-key-reused = This key was used for another group. Use a new key.
group-key-deleted = The group with this key was deleted, or you are no longer a member of it. Use a new key.
cannot-remove-yourself = You cannot remove yourself. Leave the group instead.

## Topics and appointments

no-such-topic = There is no such topic.
topic-of-other = Only the creator of a topic and moderators can change it.
topic-archived = This topic is archived. Choose another one.
topic-in-use = A mentor has just created an appointment for this topic. Try again to archive it.
topic-key-reused = This key was used for another topic. Use a new key.
topic-key-deleted = The topic with this key was deleted. Use a new key.
no-such-appointment = There is no such appointment.
appointment-of-other = This is the appointment of another mentor. You can only change your own.
appointment-of-own = This is your own appointment. Book one of another mentor.
appointment-for-topic-exists = You already have an appointment for this topic. Change it instead.
appointment-key-reused = This key was used for another appointment. Use a new key.
appointment-key-deleted = The appointment with this key was deleted. Use a new key.
too-many-appointments = You have the maximum number of appointments. Delete one first.
exception-repeated = There is already an exception for this day. Choose another day.
window-empty = The window must end after it starts.
window-over = This window has already ended. Choose a later one.
window-overlaps = This window overlaps an earlier one in the list. Merge the two.
hours-empty = The hours must not end when they start. For a whole day enter 00:00 and 24:00.
hours-overlap = These hours overlap earlier ones in the list. Merge the two.
too-many-questions = Ask at most { $max } questions.
question-repeated = There is already a question with this text.
question-without-choices = A question for a text has no choices.
choices-missing = Enter at least one choice.
too-many-choices = Enter at most { $max } choices.
choice-repeated = This choice is there already.
too-many-answers = Give at most { $max } answers.
question-unknown = The mentor does not ask this question any more. Load the questions again.
answer-repeated = Answer each question once.
answer-missing = Please answer the question "{ $question }".
question-unanswered = This question must be answered.
several-answers = Give one answer only.
choice-unknown = "{ $choice }" is none of the choices. Load the questions again.
chosen-twice = Choose each of the choices once.

## Bookings

no-such-booking = There is no such booking.
booking-key-reused = This key was used for another booking. Choose a new one.
booking-wrong-state = The booking is not in a state that allows this: it is cancelled or over, or has not started yet.
booking-status-changed = The status of this booking has just changed. Reload it.
booking-not-reschedulable = This booking can no longer be rescheduled. Cancel it and book another slot.
booking-over = This booking is over and can no longer be rescheduled.
booking-is-request = This is a request. Approve or decline it.
booking-no-request = This is no request any more: it was approved, declined or cancelled, or has expired.
booking-too-late = It is too late to change this booking. Write to your mentor instead.
booking-limit = You cannot book more of this appointment on that day.
booking-overlap = You have another booking at this time. Choose another slot.
slot-unavailable = No slot starts at this time. Choose one of the listed slots.
slot-taken = This slot is no longer available. Choose another one.
user-not-in-booking = This user has no part in the booking. Choose its mentor or its student.
only-mentor-completes = Only the mentor can complete a booking before its end. It completes automatically when it ends.
only-mentor-relocates = Only the mentor can change where a session takes place.
only-mentor-approves = Only the mentor can approve or decline a request.
bookings-would-move = Upcoming bookings would lose their time or seat. Move or cancel them first.
bookings-upcoming = There are upcoming bookings. Cancel them first, or delete with `cancelUpcoming`.
time-off-empty = The time off must end after it starts.
time-off-too-long = The time off must end at most 366 days after it starts.
time-off-over = The time off must end in the future.
time-off-has-bookings = There are bookings at that time. Cancel them first, or create the time off with `cancelUpcoming`.
time-off-key-reused = This key was used for another time off. Use a new key.
time-off-key-deleted = The time off with this key was deleted. Use a new key.
too-many-times-off = You have the maximum number of times off. Delete one first.
no-such-time-off = You have no such time off.

## Invitations and registrations that need approval

invitations-not-permitted = Your role cannot create invitations on this server.
invitation-expires-late = The invitation must expire within 90 days.
invitation-expired-already = The invitation must expire in the future.
too-many-invitations = You have the maximum number of invitations. Revoke one first, or wait until one expires.
invitation-admits-one = An invitation for one address admits one account.
key-of-other-invitation = This key was used for another invitation. Use a new key.
no-such-invitation = There is no such invitation.
invitation-required = This server requires an invitation. Open the link of your invitation to register.
invitation-unusable = This invitation is used up, expired or revoked, or is for another email address. Ask for a new one.
registration-name-taken = Another account has this name or address by now. Decline the registration.
no-such-registration = There is no such registration: it was decided already, or has expired.
registration-waits = Your registration waits for the approval of a moderator. You receive an email then.

## Waitlists and calendars of mentors

waitlist-of-own-appointment = This is your own appointment. Choose one of another mentor.
seat-is-free = A seat is free at this time. Book it.
too-many-waitlists = You are in as many waitlists as you can be. Leave one first.
not-in-waitlist = You are not in this waitlist.
no-such-calendar = You have no such calendar.
too-many-calendars = You have the maximum number of calendars. Remove one first.
calendar-unreachable = The calendar did not respond in time.
calendar-not-public = The calendar is not at a public address.
calendar-refused = The calendar does not exist, or may not be read.
calendar-too-large = The calendar is larger than 5 MiB.
calendar-malformed = The address has no iCalendar data.
calendar-too-complex = The calendar has too many recurrences.
