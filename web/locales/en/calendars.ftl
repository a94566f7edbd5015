busy-title = Your other calendars
busy-text = While an event takes place in one of them, you have no free times here. Only the times of events are read.
busy-none = You haven’t added a calendar.
busy-name = Calendar name
busy-url = Calendar address
busy-urlHint = The secret iCal address of the calendar, which begins with https://. It isn’t shown again.
busy-add = Add calendar
busy-added = Calendar added.
busy-events =
    { $count ->
        [one] { $count } event
       *[other] { $count } events
    }
busy-lastRead = Last read:
busy-neverRead = Not read yet
busy-remove = Remove calendar: { $name }
busy-removed = Calendar removed.
busy-conflict = One of your other calendars has an event at this time.
