settings-data = Your data

export-title = A copy of your data
export-text = Your profile, posts, messages, bookings, images and files as one ZIP file. You can request it once a day.
export-request = Request a copy
export-again = Request a new copy
export-againHint = A new copy replaces this one.
export-pending = Your copy is being prepared…
export-pendingHint = You can leave this page: you’ll get a notification when it’s ready.
export-ready = Your copy is ready ({ $size }).
export-expires = It is deleted on { $time }.
export-download = Download
export-failed = The copy couldn’t be prepared. Request it again.
export-retryAt = You can request the next copy from { $time }.
export-delete = Delete your account

receipt-title = Receipt
receipt-text = What happened to your data on { $time }. You also get it by email. Save it now: it isn’t stored.
receipt-kind = Data
receipt-deletedCount = Deleted
receipt-anonymisedCount = Kept without name
receipt-keptCount = Kept
receipt-save = Save receipt

data-APPOINTMENTS = Offers
data-BOOKINGS = Bookings
data-COMMENTS = Comments
data-FILES = Files
data-IMAGES = Images
data-MESSAGES = Messages
data-POSTS = Posts
data-PROFILE = Profile and settings
data-REACTIONS = Reactions
data-REPORTS = Reports
data-SESSIONS = Sessions
data-TOPICS = Topics
