### Calendars in the format iCalendar, and dates.

calendar-name = Studyhall ของ { $name }
calendar-session-with = { $topic } กับ { $name }
calendar-seats = มีผู้จองแล้ว { $taken } จาก { $seats } ที่นั่ง
calendar-meeting = การประชุมออนไลน์: { $url }
calendar-declined = เหตุผลที่ปฏิเสธ: { $reason }
calendar-cancelled = เหตุผลที่ยกเลิก: { $reason }

# A day and a time, like "Monday, 23 November 2026, 10:00".
date-and-time = วัน{ $weekday }ที่ { $day } { $month } ค.ศ. { $year } เวลา { $time } น.
period = { $from } ถึง { $to } ({ $zone })
instant-in-zone = { $at } ({ $zone })
period-in-both-zones = { $here } ซึ่งตรงกับ{ $there }
monday = จันทร์
tuesday = อังคาร
wednesday = พุธ
thursday = พฤหัสบดี
friday = ศุกร์
saturday = เสาร์
sunday = อาทิตย์
january = มกราคม
february = กุมภาพันธ์
march = มีนาคม
april = เมษายน
may = พฤษภาคม
june = มิถุนายน
july = กรกฎาคม
august = สิงหาคม
september = กันยายน
october = ตุลาคม
november = พฤศจิกายน
december = ธันวาคม
