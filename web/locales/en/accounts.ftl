account-username = Username
account-usernameHint = 3 to 30 letters, digits, dots, hyphens or underscores.
account-usernameAvailable = This username is available.
account-usernameUnavailable = This username isn’t available.
account-email = Email
account-newEmail = New email
account-password = Password
account-currentPassword = Current password
account-newPassword = New password
account-passwordHint = At least 12 characters. A phrase of several words works well.
account-passwordText = Changing your password ends all your other sessions.
account-changeUsername = Change username
account-changeEmail = Change email
account-changePassword = Change password
account-setPassword = Set password
account-passwordChanged = Password changed. All your other sessions have ended.
account-emailMailed = We sent a confirmation link to { $email }. Your email changes once you confirm it.
account-delete = Delete account
account-deleteText = Your profile, posts, images, sessions and upcoming bookings are deleted immediately. The people you messaged keep your messages, without your name.
account-deleteTitle = Delete your account?
account-deleteForGood = Delete permanently
account-deleted = Your account has been deleted.

logIn-title = Welcome back
logIn-needed = Log in to see this page.
logIn-ended = Your session has ended. It may have been ended on another device, or your password was changed. Log in again: your drafts are kept.
logIn-identifier = Username or email
logIn-forgot = Forgot your password?
logIn-new = New here?
logIn-guest = This page is for members. As a guest, you can use the lobby.

identity-logIn = Log in with { $name }
identity-or = or
identity-title = Sign-in not completed
identity-denied = You declined the sign-in.
identity-unavailable = The sign-in service does not answer. Try again later.
identity-failed = This sign-in was finished or has expired. Start again.
identity-back = Go back
identity-accounts = Linked accounts
identity-accountsText = Accounts at sign-in services with which you can log in here.
identity-link = Link { $name }
identity-linked = The account is linked.
identity-unlink = Unlink
identity-unlinkOne = Unlink { $name }
identity-unlinked = The account is no longer linked.

signUp-title = Join the campus
signUp-action = Create account
signUp-known = Already have an account?
signUp-guest = You keep the messages you wrote in the lobby.
signUp-mailed = Check your email
signUp-mailedText = We sent a link to { $email }. Open it to confirm your address, then log in.

forgot-title = Forgot your password?
forgot-text = We’ll email you a link to choose a new one.
forgot-action = Send link
forgot-sent = Check your email
forgot-sentText = If an account uses this address, we sent it a link. The link is valid for 30 minutes.

reset-title = Choose a new password
reset-action = Set password
reset-done = Password changed
reset-doneText = All your sessions have ended. Log in with your new password.

confirm-title = Confirm your email
confirm-text = Press the button to confirm your email address.
confirm-passwordHint = The password that you chose when you registered.
confirm-action = Confirm email
confirm-done = Email confirmed
confirm-doneText = You’re all set.
confirm-waiting = Please confirm { $email }. We sent you an email with a link.
confirm-resend = Resend email
confirm-sent = We sent another email to { $email }.

undo-title = Undo the email change
undo-text = This restores your previous email address and ends all your sessions. Choose a new password afterwards.
undo-action = Restore previous email
undo-done = Previous email restored
undo-doneText = All your sessions have ended. Choose a new password now.

unsubscribe-title = Turn off these emails
unsubscribe-text = You no longer get emails of the kind that this link came with. Notifications in the app stay.
unsubscribe-action = Turn off
unsubscribe-done = Emails turned off
unsubscribe-doneText = You can turn them on again at any time.

link-again = Request a new link
link-token = Code
link-tokenHint = It’s on its own line in the email.

zone-differs = Times are shown in the { $accountZone } time zone. This device is in { $deviceZone }.
zone-use = Use { $zone }
zone-keep = Keep { $zone }

settings-profile = Profile
settings-contact = Contact
settings-privacy = Privacy
settings-appearance = Appearance
settings-account = Account
settings-sessions = Sessions
settings-blocked = Blocked
settings-calendar = Calendar

sessions-text = Devices where you’re logged in. Ending a session takes effect immediately.
sessions-current = This device
sessions-lastUsed = Last used
sessions-since = logged in
sessions-end = End session
sessions-endOne = End session: { $name }
sessions-endOthers = End all others
sessions-ended =
    { $count ->
        [one] { $count } session ended.
       *[other] { $count } sessions ended.
    }

privacy-messaging = Messaging and presence
privacy-messagePolicy = Who can message you

policy-EVERYONE = All members
policy-BOOKING_PARTNERS = People I have a booking with
policy-NOBODY = No one

privacy-showsPresence = Show when I’m online
privacy-showsPresenceHint = Your presence in the lobby is always visible.
privacy-sendsReadReceipts = Send read receipts
privacy-sendsReadReceiptsHint = Others see how far you’ve read in a conversation.
privacy-details = Who can see your details
privacy-emailVisibility = Email
privacy-addressVisibility = Home address
privacy-studentNumberVisibility = Student number

visibility-ONLY_ME = Only me
visibility-BOOKING_PARTNERS = People I have a booking with
visibility-MEMBERS = All members

privacy-time = Date and time
privacy-timeZone = Time zone
privacy-timeZoneHint = All times are shown in this time zone.

block-do = Block
block-undo = Unblock
block-done = Blocked. You no longer see each other.
block-undone = Unblocked.
block-text = People you’ve blocked. They aren’t notified.
block-none = You haven’t blocked anyone

calendar-title = Your bookings in your calendar
calendar-text = Create a private address and subscribe to it in your calendar app.
calendar-create = Create address
calendar-renew = Create new address
calendar-once = Copy it now, it’s only shown once. Anyone with this address can see your bookings.
calendar-exists = You have an active address. A new one replaces it.
calendar-stop = Turn off
calendar-stopped = The address no longer works.

notice-none = No notifications yet
notice-noneText = Mentions, replies, comments, reactions, bookings and account activity appear here.
notice-noneUnread = Nothing unread
notice-filter = Show
notice-all = All
notice-unread = Unread
notice-markRead = Mark as read: { $text }
notice-markAllRead = Mark all as read
notice-comment = { $name } commented on your post
notice-mention = { $name } mentioned you
notice-reply = { $name } replied to you
notice-reaction = { $name } reacted to what you wrote
notice-reactions =
    { $count ->
        [one] { $name } and { $count } other person reacted to what you wrote
       *[other] { $name } and { $count } other people reacted to what you wrote
    }
notice-group = Changes in { $title }
notice-someGroup = a group
notice-group-MEMBER_ADDED = You were added to { $title }
notice-group-MEMBER_REMOVED = You were removed from { $title }
notice-group-OWNER_CHANGED = You now own { $title }
notice-moderation = The moderators took action
notice-moderation-LOCK = The moderators locked your account
notice-moderation-REMOVE = The moderators removed a text of yours
notice-moderation-WARN = The moderators warned you
notice-reportUpheld = The moderators acted on your report
notice-reportDismissed = The moderators reviewed your report and took no action
notice-DATA_EXPORT_REQUESTED = An export of your data was requested
notice-IDENTITY_CHANGED = An account at a sign-in service was linked or unlinked
notice-settings = Settings
notice-new = New
notice-security = Your account was changed
notice-LOGGED_IN = New login to your account. If it wasn’t you, end that session.
notice-PASSWORD_CHANGED = Your password was changed
notice-EMAIL_CHANGED = Your email address was changed
notice-USERNAME_CHANGED = Your username was changed
notice-SESSION_REVOKED = One of your sessions was ended
notice-TOKEN_REUSED = A session was ended because its token was used twice
notice-booking = Booking changed: { $topic } with { $name }, { $time }
notice-CREATED = New booking: { $topic } with { $name }, { $time }
notice-RESCHEDULED = Rescheduled: { $topic } with { $name }, now { $time }
notice-CANCELLED = Cancelled: { $topic } with { $name }, { $time }
notice-COMPLETED = Completed: { $topic } with { $name }
notice-NO_SHOW = No-show: { $topic } with { $name }, { $time }
notice-REQUESTED = Request: { $topic } with { $name }, { $time }
notice-APPROVED = Approved: { $topic } with { $name }, { $time }
notice-DECLINED = Declined: { $topic } with { $name }, { $time }
notice-EXPIRED = Request expired: { $topic } with { $name }, { $time }
notice-RELOCATED = New place: { $topic } with { $name }, { $time }
notice-REMINDER = Reminder: { $topic } with { $name }, { $time }
