### Emails. A subject has no names.

## Parts

letter-greeting = สวัสดี { $name }
letter-greeting-nameless = สวัสดี
# A line that ends with a colon: what follows is a link, a code or a value.
letter-label = { $label }:
letter-code = หรือใส่รหัสนี้
letter-unsubscribe = ปิดอีเมลประเภทนี้
mails-turned-off = คุณจะไม่ได้รับอีเมลประเภทนี้อีก
letter-if-not-you = หากเป็นคุณเอง คุณไม่ต้องทำอะไร หากไม่ใช่ โปรดขอรหัสผ่านใหม่ทันที ซึ่งจะทำให้ทุกคนที่ใช้บัญชีของคุณออกจากระบบ
fact-before = ก่อนหน้านี้
fact-device = อุปกรณ์
fact-held-until = เก็บไว้ให้ถึง
fact-location = สถานที่
fact-meeting = การประชุมออนไลน์
fact-message = ข้อความจากผู้ดูแล
fact-question = คำถาม
fact-reason = เหตุผล
former-member = อดีตสมาชิก

## Registration and email addresses

confirm-email-subject = โปรดยืนยันอีเมลของคุณ
confirm-email = ยินดีต้อนรับสู่ Studyhall โปรดยืนยันว่าอีเมลนี้เป็นของคุณ
confirm-email-action = ยืนยันอีเมลของคุณ
confirm-email-advice = ลิงก์ใช้ได้ 24 ชั่วโมง คุณขอลิงก์ใหม่ได้ในการตั้งค่า หากคุณไม่ได้สมัครสมาชิก อาจมีคนพิมพ์อีเมลผิด และคุณเพิกเฉยต่ออีเมลนี้ได้
confirm-registration-subject = โปรดยืนยันการสมัครของคุณ
confirm-registration = ยินดีต้อนรับสู่ Studyhall โปรดยืนยันว่าอีเมลนี้เป็นของคุณ ระบบจะขอรหัสผ่านที่คุณเลือกไว้ จากนั้นคุณจะเข้าสู่ระบบได้
confirm-registration-from = ยินดีต้อนรับสู่ Studyhall โปรดยืนยันว่าอีเมลนี้เป็นของคุณ ระบบจะขอรหัสผ่านที่คุณเลือกไว้ จากนั้นคุณจะเข้าสู่ระบบได้ การสมัครนี้ทำด้วย "{ $device }" เมื่อ{ $at } (UTC)
confirm-registration-for-approval = ยินดีต้อนรับสู่ Studyhall โปรดยืนยันว่าอีเมลนี้เป็นของคุณ ระบบจะขอรหัสผ่านที่คุณเลือกไว้ จากนั้นผู้ดูแลจะตัดสินการสมัครของคุณ และคุณจะได้รับอีเมลอีกฉบับ
confirm-registration-for-approval-from = ยินดีต้อนรับสู่ Studyhall โปรดยืนยันว่าอีเมลนี้เป็นของคุณ ระบบจะขอรหัสผ่านที่คุณเลือกไว้ จากนั้นผู้ดูแลจะตัดสินการสมัครของคุณ และคุณจะได้รับอีเมลอีกฉบับ การสมัครนี้ทำด้วย "{ $device }" เมื่อ{ $at } (UTC)
confirm-registration-action = ยืนยันการสมัครของคุณ
confirm-registration-advice = ลิงก์ใช้ได้ 24 ชั่วโมง หากคุณไม่ได้สมัครสมาชิก คุณเพิกเฉยต่ออีเมลนี้ได้ เพราะจะไม่มีการสร้างบัญชีหากไม่มีลิงก์และรหัสผ่าน
already-registered-subject = คุณมีบัญชีอยู่แล้ว
already-registered = มีคนพยายามสมัครสมาชิกที่ Studyhall ด้วยอีเมลนี้ คุณมีบัญชีที่ใช้อีเมลนี้อยู่แล้ว จึงไม่มีอะไรเปลี่ยนแปลง
already-registered-advice = หากเป็นคุณเอง โปรดเข้าสู่ระบบ หรือขอรหัสผ่านใหม่หากคุณลืมรหัสผ่าน หากไม่ใช่ คุณเพิกเฉยต่ออีเมลนี้ได้
confirm-new-email-subject = โปรดยืนยันอีเมลใหม่ของคุณ
confirm-new-email = คุณขอใช้อีเมลนี้กับบัญชีของคุณ การเปลี่ยนแปลงจะมีผลเมื่อคุณยืนยัน
confirm-new-email-action = ยืนยันอีเมลใหม่ของคุณ
confirm-new-email-advice = ลิงก์ใช้ได้ 1 ชั่วโมง หากคุณไม่ได้ขอ คุณเพิกเฉยต่ออีเมลนี้ได้ เพราะอีเมลนี้จะไม่ถูกนำไปใช้
address-in-use-subject = อีเมลของคุณถูกใช้อยู่แล้ว
address-in-use = มีคนขอใช้อีเมลนี้กับบัญชีอื่น อีเมลนี้เป็นของบัญชีคุณอยู่แล้ว จึงไม่มีอะไรเปลี่ยนแปลง
address-in-use-advice = หากเป็นคุณเอง โปรดใช้บัญชีที่มีอีเมลนี้ หรือเลือกอีเมลอื่นสำหรับอีกบัญชี หากไม่ใช่ คุณเพิกเฉยต่ออีเมลนี้ได้
email-changed-subject = อีเมลของคุณถูกเปลี่ยนแล้ว
email-changed = ตอนนี้บัญชีของคุณใช้อีเมล { $address } แทนอีเมลนี้
email-changed-action = ยกเลิกการเปลี่ยนแปลง
email-changed-advice = หากเป็นคุณเอง คุณไม่ต้องทำอะไร หากไม่ใช่ โปรดยกเลิกการเปลี่ยนแปลง ลิงก์ใช้ได้ 7 วัน ลิงก์จะคืนค่าอีเมลนี้และทำให้ทุกอุปกรณ์ออกจากระบบ จากนั้นโปรดขอรหัสผ่านใหม่

## Invitations, registrations that need approval, the queues of moderators

invited-subject = คุณได้รับเชิญให้เข้าร่วม Studyhall
invited = { $inviter } เชิญคุณสมัครสมาชิกที่ Studyhall ด้วยอีเมลนี้ คำเชิญใช้ได้จนถึง{ $end } (UTC)
invited-action = สมัครสมาชิก
invited-advice = ลิงก์ใช้ได้ครั้งเดียวและใช้ได้กับอีเมลนี้เท่านั้น หากคุณไม่รู้จักสมาชิกคนนี้ หรือไม่ต้องการสมัคร คุณเพิกเฉยต่ออีเมลนี้ได้ เพราะจะไม่มีการสร้างบัญชีหากไม่มีลิงก์
registration-waiting-subject = การสมัครของคุณรอการอนุมัติ
registration-waiting = มีคนพยายามสมัครสมาชิกที่ Studyhall ด้วยอีเมลนี้ การสมัครของคุณด้วยอีเมลนี้รอการอนุมัติจากผู้ดูแลอยู่ จึงไม่มีอะไรเปลี่ยนแปลง
registration-waiting-advice = คุณจะได้รับอีเมลเมื่อผู้ดูแลตัดสินแล้ว หากไม่ใช่คุณ คุณเพิกเฉยต่ออีเมลนี้ได้
registration-approved-subject = การสมัครของคุณได้รับการอนุมัติ
registration-approved = ผู้ดูแลอนุมัติการสมัครของคุณที่ Studyhall แล้ว ตอนนี้คุณเข้าสู่ระบบได้
registration-approved-action = เข้าสู่ระบบ
registration-approved-advice = ชื่อผู้ใช้ของคุณอยู่ในคำทักทายด้านบน
registration-declined-subject = การสมัครของคุณถูกปฏิเสธ
registration-declined = การสมัครของคุณที่ Studyhall ถูกปฏิเสธ ข้อมูลทั้งหมดของการสมัครถูกลบแล้ว
registration-declined-advice = หากคุณคิดว่าเป็นความผิดพลาด โปรดติดต่อผู้ดูแลเซิร์ฟเวอร์นี้
queues-subject = มีรายงานหรือการสมัครรออยู่
queues = รายการที่รอผู้ดูแล: { $reports } และ{ $registrations }
queues-reports = รายงาน { $count } รายการ
queues-registrations = การสมัคร { $count } รายการ
queues-action = เปิดหน้าการดูแล
queues-advice = คุณจะได้รับอีเมลนี้วันละครั้งตราบใดที่ยังมีรายการรออยู่

## The account

reset-password-subject = เลือกรหัสผ่านใหม่
reset-password = เราได้รับคำขอรหัสผ่านใหม่สำหรับบัญชีของคุณ
reset-password-advice = ลิงก์ใช้ได้ 30 นาทีและใช้ได้ครั้งเดียว หากคุณไม่ได้ขอ คุณเพิกเฉยต่ออีเมลนี้ได้ รหัสผ่านของคุณจะยังเหมือนเดิม
password-changed-subject = รหัสผ่านของคุณถูกเปลี่ยนแล้ว
password-changed = รหัสผ่านของบัญชีคุณถูกเปลี่ยนแล้ว และอุปกรณ์อื่นของคุณถูกออกจากระบบ
username-changed-subject = ชื่อผู้ใช้ของคุณถูกเปลี่ยนแล้ว
username-changed = ชื่อผู้ใช้ของคุณถูกเปลี่ยนแล้ว ชื่อใหม่อยู่ในคำทักทายด้านบน
token-reused-subject = มีอุปกรณ์ถูกออกจากระบบ
token-reused = โทเค็นเข้าสู่ระบบของอุปกรณ์หนึ่งของคุณถูกใช้สองครั้ง อาจมีคนคัดลอกไป เราจึงให้อุปกรณ์นั้นออกจากระบบ
token-reused-advice = โปรดเข้าสู่ระบบใหม่ หากคุณไม่ทราบว่าเกิดขึ้นได้อย่างไร โปรดขอรหัสผ่านใหม่ ซึ่งจะทำให้ทุกคนที่ใช้บัญชีของคุณออกจากระบบ
account-deleted-subject = บัญชีของคุณถูกลบแล้ว
account-deleted = บัญชีของคุณถูกลบแล้ว ขอบคุณที่เป็นส่วนหนึ่งของ Studyhall สิ่งที่เกิดขึ้นกับข้อมูลของคุณ:
account-deleted-advice = หากไม่ใช่คุณ โปรดติดต่อผู้ดูแลเซิร์ฟเวอร์นี้
account-locked-subject = บัญชีของคุณถูกล็อก
account-locked-mail = ผู้ดูแลล็อกบัญชีของคุณ ทุกอุปกรณ์ถูกออกจากระบบแล้ว
account-locked-until-mail = ผู้ดูแลล็อกบัญชีของคุณจนถึง{ $end } ({ $zone }) ทุกอุปกรณ์ถูกออกจากระบบแล้ว
account-locked-advice = หากคุณคิดว่าเป็นความผิดพลาด โปรดติดต่อผู้ดูแลเซิร์ฟเวอร์นี้

## Notices about the account, exports and decisions. The sentences are those of the notifications.

notice-signed-in-subject = มีการเข้าสู่ระบบบัญชีของคุณครั้งใหม่
notice-identity-changed-subject = วิธีเข้าสู่ระบบของคุณถูกเปลี่ยนแล้ว
notice-export-requested-subject = มีการขอส่งออกข้อมูลของคุณ
notice-export-ready-subject = ข้อมูลส่งออกของคุณพร้อมแล้ว
notice-export-ready-advice = คุณดาวน์โหลดได้ในการตั้งค่าเป็นเวลา 7 วัน
notice-export-failed-subject = การส่งออกข้อมูลของคุณล้มเหลว
notice-export-failed-advice = โปรดขอส่งออกข้อมูลใหม่ในการตั้งค่า
notice-warned-subject = ผู้ดูแลเตือนคุณ
notice-text-removed-subject = ข้อความของคุณถูกลบ
notice-report-subject = รายงานของคุณได้รับการตรวจสอบแล้ว

## What was deleted with an account

receipt-deleted = ลบ { $count } รายการ
receipt-anonymised = เก็บไว้โดยไม่มีชื่อ { $count } รายการ
receipt-kept = เก็บไว้ { $count } รายการ
receipt-line = { $counts } { $reason }
data-appointments = การนัดหมาย
data-bookings = การจอง
data-comments = ความคิดเห็น
data-files = ไฟล์
data-images = รูปภาพ
data-invitations = คำเชิญ
data-messages = ข้อความ
data-posts = โพสต์
data-profile = โปรไฟล์
data-reactions = การแสดงความรู้สึก
data-reports = รายงาน
data-sessions = เซสชัน
data-times-off = ช่วงหยุด
data-topics = หัวข้อ
data-waitlist-entries = รายชื่อรอ

## Bookings. `$at` is the day, the time and the time zone.

booking-created-subject = มีการจองเวลาปรึกษากับคุณ
booking-created = { $other } จองเวลาปรึกษากับคุณเรื่อง "{ $topic }" ใน{ $at }
booking-booked-subject = คุณจองเวลาปรึกษาแล้ว
booking-booked = คุณจองเวลาปรึกษากับ { $other } เรื่อง "{ $topic }" ใน{ $at }
booking-rescheduled-subject = การปรึกษาของคุณถูกเลื่อน
booking-rescheduled = { $other } เลื่อนการปรึกษาเรื่อง "{ $topic }" ตอนนี้เป็น{ $at }
booking-requested-subject = มีคำขอปรึกษากับคุณ
booking-requested = { $other } ขอปรึกษากับคุณเรื่อง "{ $topic }" ใน{ $at }
booking-requesting-subject = คุณส่งคำขอปรึกษาแล้ว
booking-requesting = คุณขอปรึกษากับ { $other } เรื่อง "{ $topic }" ใน{ $at }
booking-approved-subject = การปรึกษาของคุณได้รับการอนุมัติ
booking-approved = { $other } อนุมัติการปรึกษาเรื่อง "{ $topic }" ใน{ $at }
booking-declined-subject = คำขอปรึกษาของคุณถูกปฏิเสธ
booking-declined = { $other } ปฏิเสธคำขอปรึกษาของคุณเรื่อง "{ $topic }" ใน{ $at }
booking-expired-subject = คำขอปรึกษาหมดอายุแล้ว
booking-expired = คำขอปรึกษากับ { $other } เรื่อง "{ $topic }" ใน{ $at } หมดอายุแล้ว
booking-relocated-subject = การปรึกษาของคุณเปลี่ยนสถานที่
booking-relocated = { $other } เปลี่ยนสถานที่ของการปรึกษาเรื่อง "{ $topic }" ใน{ $at } ดูรายละเอียดด้านล่าง
booking-cancelled-subject = การปรึกษาของคุณถูกยกเลิก
booking-cancelled = { $other } ยกเลิกการปรึกษาเรื่อง "{ $topic }" ใน{ $at }
booking-completed-subject = การปรึกษาของคุณเสร็จสิ้นแล้ว
booking-completed = { $other } ปิดการปรึกษากับคุณเรื่อง "{ $topic }" ใน{ $at }
booking-no-show-subject = มีการบันทึกการขาดนัด
booking-no-show = { $other } บันทึกว่าคุณไม่ได้มาปรึกษาเรื่อง "{ $topic }" ใน{ $at }
booking-other-no-show = { $other } บันทึกว่าตนเองไม่ได้มาปรึกษากับคุณเรื่อง "{ $topic }" ใน{ $at }
booking-reminder-subject = การปรึกษาของคุณใกล้จะเริ่มแล้ว
booking-reminder = การปรึกษาของคุณกับ { $other } เรื่อง "{ $topic }" คือ{ $at }
booking-conflict-subject = การปรึกษาของคุณชนกับปฏิทินของคุณ
booking-conflict = ปฏิทินของคุณมีกิจกรรมในเวลาเดียวกับการปรึกษาของคุณกับ { $other } เรื่อง "{ $topic }" ใน{ $at }
booking-seat-offered-subject = มีที่นั่งเก็บไว้ให้คุณ
booking-seat-offered = มีที่นั่งเก็บไว้ให้คุณในการปรึกษากับ { $other } เรื่อง "{ $topic }" ใน{ $at }
booking-waitlist-ended-subject = ลำดับของคุณในรายชื่อรอสิ้นสุดแล้ว
booking-waitlist-ended = ลำดับของคุณในรายชื่อรอสำหรับการปรึกษากับ { $other } เรื่อง "{ $topic }" ใน{ $at } สิ้นสุดแล้ว
booking-open = เปิดการจอง
booking-waitlists-open = เปิดรายชื่อรอของคุณ
advice-requested = โปรดอนุมัติหรือปฏิเสธคำขอ มิฉะนั้นคำขอจะหมดอายุ
advice-requesting = การปรึกษาจะเกิดขึ้นหากที่ปรึกษาของคุณอนุมัติ
advice-bookable-again = คุณไม่ต้องทำอะไร ช่วงเวลานี้จองได้อีกครั้ง
advice-cancel-early = หากคุณมาไม่ได้ โปรดยกเลิกการปรึกษาโดยเร็วที่สุด
advice-nothing = คุณไม่ต้องทำอะไร
advice-no-show = หากไม่ถูกต้อง โปรดเขียนถึงผู้เข้าร่วมอีกฝ่าย
advice-seat-offered = โปรดจองเวลาปรึกษาโดยเร็ว เพราะที่นั่งจะเก็บไว้ให้ไม่เกินหนึ่งชั่วโมง จากนั้นจะให้ผู้เรียนคนถัดไป

## Digests

digest-subject = คุณมีข้อความและการแจ้งเตือนที่ยังไม่ได้อ่าน
digest = คุณยังไม่ได้อ่านรายการต่อไปนี้:
digest-with-more = คุณยังไม่ได้อ่านรายการต่อไปนี้และรายการอื่น:
digest-open = เปิดการแจ้งเตือนของคุณ
digest-advice = คุณเลือกได้ในการตั้งค่าว่าจะรับอีเมลเรื่องใดและบ่อยเพียงใด
digest-comment = ความคิดเห็น
digest-group = กลุ่ม
digest-mention = การกล่าวถึง
digest-messages = ข้อความ
digest-reaction = การแสดงความรู้สึก
digest-reply = การตอบกลับ
digest-other = การแจ้งเตือน
