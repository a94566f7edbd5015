account-username = ชื่อผู้ใช้
account-usernameHint = ตัวอักษร ตัวเลข จุด ยัติภังค์ หรือขีดล่าง 3 ถึง 30 ตัว
account-usernameAvailable = ชื่อผู้ใช้นี้ใช้ได้
account-usernameUnavailable = ชื่อผู้ใช้นี้ใช้ไม่ได้
account-email = อีเมล
account-newEmail = อีเมลใหม่
account-password = รหัสผ่าน
account-currentPassword = รหัสผ่านปัจจุบัน
account-newPassword = รหัสผ่านใหม่
account-passwordHint = อย่างน้อย 12 อักขระ วลีที่มีหลายคำก็ใช้ได้ดี
account-passwordText = การเปลี่ยนรหัสผ่านจะสิ้นสุดเซสชันอื่นทั้งหมดของคุณ
account-changeUsername = เปลี่ยนชื่อผู้ใช้
account-changeEmail = เปลี่ยนอีเมล
account-changePassword = เปลี่ยนรหัสผ่าน
account-setPassword = ตั้งรหัสผ่าน
account-passwordChanged = เปลี่ยนรหัสผ่านแล้ว เซสชันอื่นทั้งหมดของคุณสิ้นสุดแล้ว
account-emailMailed = เราส่งลิงก์ยืนยันไปที่ { $email } แล้ว อีเมลจะเปลี่ยนเมื่อคุณยืนยัน
account-delete = ลบบัญชี
account-deleteText = โปรไฟล์ โพสต์ รูปภาพ เซสชัน และการจองที่กำลังจะมาถึงจะถูกลบทันที คนที่คุณเคยส่งข้อความถึงจะยังเก็บข้อความของคุณไว้ โดยไม่มีชื่อของคุณ
account-deleteTitle = ลบบัญชีของคุณหรือไม่
account-deleteForGood = ลบถาวร
account-deleted = ลบบัญชีของคุณแล้ว

logIn-title = ยินดีต้อนรับกลับ
logIn-needed = โปรดเข้าสู่ระบบเพื่อดูหน้านี้
logIn-ended = เซสชันของคุณสิ้นสุดแล้ว อาจถูกปิดจากอุปกรณ์อื่น หรือมีการเปลี่ยนรหัสผ่าน โปรดเข้าสู่ระบบอีกครั้ง ฉบับร่างของคุณยังอยู่
logIn-identifier = ชื่อผู้ใช้หรืออีเมล
logIn-forgot = ลืมรหัสผ่าน?
logIn-new = ยังไม่มีบัญชี?
logIn-guest = หน้านี้สำหรับสมาชิก ในฐานะผู้เยี่ยมชม คุณใช้ล็อบบี้ได้

identity-logIn = เข้าสู่ระบบด้วย { $name }
identity-or = หรือ
identity-title = การเข้าสู่ระบบยังไม่เสร็จ
identity-denied = คุณปฏิเสธการเข้าสู่ระบบ
identity-unavailable = บริการเข้าสู่ระบบไม่ตอบสนอง โปรดลองอีกครั้งภายหลัง
identity-failed = การเข้าสู่ระบบนี้เสร็จสิ้นหรือหมดอายุแล้ว โปรดเริ่มใหม่
identity-back = กลับ
identity-accounts = บัญชีที่เชื่อมโยง
identity-accountsText = บัญชีของบริการเข้าสู่ระบบที่คุณใช้เข้าสู่ระบบที่นี่ได้
identity-link = เชื่อมโยง { $name }
identity-linked = เชื่อมโยงบัญชีแล้ว
identity-unlink = ยกเลิกการเชื่อมโยง
identity-unlinkOne = ยกเลิกการเชื่อมโยง { $name }
identity-unlinked = ยกเลิกการเชื่อมโยงบัญชีแล้ว

signUp-title = เข้าร่วมแคมปัส
signUp-action = สร้างบัญชี
signUp-known = มีบัญชีอยู่แล้ว?
signUp-guest = ข้อความที่คุณเขียนในล็อบบี้จะยังอยู่กับคุณ
signUp-mailed = โปรดตรวจสอบอีเมลของคุณ
signUp-mailedText = เราส่งลิงก์ไปที่ { $email } แล้ว เปิดลิงก์เพื่อยืนยันที่อยู่อีเมล จากนั้นเข้าสู่ระบบ

forgot-title = ลืมรหัสผ่าน?
forgot-text = เราจะส่งลิงก์สำหรับตั้งรหัสผ่านใหม่ไปทางอีเมล
forgot-action = ส่งลิงก์
forgot-sent = โปรดตรวจสอบอีเมลของคุณ
forgot-sentText = หากมีบัญชีที่ใช้ที่อยู่นี้ เราได้ส่งลิงก์ไปแล้ว ลิงก์ใช้ได้ 30 นาที

reset-title = ตั้งรหัสผ่านใหม่
reset-action = ตั้งรหัสผ่าน
reset-done = เปลี่ยนรหัสผ่านแล้ว
reset-doneText = เซสชันทั้งหมดของคุณสิ้นสุดแล้ว โปรดเข้าสู่ระบบด้วยรหัสผ่านใหม่

confirm-title = ยืนยันอีเมลของคุณ
confirm-text = กดปุ่มเพื่อยืนยันที่อยู่อีเมลของคุณ
confirm-passwordHint = รหัสผ่านที่คุณตั้งไว้เมื่อสมัครสมาชิก
confirm-action = ยืนยันอีเมล
confirm-done = ยืนยันอีเมลแล้ว
confirm-doneText = เรียบร้อยแล้ว
confirm-waiting = โปรดยืนยัน { $email } เราส่งอีเมลพร้อมลิงก์ให้คุณแล้ว
confirm-resend = ส่งอีเมลอีกครั้ง
confirm-sent = เราส่งอีเมลอีกฉบับไปที่ { $email } แล้ว

undo-title = ยกเลิกการเปลี่ยนอีเมล
undo-text = การทำเช่นนี้จะคืนอีเมลเดิมของคุณและสิ้นสุดเซสชันทั้งหมด จากนั้นโปรดตั้งรหัสผ่านใหม่
undo-action = คืนอีเมลเดิม
undo-done = คืนอีเมลเดิมแล้ว
undo-doneText = เซสชันทั้งหมดของคุณสิ้นสุดแล้ว โปรดตั้งรหัสผ่านใหม่ตอนนี้

unsubscribe-title = ปิดอีเมลเหล่านี้
unsubscribe-text = คุณจะไม่ได้รับอีเมลประเภทเดียวกับฉบับที่มีลิงก์นี้อีก การแจ้งเตือนในแอปยังคงอยู่
unsubscribe-action = ปิด
unsubscribe-done = ปิดอีเมลแล้ว
unsubscribe-doneText = คุณเปิดอีกครั้งได้ทุกเมื่อ

link-again = ขอลิงก์ใหม่
link-token = รหัส
link-tokenHint = รหัสอยู่แยกบรรทัดในอีเมล

zone-differs = เวลาแสดงตามเขตเวลา { $accountZone } อุปกรณ์นี้อยู่ใน { $deviceZone }
zone-use = ใช้ { $zone }
zone-keep = ใช้ { $zone } ต่อไป

settings-profile = โปรไฟล์
settings-contact = การติดต่อ
settings-privacy = ความเป็นส่วนตัว
settings-appearance = รูปลักษณ์
settings-account = บัญชี
settings-sessions = เซสชัน
settings-blocked = การบล็อก
settings-calendar = ปฏิทิน

sessions-text = อุปกรณ์ที่คุณเข้าสู่ระบบอยู่ การสิ้นสุดเซสชันมีผลทันที
sessions-current = อุปกรณ์นี้
sessions-lastUsed = ใช้ล่าสุด
sessions-since = เข้าสู่ระบบเมื่อ
sessions-end = สิ้นสุดเซสชัน
sessions-endOne = สิ้นสุดเซสชัน: { $name }
sessions-endOthers = สิ้นสุดเซสชันอื่นทั้งหมด
sessions-ended = สิ้นสุดแล้ว { $count } เซสชัน

privacy-messaging = ข้อความและสถานะออนไลน์
privacy-messagePolicy = ใครส่งข้อความถึงคุณได้

policy-EVERYONE = สมาชิกทุกคน
policy-BOOKING_PARTNERS = คนที่ฉันมีการจองด้วย
policy-NOBODY = ไม่มีใคร

privacy-showsPresence = แสดงเมื่อฉันออนไลน์
privacy-showsPresenceHint = การอยู่ในล็อบบี้ของคุณมองเห็นได้เสมอ
privacy-sendsReadReceipts = ส่งการยืนยันว่าอ่านแล้ว
privacy-sendsReadReceiptsHint = ผู้อื่นจะเห็นว่าคุณอ่านการสนทนาถึงตรงไหน
privacy-details = ใครเห็นข้อมูลของคุณได้
privacy-emailVisibility = อีเมล
privacy-addressVisibility = ที่อยู่บ้าน
privacy-studentNumberVisibility = รหัสนักศึกษา

visibility-ONLY_ME = ฉันเท่านั้น
visibility-BOOKING_PARTNERS = คนที่ฉันมีการจองด้วย
visibility-MEMBERS = สมาชิกทุกคน

privacy-time = วันที่และเวลา
privacy-timeZone = เขตเวลา
privacy-timeZoneHint = เวลาทั้งหมดแสดงตามเขตเวลานี้

block-do = บล็อก
block-undo = เลิกบล็อก
block-done = บล็อกแล้ว คุณทั้งสองจะไม่เห็นกันอีก
block-undone = เลิกบล็อกแล้ว
block-text = คนที่คุณบล็อก พวกเขาไม่ได้รับแจ้ง
block-none = คุณยังไม่ได้บล็อกใคร

calendar-title = การจองของคุณในปฏิทินของคุณ
calendar-text = สร้างที่อยู่ส่วนตัว แล้วสมัครรับในแอปปฏิทินของคุณ
calendar-create = สร้างที่อยู่
calendar-renew = สร้างที่อยู่ใหม่
calendar-once = โปรดคัดลอกตอนนี้ เพราะจะแสดงเพียงครั้งเดียว ทุกคนที่มีที่อยู่นี้จะเห็นการจองของคุณได้
calendar-exists = คุณมีที่อยู่ที่ใช้งานอยู่ ที่อยู่ใหม่จะแทนที่ของเดิม
calendar-stop = ปิด
calendar-stopped = ที่อยู่นี้ใช้ไม่ได้แล้ว

notice-none = ยังไม่มีการแจ้งเตือน
notice-noneText = การกล่าวถึง การตอบกลับ ความคิดเห็น การแสดงความรู้สึก การจอง และกิจกรรมของบัญชีจะแสดงที่นี่
notice-noneUnread = ไม่มีรายการที่ยังไม่ได้อ่าน
notice-filter = แสดง
notice-all = ทั้งหมด
notice-unread = ยังไม่ได้อ่าน
notice-markRead = ทำเครื่องหมายว่าอ่านแล้ว: { $text }
notice-markAllRead = ทำเครื่องหมายว่าอ่านแล้วทั้งหมด
notice-comment = { $name } แสดงความคิดเห็นในโพสต์ของคุณ
notice-mention = { $name } กล่าวถึงคุณ
notice-reply = { $name } ตอบกลับคุณ
notice-reaction = { $name } แสดงความรู้สึกต่อสิ่งที่คุณเขียน
notice-reactions = { $name } และอีก { $count } คนแสดงความรู้สึกต่อสิ่งที่คุณเขียน
notice-group = มีการเปลี่ยนแปลงใน { $title }
notice-someGroup = กลุ่มหนึ่ง
notice-group-MEMBER_ADDED = คุณถูกเพิ่มเข้า { $title }
notice-group-MEMBER_REMOVED = คุณถูกนำออกจาก { $title }
notice-group-OWNER_CHANGED = ตอนนี้คุณเป็นเจ้าของ { $title }
notice-moderation = ผู้ดูแลได้ดำเนินการแล้ว
notice-moderation-LOCK = ผู้ดูแลล็อกบัญชีของคุณ
notice-moderation-REMOVE = ผู้ดูแลลบข้อความของคุณ
notice-moderation-WARN = ผู้ดูแลเตือนคุณ
notice-reportUpheld = ผู้ดูแลดำเนินการตามรายงานของคุณแล้ว
notice-reportDismissed = ผู้ดูแลตรวจสอบรายงานของคุณแล้ว และไม่ได้ดำเนินการใด ๆ
notice-DATA_EXPORT_REQUESTED = มีการขอส่งออกข้อมูลของคุณ
notice-IDENTITY_CHANGED = มีการเชื่อมโยงหรือยกเลิกการเชื่อมโยงบัญชีของบริการเข้าสู่ระบบ
notice-settings = การตั้งค่า
notice-new = ใหม่
notice-security = บัญชีของคุณมีการเปลี่ยนแปลง
notice-LOGGED_IN = มีการเข้าสู่ระบบบัญชีของคุณครั้งใหม่ หากไม่ใช่คุณ โปรดสิ้นสุดเซสชันนั้น
notice-PASSWORD_CHANGED = รหัสผ่านของคุณถูกเปลี่ยน
notice-EMAIL_CHANGED = ที่อยู่อีเมลของคุณถูกเปลี่ยน
notice-USERNAME_CHANGED = ชื่อผู้ใช้ของคุณถูกเปลี่ยน
notice-SESSION_REVOKED = เซสชันหนึ่งของคุณสิ้นสุดแล้ว
notice-TOKEN_REUSED = เซสชันหนึ่งสิ้นสุดลง เพราะโทเค็นถูกใช้สองครั้ง
notice-booking = การจองเปลี่ยนแปลง: { $topic } กับ { $name }, { $time }
notice-CREATED = การจองใหม่: { $topic } กับ { $name }, { $time }
notice-RESCHEDULED = เลื่อนนัดแล้ว: { $topic } กับ { $name } เป็น { $time }
notice-CANCELLED = ยกเลิกแล้ว: { $topic } กับ { $name }, { $time }
notice-COMPLETED = เสร็จสิ้น: { $topic } กับ { $name }
notice-NO_SHOW = ไม่มาตามนัด: { $topic } กับ { $name }, { $time }
notice-REQUESTED = คำขอ: { $topic } กับ { $name }, { $time }
notice-APPROVED = อนุมัติแล้ว: { $topic } กับ { $name }, { $time }
notice-DECLINED = ปฏิเสธแล้ว: { $topic } กับ { $name }, { $time }
notice-EXPIRED = คำขอหมดอายุ: { $topic } กับ { $name }, { $time }
notice-RELOCATED = สถานที่ใหม่: { $topic } กับ { $name }, { $time }
notice-REMINDER = เตือนความจำ: { $topic } กับ { $name }, { $time }
