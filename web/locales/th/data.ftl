settings-data = ข้อมูลของคุณ

export-title = สำเนาข้อมูลของคุณ
export-text = โปรไฟล์ โพสต์ ข้อความ การจอง รูปภาพ และไฟล์ของคุณในไฟล์ ZIP เดียว คุณขอได้วันละครั้ง
export-request = ขอสำเนา
export-again = ขอสำเนาใหม่
export-againHint = สำเนาใหม่จะแทนที่สำเนานี้
export-pending = กำลังเตรียมสำเนาของคุณ…
export-pendingHint = คุณออกจากหน้านี้ได้ เมื่อพร้อมแล้วจะมีการแจ้งเตือน
export-ready = สำเนาของคุณพร้อมแล้ว ({ $size })
export-expires = สำเนาจะถูกลบเมื่อ { $time }
export-download = ดาวน์โหลด
export-failed = เตรียมสำเนาไม่สำเร็จ โปรดขออีกครั้ง
export-retryAt = คุณขอสำเนาครั้งถัดไปได้ตั้งแต่ { $time }
export-delete = ลบบัญชีของคุณ

receipt-title = หลักฐานการลบ
receipt-text = สิ่งที่เกิดขึ้นกับข้อมูลของคุณเมื่อ { $time } คุณจะได้รับทางอีเมลด้วย โปรดบันทึกตอนนี้ เพราะไม่มีการเก็บไว้
receipt-kind = ข้อมูล
receipt-deletedCount = ลบแล้ว
receipt-anonymisedCount = เก็บไว้โดยไม่มีชื่อ
receipt-keptCount = เก็บไว้
receipt-save = บันทึกหลักฐาน

data-APPOINTMENTS = ข้อเสนอ
data-BOOKINGS = การจอง
data-COMMENTS = ความคิดเห็น
data-FILES = ไฟล์
data-IMAGES = รูปภาพ
data-MESSAGES = ข้อความ
data-POSTS = โพสต์
data-PROFILE = โปรไฟล์และการตั้งค่า
data-REACTIONS = การแสดงความรู้สึก
data-REPORTS = รายงาน
data-SESSIONS = เซสชัน
data-TOPICS = หัวข้อ
