app-description = The campus in one place: people, posts, conversations, a lobby and mentors.

nav-skip = Skip to content
nav-main = Main
nav-feed = Home
nav-messages = Messages
nav-lobby = Lobby
nav-mentoring = Mentoring
nav-people = People
nav-notifications = Notifications
nav-settings = Settings
nav-unread =
    { $count ->
        [one] { $count } unread message
       *[other] { $count } unread messages
    }
nav-unseen = { $count } new

action-save = Save
action-cancel = Cancel
action-close = Close
action-edit = Edit
action-delete = Delete
action-report = Report
action-retry = Try again
action-reload = Reload page
action-more = Show more
action-copy = Copy
action-continue = Continue
action-backTo = Back to
action-logIn = Log in
action-logOut = Log out
action-signUp = Sign up

state-loading = Loading
state-saved = Saved.
state-copied = Copied.
state-failed = Something went wrong. Try again in a moment.
state-missing = Not found, or you don’t have access.
state-broken = Something went wrong on this page.
state-brokenHint = The rest of Studyhall still works. Reloading usually helps.
state-stale = This couldn’t be updated. You see what was loaded earlier.
state-offline = No connection. Messages and posts are saved and sent when you’re back online.

notFound-title = Page not found
notFound-text = The link may be outdated or mistyped.
notFound-home = Back to home

share-invite = Copy invitation link
share-page = Share
share-copied = Link copied.

text-invisible = (no visible text)

form-left =
    { $count ->
        [one] { $count } character left
       *[other] { $count } characters left
    }
form-tooMany =
    { $count ->
        [one] { $count } character too many
       *[other] { $count } characters too many
    }
form-optional = (optional)

tags-remove = Remove { $name }

theme-label = Theme
theme-system = System
theme-light = Light
theme-dark = Dark
theme-toLight = Switch to light mode
theme-toDark = Switch to dark mode

language-label = Language
language-differs = The language of your account is { $account }. On this device, { $device } was chosen.
language-use = Use { $language }
language-keep = Keep { $language }

image-add = Add images
image-uploading = { $name }, uploading
image-attached = Attached images
image-remove = Remove { $name }
image-by = Image { $count } by { $name }
image-open = Open: { $name }

image-previous = Previous image
image-next = Next image

file-add = Attach files
file-attached = Attached files
file-files = Files
file-uploading = { $name }, uploading
file-later = Uploaded when you send
file-cancel = Cancel uploading { $name }
file-download = Download
file-gone = This file is no longer available.

welcome-title = Your campus, in one place.
welcome-text = Find people in your field, talk to them, and book time with a mentor.
welcome-signUp = Create your account
welcome-lobby = Just looking?
welcome-lobbyText = The lobby is open to everyone. No account or email needed: just pick a name.
welcome-people = People
welcome-peopleText = Search by name, field of study or skill. You decide who can see your details.
welcome-messages = Conversations
welcome-messagesText = Live messages with images. Write offline: your messages are sent when you’re back online.
welcome-mentoring = Mentors
welcome-mentoringText = Book a session in your own time zone, or offer some of your time.
welcome-developers = Building a client? Everything here uses one open API:

graphiql-file = File to upload
graphiql-chosen = File: { $name }
