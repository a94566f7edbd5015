app-description = ทั้งแคมปัสในที่เดียว: ผู้คน โพสต์ การสนทนา ล็อบบี้ และที่ปรึกษา

nav-skip = ข้ามไปยังเนื้อหา
nav-main = เมนูหลัก
nav-feed = หน้าแรก
nav-messages = ข้อความ
nav-lobby = ล็อบบี้
nav-mentoring = ปรึกษา
nav-people = ผู้คน
nav-notifications = การแจ้งเตือน
nav-settings = การตั้งค่า
nav-unread = ข้อความที่ยังไม่ได้อ่าน { $count } ข้อความ
nav-unseen = ใหม่ { $count } รายการ

action-save = บันทึก
action-cancel = ยกเลิก
action-close = ปิด
action-edit = แก้ไข
action-delete = ลบ
action-report = รายงาน
action-retry = ลองอีกครั้ง
action-reload = โหลดหน้าใหม่
action-more = แสดงเพิ่มเติม
action-copy = คัดลอก
action-continue = ดำเนินการต่อ
action-backTo = กลับไปที่
action-logIn = เข้าสู่ระบบ
action-logOut = ออกจากระบบ
action-signUp = สมัครสมาชิก

state-loading = กำลังโหลด
state-saved = บันทึกแล้ว
state-copied = คัดลอกแล้ว
state-failed = เกิดข้อผิดพลาด โปรดลองอีกครั้งในอีกสักครู่
state-missing = ไม่พบรายการนี้ หรือคุณไม่มีสิทธิ์เข้าถึง
state-broken = เกิดข้อผิดพลาดในหน้านี้
state-brokenHint = ส่วนอื่นของ Studyhall ยังใช้งานได้ การโหลดหน้าใหม่มักช่วยได้
state-stale = อัปเดตไม่สำเร็จ คุณกำลังดูข้อมูลที่โหลดไว้ก่อนหน้านี้
state-offline = ไม่มีการเชื่อมต่อ ข้อความและโพสต์จะถูกเก็บไว้ และส่งเมื่อคุณกลับมาออนไลน์

notFound-title = ไม่พบหน้านี้
notFound-text = ลิงก์อาจเก่าเกินไปหรือพิมพ์ผิด
notFound-home = กลับไปหน้าแรก

share-invite = คัดลอกลิงก์เชิญ
share-page = แชร์
share-copied = คัดลอกลิงก์แล้ว

text-invisible = (ไม่มีข้อความที่มองเห็นได้)

form-left = เหลืออีก { $count } อักขระ
form-tooMany = เกินมา { $count } อักขระ
form-optional = (ไม่บังคับ)

tags-remove = นำ { $name } ออก

theme-label = ธีม
theme-system = ตามระบบ
theme-light = สว่าง
theme-dark = มืด
theme-toLight = เปลี่ยนเป็นโหมดสว่าง
theme-toDark = เปลี่ยนเป็นโหมดมืด

language-label = ภาษา
language-differs = ภาษาของบัญชีคุณคือ { $account } บนอุปกรณ์นี้มีการเลือก { $device }
language-use = ใช้ { $language }
language-keep = ใช้ { $language } ต่อไป

image-add = เพิ่มรูปภาพ
image-uploading = { $name } กำลังอัปโหลด
image-attached = รูปภาพที่แนบ
image-remove = นำ { $name } ออก
image-by = รูปภาพที่ { $count } โดย { $name }
image-open = เปิด: { $name }
image-previous = รูปภาพก่อนหน้า
image-next = รูปภาพถัดไป

file-add = แนบไฟล์
file-attached = ไฟล์ที่แนบ
file-files = ไฟล์
file-uploading = { $name } กำลังอัปโหลด
file-later = จะอัปโหลดเมื่อคุณส่ง
file-cancel = ยกเลิกการอัปโหลด { $name }
file-download = ดาวน์โหลด
file-gone = ไฟล์นี้ไม่มีอยู่แล้ว

welcome-title = ทั้งแคมปัสของคุณ ในที่เดียว
welcome-text = ค้นหาคนในสาขาของคุณ พูดคุยกัน และจองเวลากับที่ปรึกษา
welcome-signUp = สร้างบัญชีของคุณ
welcome-lobby = แค่แวะมาดู?
welcome-lobbyText = ล็อบบี้เปิดให้ทุกคน ไม่ต้องมีบัญชีหรืออีเมล เพียงเลือกชื่อ
welcome-people = ผู้คน
welcome-peopleText = ค้นหาด้วยชื่อ สาขาวิชา หรือทักษะ คุณเลือกเองว่าใครเห็นข้อมูลของคุณได้
welcome-messages = การสนทนา
welcome-messagesText = ข้อความสดพร้อมรูปภาพ เขียนได้แม้ออฟไลน์ แล้วข้อความจะส่งเมื่อคุณกลับมาออนไลน์
welcome-mentoring = ที่ปรึกษา
welcome-mentoringText = จองเวลาปรึกษาตามเขตเวลาของคุณ หรือแบ่งเวลาของคุณให้ผู้อื่น
welcome-developers = กำลังพัฒนาไคลเอนต์? ทุกอย่างที่นี่ใช้ API แบบเปิดเพียงชุดเดียว:

graphiql-file = ไฟล์ที่จะอัปโหลด
graphiql-chosen = ไฟล์: { $name }
