### Calendars in the format iCalendar, and dates.

calendar-name = Studyhall لـ { $name }
calendar-session-with = { $topic } مع { $name }
calendar-seats = { $taken ->
    [zero] { $taken } مقعد من { $seats } محجوز.
    [one] مقعد واحد من { $seats } محجوز.
    [two] مقعدان من { $seats } محجوزان.
    [few] { $taken } مقاعد من { $seats } محجوزة.
    [many] { $taken } مقعدًا من { $seats } محجوزًا.
   *[other] { $taken } مقعد من { $seats } محجوز.
}
calendar-meeting = اجتماع عبر الإنترنت: { $url }
calendar-declined = سبب الرفض: { $reason }
calendar-cancelled = سبب الإلغاء: { $reason }

# A day and a time, like "Monday, 23 November 2026, 10:00".
date-and-time = { $weekday } { $day } { $month } { $year }، { $time }
period = { $from } إلى { $to } ({ $zone })
instant-in-zone = { $at } ({ $zone })
period-in-both-zones = { $here }، أي { $there }
monday = الاثنين
tuesday = الثلاثاء
wednesday = الأربعاء
thursday = الخميس
friday = الجمعة
saturday = السبت
sunday = الأحد
january = يناير
february = فبراير
march = مارس
april = أبريل
may = مايو
june = يونيو
july = يوليو
august = أغسطس
september = سبتمبر
october = أكتوبر
november = نوفمبر
december = ديسمبر
