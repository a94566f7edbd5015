mentoring-topics = Topics
mentoring-bookings = My bookings
mentoring-teaching = My offers
mentoring-search = What do you want to learn?

topic-new = New topic
topic-edit = Edit topic
topic-title = Title
topic-exists = There is a topic with this title already:
topic-description = Description
topic-image = Cover image
topic-create = Create topic
topic-none = No topics found
topic-empty = No topics yet
topic-emptyText = A topic is something to learn. Create one, then offer hours for it.
topic-noneText = Be the first to create and teach it.
topic-mentors =
    { $count ->
        [one] { $count } mentor
       *[other] { $count } mentors
    }
topic-bookings =
    { $count ->
        [one] { $count } booking
       *[other] { $count } bookings
    }
topic-archived = Archived
topic-archive = Archive
topic-unarchive = Unarchive
topic-archivedInstead = This topic is in use, so it was archived instead.
topic-deleted = Topic deleted.
topic-deleteTitle = Delete this topic?
topic-deleteText = If it’s in use, it’s archived instead.
topic-actions = Topic actions
topic-teach = Teach this topic
topic-offers = Mentors
topic-noOffers = No mentors yet
topic-noOffersText = Know this topic? Offer your time.
topic-by = Created by { $name }

offer-title = { $topic } with { $name }
offer-minutes = { $count } min
offer-seats =
    { $count ->
        [one] { $count } seat
       *[other] { $count } seats
    }
offer-inactive = Paused
offer-choose = Choose a time
offer-zone = Time zone: { $zone }.
offer-mentorZone = The mentor’s time zone: { $zone }.
offer-own = This is your offer. Others can book the times below.
offer-closed = This offer isn’t taking bookings right now.
offer-notice = Cancel or reschedule up to { $time } before the start.
offer-edit = Edit offer
offer-editOne = Edit offer: { $topic }
offer-new = Teach { $topic }
offer-create = Create offer
offer-saved = Offer saved.
offer-delete = Delete offer
offer-deleteTitle = Delete this offer?
offer-deleteText = It can no longer be booked.
offer-cancelUpcoming = Cancel upcoming bookings
offer-deleted = Offer deleted.
offer-none = You don’t teach anything yet
offer-noneText = Choose a topic and set your hours. Others can then book you.
offer-findTopic = Choose a topic
offer-conflicts = These bookings would fall outside the new hours. Reschedule or cancel them first.

form-basics = Session
form-rules = Booking rules
form-description = What you offer
form-location = Location
form-locationHint = A room or another place.
form-sessionMinutes = Session length
form-seats = Seats
form-seatsHint = More than one makes it a group session.
form-timeZone = Your time zone
form-minimumNoticeMinutes = Minimum notice to book
form-cancellationNoticeMinutes = Minimum notice to cancel
form-horizonDays = Days bookable in advance
form-bufferMinutes = Break between sessions
form-maxBookingsPerStudentPerDay = Bookings per student per day
form-isActive = Accept bookings
form-isActiveHint = Pausing keeps existing bookings.

hours-title = Weekly hours
hours-text = When you’re available, in the { $zone } time zone.
hours-none = Unavailable
hours-add = Add hours on { $day }
hours-from = { $day }: from
hours-to = { $day }: to
hours-nextDay = the next day
hours-until = to
hours-remove = Remove { $day } { $from } to { $to }
hours-copy = Copy Monday to all weekdays

exceptions-title = Date overrides
exceptions-text = Hours set for a date replace that day’s weekly hours.
exceptions-add = Add a date
exceptions-date = Date
exceptions-closed = Unavailable all day
exceptions-remove = Remove { $day }

windows-title = One-off hours
windows-text = On a specific date, in addition to the weekly hours.
windows-add = Add hours

slots-alternatives = Available instead
slots-current = Booked now: { $time }
slots-previous = Previous week
slots-next = Next week
slots-week = Available times from { $from } to { $to }
slots-none = No available times this week.
slots-noneAtAll = No available times in the next 30 days.
slots-first = Go to next available time
slots-left =
    { $count ->
        [one] { $count } seat left
       *[other] { $count } seats left
    }

booking-title = Booking
booking-confirm = Book this time
booking-question = What do you want to talk about?
booking-book = Book
booking-booked = Booking confirmed.
booking-reschedule = Reschedule
booking-rescheduleTitle = Choose a new time
booking-rescheduleTo = Reschedule to { $time }
booking-rescheduled = Booking rescheduled.
booking-cancel = Cancel booking
booking-cancelTitle = Cancel this booking?
booking-cancelText = The time becomes available to others immediately.
booking-reason = Reason
booking-cancelled = Booking cancelled.
booking-keep = Keep booking
booking-complete = Mark as completed
booking-noShow = Mark { $name } as a no-show
booking-calendar = Add to calendar
booking-message = Message { $name }
booking-status = Status
booking-role = Role
booking-STUDENT = As student
booking-MENTOR = As mentor
booking-both = All
booking-none = No bookings
booking-noneText = Find a topic and book a session.
booking-location = Location
booking-mentor = Mentor
booking-student = Student
booking-studentQuestion = Question
booking-bookedAt = Booked on
booking-cancelledBy = Cancelled by { $name }
booking-missedBy = { $name } did not attend

status-UPCOMING = Upcoming
status-REQUESTED = Waiting for approval
status-DECLINED = Declined
status-EXPIRED = Expired
status-COMPLETED = Completed
status-CANCELLED = Cancelled
status-NO_SHOW = No-show
