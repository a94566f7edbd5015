mentoring-timeOff = Time off

answer-none = No answer

booking-request = Send request
booking-requestThis = Request this time
booking-requestHint = The mentor approves each booking. The time is held for you until then.
booking-requested = Request sent.
booking-declineReason = Reason of the mentor
booking-join = Join online meeting
booking-anyStatus = All
booking-from = From
booking-until = Until
booking-topic = One topic
booking-limits = Filters
booking-allWith = All bookings with { $name }
booking-allOf = All bookings of { $topic }

request-waits = Waiting for the mentor’s approval until { $time }. The time is held for you.
request-decide = This request waits for your approval until { $time }. After that, it expires.
request-expired = The mentor didn’t reply in time. You can choose another time.
request-until = Waits until { $time }
request-count =
    { $count ->
        [one] { $count } request waits for your approval
       *[other] { $count } requests wait for your approval
    }
request-approve = Approve
request-approveOne = Approve: { $topic } with { $name }, { $time }
request-approved = Booking approved.
request-decline = Decline
request-declineOne = Decline: { $topic } with { $name }, { $time }
request-declineTitle = Decline this request?
request-declineText = The time becomes available to others. The student is notified, with your reason if you give one.
request-declined = Request declined.

place-title = Change place
place-text = The change applies to everyone in this session. They are notified.
place-changed = Place changed.

offer-approval = By approval

form-meetingUrl = Online meeting
form-meetingUrlHint = A link that only you and students with a booking see.
form-isApprovalRequired = Approve each booking
form-isApprovalRequiredHint = You have 24 hours to reply. Existing bookings stay.

question-title = Questions to students
question-text = Students answer them when they book. At most 10.
question-number = Question { $number }
question-label = Question
question-kind = Answer
question-TEXT = Text
question-CHOICE = One choice
question-CHOICES = Several choices
question-choices = Choices
question-choicesHint = One on each line, at most 20.
question-required = An answer is required
question-add = Add a question
question-remove = Remove question { $number }
question-up = Move question { $number } up
question-down = Move question { $number } down

slots-view = View
slots-byWeek = Week
slots-byMonth = Month
slots-previousMonth = Previous month
slots-nextMonth = Next month
slots-noneOnDay = No available times
slots-count =
    { $count ->
        [one] { $count } available time
       *[other] { $count } available times
    }
slots-day = Available times on { $day }
slots-weekKeys = Arrow keys move between times, Page Up and Page Down between weeks.
slots-monthKeys = Arrow keys move between days, Page Up and Page Down between months.

timeOff-add = Add time off
timeOff-text = None of your offers can be booked during this time. You can still book as a student. Time zone: { $zone }.
timeOff-wholeDays = Whole days
timeOff-firstDay = First day
timeOff-lastDay = Last day
timeOff-start = Start
timeOff-end = End
timeOff-note = Note
timeOff-noteHint = Only you see it.
timeOff-none = No time off planned
timeOff-noneText = Holidays, exams, a free afternoon: add them here once, for all your offers.
timeOff-added = Time off added.
timeOff-addedAndCancelled =
    { $count ->
        [one] Time off added. { $count } booking was cancelled.
       *[other] Time off added. { $count } bookings were cancelled.
    }
timeOff-remove = Remove time off: { $range }
timeOff-removed = Time off removed.
timeOff-conflicts =
    { $count ->
        [one] { $count } booking or request is within this time. Cancel it, or move it first.
       *[other] { $count } bookings or requests are within this time. Cancel them, or move them first.
    }
timeOff-addAndCancel =
    { $count ->
        [one] Add time off and cancel { $count } booking
       *[other] Add time off and cancel { $count } bookings
    }
timeOff-keep = Keep the bookings

summary-title = Your sessions as a mentor
summary-period = Period
summary-all = All
summary-month = 30 days
summary-year = 12 months
summary-completedCount = completed
summary-studentCount = students
summary-cancelledCount = cancelled
summary-noShowCount = no-shows
summary-next = Next session

mentor-title = Learn with { $name }
mentor-open = Your page
mentor-share = Share your page
mentor-own = This is the page that you can share: your topics and free times. Others choose a time here.
mentor-none = No offers right now
mentor-invitation = Book a session with { $name }
mentor-invitationText = Sign up or log in to see topics and free times, in your own time zone. You come back to this page.
mentor-signUp = Sign up to book
mentor-chosen = Book { $topic }
mentor-chosenText = Sign up or log in to book this time. You come back to it.
mentor-public = Show my mentor page to everyone
mentor-publicHint = People who are not signed in see your name, picture, text, topics and free times.

topic-order = Order
topic-byTime = Newest first
topic-byTitle = A to Z
topic-onlyArchived = Archived
