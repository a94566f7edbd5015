### Calendars in the format iCalendar, and dates.

calendar-name = Studyhall of { $name }
calendar-session-with = { $topic } with { $name }
calendar-seats = { $taken } of { $seats } seats are taken.
calendar-meeting = Online meeting: { $url }
calendar-declined = Reason for the refusal: { $reason }
calendar-cancelled = Reason for the cancellation: { $reason }

# A day and a time, like "Monday, 23 November 2026, 10:00".
date-and-time = { $weekday }, { $day } { $month } { $year }, { $time }
period = { $from } to { $to } ({ $zone })
instant-in-zone = { $at } ({ $zone })
period-in-both-zones = { $here }, that is { $there }
monday = Monday
tuesday = Tuesday
wednesday = Wednesday
thursday = Thursday
friday = Friday
saturday = Saturday
sunday = Sunday
january = January
february = February
march = March
april = April
may = May
june = June
july = July
august = August
september = September
october = October
november = November
december = December
