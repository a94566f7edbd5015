mentoring-waitlists = Waitlists

waitlist-slot = full, join the waitlist
waitlist-place = full, you’re number { $position } on the waitlist
waitlist-held = held for you
waitlist-dayFull = All times are full
waitlist-join = Join the waitlist
waitlist-text = If a seat becomes free, it’s held for you for up to an hour. You get a notification and an email.
waitlist-noOne = No one waits yet.
waitlist-count =
    { $count ->
        [one] { $count } person waits.
       *[other] { $count } people wait.
    }
waitlist-joined = You’re on the waitlist
waitlist-free = A seat is free again. Book it now.
waitlist-leave = Leave the waitlist
waitlist-leaveOne = Leave the waitlist: { $topic }, { $time }
waitlist-left = You left the waitlist.
waitlist-position = You’re number { $position } on the waitlist.
waitlist-heldUntil = A seat is held for you until { $time }.
waitlist-book = Book now
waitlist-bookOne = Book now: { $topic }, { $time }
waitlist-none = You’re not on a waitlist
waitlist-noneText = If a time is full, choose it to join its waitlist.
