### The texts of notifications, in lists, pushes and digests. `$actor` is a name, or `some-member`.

## Who

# At the beginning of a sentence.
some-member = สมาชิกคนหนึ่ง
some-member-within = สมาชิกคนหนึ่ง

## Bookings

news-booking-created = { $actor } จองเวลาปรึกษากับคุณ
news-booking-rescheduled = { $actor } เลื่อนการปรึกษากับคุณ
news-booking-cancelled = { $actor } ยกเลิกการปรึกษากับคุณ
news-booking-completed = { $actor } ปิดการปรึกษากับคุณแล้ว
news-booking-no-show = { $actor } บันทึกว่ามีผู้เข้าร่วมไม่มาตามนัด
news-booking-relocated = { $actor } เปลี่ยนสถานที่ของการปรึกษากับคุณ
news-booking-requested = { $actor } ขอปรึกษากับคุณ
news-booking-approved = { $actor } อนุมัติการปรึกษากับคุณ
news-booking-declined = { $actor } ปฏิเสธคำขอปรึกษาของคุณ
news-booking-expired = คำขอปรึกษาหมดอายุแล้ว
news-calendar-conflict = ปฏิทินของคุณมีกิจกรรมอื่นในเวลาเดียวกับการปรึกษา
news-seat-offered = มีที่นั่งเก็บไว้ให้คุณ โปรดจองก่อนข้อเสนอสิ้นสุด
news-waitlist-ended = ลำดับของคุณในรายชื่อรอสิ้นสุดแล้ว
news-reminder = การปรึกษาของคุณจะเริ่มในอีก { $hours } ชั่วโมง

## Texts

news-comment = { $actor } แสดงความคิดเห็นในโพสต์ของคุณ
news-mention = { $actor } กล่าวถึงคุณ
news-reply = { $actor } ตอบกลับคุณ
# `$others`: how many users besides `$actor` have reacted.
news-reaction-to-comment = { $others ->
    [0] { $actor } แสดงความรู้สึกต่อความคิดเห็นของคุณ
   *[other] { $actor } และผู้ใช้อื่นอีก { $others } คนแสดงความรู้สึกต่อความคิดเห็นของคุณ
}
news-reaction-to-message = { $others ->
    [0] { $actor } แสดงความรู้สึกต่อข้อความของคุณ
   *[other] { $actor } และผู้ใช้อื่นอีก { $others } คนแสดงความรู้สึกต่อข้อความของคุณ
}
news-reaction-to-post = { $others ->
    [0] { $actor } แสดงความรู้สึกต่อโพสต์ของคุณ
   *[other] { $actor } และผู้ใช้อื่นอีก { $others } คนแสดงความรู้สึกต่อโพสต์ของคุณ
}
unread-messages = มีข้อความที่ยังไม่ได้อ่าน { $count } ข้อความในการสนทนา
unread-messages-from = มีข้อความที่ยังไม่ได้อ่าน { $count } ข้อความจาก { $author }
unread-messages-in-group = มีข้อความที่ยังไม่ได้อ่าน { $count } ข้อความในกลุ่ม { $title }

## Groups

news-group-owner-by = { $actor } ให้คุณเป็นเจ้าของกลุ่ม { $title }
news-group-owner-by-untitled = { $actor } ให้คุณเป็นเจ้าของกลุ่ม
news-group-owner = ตอนนี้คุณเป็นเจ้าของกลุ่ม { $title }
news-group-owner-untitled = ตอนนี้คุณเป็นเจ้าของกลุ่ม
news-group-added-by = { $actor } เพิ่มคุณในกลุ่ม { $title }
news-group-added-by-untitled = { $actor } เพิ่มคุณในกลุ่ม
news-group-added = คุณถูกเพิ่มในกลุ่ม { $title }
news-group-added-untitled = คุณถูกเพิ่มในกลุ่ม
news-group-removed-by = { $actor } นำคุณออกจากกลุ่ม { $title }
news-group-removed-by-untitled = { $actor } นำคุณออกจากกลุ่ม
news-group-removed = คุณถูกนำออกจากกลุ่ม { $title }
news-group-removed-untitled = คุณถูกนำออกจากกลุ่ม

## Moderators

news-account-locked = ผู้ดูแลล็อกบัญชีของคุณ
news-text-removed = ผู้ดูแลลบข้อความของคุณ
news-warned = ผู้ดูแลเตือนคุณ
news-report-upheld = ผู้ดูแลดำเนินการตามรายงานของคุณแล้ว
news-report-dismissed = ผู้ดูแลตรวจสอบรายงานของคุณแล้วและไม่ได้ดำเนินการใด ๆ

## The account

news-export-ready = การส่งออกข้อมูลของคุณพร้อมแล้ว
news-export-failed = การส่งออกข้อมูลของคุณล้มเหลว
news-logged-in = มีอุปกรณ์ใหม่เข้าสู่ระบบบัญชีของคุณ
news-password-changed = รหัสผ่านของคุณถูกเปลี่ยนแล้ว
news-email-changed = อีเมลของบัญชีคุณถูกเปลี่ยนแล้ว
news-username-changed = ชื่อผู้ใช้ของคุณถูกเปลี่ยนแล้ว
news-session-revoked = มีอุปกรณ์ถูกออกจากระบบบัญชีของคุณ
news-token-reused = มีอุปกรณ์ถูกออกจากระบบเพราะโทเค็นของอุปกรณ์นั้นถูกใช้สองครั้ง
news-export-requested = มีการขอส่งออกข้อมูลของคุณ
news-identity-changed = มีการเชื่อมโยงหรือยกเลิกการเชื่อมโยงบัญชีที่ผู้ให้บริการยืนยันตัวตน
