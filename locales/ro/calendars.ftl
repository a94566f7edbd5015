### Calendars in the format iCalendar, and dates.

calendar-name = Studyhall: { $name }
calendar-session-with = { $topic } cu { $name }
calendar-seats = { $taken ->
    [one] { $taken } loc din { $seats } este ocupat.
    [few] { $taken } locuri din { $seats } sunt ocupate.
   *[other] { $taken } de locuri din { $seats } sunt ocupate.
}
calendar-meeting = Întâlnire online: { $url }
calendar-declined = Motivul refuzului: { $reason }
calendar-cancelled = Motivul anulării: { $reason }

# A day and a time, like "Monday, 23 November 2026, 10:00".
date-and-time = { $weekday }, { $day } { $month } { $year }, { $time }
period = { $from } – { $to } ({ $zone })
instant-in-zone = { $at } ({ $zone })
period-in-both-zones = { $here }, adică { $there }
monday = luni
tuesday = marți
wednesday = miercuri
thursday = joi
friday = vineri
saturday = sâmbătă
sunday = duminică
january = ianuarie
february = februarie
march = martie
april = aprilie
may = mai
june = iunie
july = iulie
august = august
september = septembrie
october = octombrie
november = noiembrie
december = decembrie
