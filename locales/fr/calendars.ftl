### Calendars in the format iCalendar, and dates.

calendar-name = Studyhall de { $name }
calendar-session-with = { $topic } avec { $name }
calendar-seats = { $taken ->
    [one] { $taken } place sur { $seats } est prise.
   *[other] { $taken } places sur { $seats } sont prises.
}
calendar-meeting = Réunion en ligne : { $url }
calendar-declined = Motif du refus : { $reason }
calendar-cancelled = Motif de l’annulation : { $reason }

# A day and a time, like "Monday, 23 November 2026, 10:00".
date-and-time = { $weekday } { $day ->
    [one] 1er
   *[other] { $day }
} { $month } { $year } à { $time }
period = { $from } – { $to } ({ $zone })
instant-in-zone = { $at } ({ $zone })
period-in-both-zones = { $here }, c’est-à-dire { $there }
monday = lundi
tuesday = mardi
wednesday = mercredi
thursday = jeudi
friday = vendredi
saturday = samedi
sunday = dimanche
january = janvier
february = février
march = mars
april = avril
may = mai
june = juin
july = juillet
august = août
september = septembre
october = octobre
november = novembre
december = décembre
