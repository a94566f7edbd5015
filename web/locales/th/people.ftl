person-deleted = ผู้ใช้ที่ถูกลบ
person-unavailable = ผู้ใช้ที่ติดต่อไม่ได้
person-online = ออนไลน์
person-offline = ออฟไลน์
person-lastSeen = ใช้งานล่าสุด

people-search = ค้นหาด้วยชื่อ สาขาวิชา หรือทักษะ
people-filters = ตัวกรอง
people-skillsHint = กด Enter เพื่อเพิ่มทักษะ ผู้คนต้องมีครบทุกทักษะ
people-online = ออนไลน์เท่านั้น
people-none = ไม่พบใคร
people-empty = คุณเป็นคนแรกที่นี่
people-emptyText = ยังไม่มีบัญชีอื่น แชร์ลิงก์ แล้วทุกคนที่สมัครสมาชิกจะแสดงที่นี่
people-noneText = ลองใช้คำให้น้อยลงหรือคำอื่น

profile-missing = ไม่พบผู้ใช้
profile-missingText = ชื่อผู้ใช้อาจเปลี่ยนไป หรือบัญชีไม่มีอยู่แล้ว
profile-edit = แก้ไขโปรไฟล์
profile-message = ส่งข้อความ
profile-actions = การทำงานเพิ่มเติม
profile-teaches = สอน
profile-posts = โพสต์
profile-noPosts = ยังไม่มีโพสต์
profile-inYear = ปี { $year }
profile-picture = รูปโปรไฟล์
profile-addPicture = เพิ่มรูป
profile-changePicture = เปลี่ยนรูป
profile-removePicture = นำออก
profile-aboutYou = เกี่ยวกับคุณ
profile-firstName = ชื่อ
profile-lastName = นามสกุล
profile-fieldOfStudy = สาขาวิชา
profile-year = ชั้นปี
profile-skills = ทักษะ
profile-skillsHint = กด Enter หรือเครื่องหมายจุลภาคเพื่อเพิ่มทักษะ ไม่เกิน 30 รายการ
profile-about = เกี่ยวกับ

contact-title = ข้อมูลติดต่อ
contact-text = เลือกว่าใครเห็นข้อมูลนี้ได้ในส่วนความเป็นส่วนตัว
contact-email = อีเมล
contact-occupation = อาชีพ
contact-studentNumber = รหัสนักศึกษา
contact-homeAddress = ที่อยู่บ้าน
contact-county = จังหวัด
contact-country = ประเทศ

links-title = ลิงก์
links-description = คำอธิบาย
links-website = เว็บไซต์
links-linkedin = LinkedIn
links-github = GitHub
links-instagram = Instagram
links-twitter = Twitter
links-facebook = Facebook
links-youtube = YouTube

report-title = รายงานต่อผู้ดูแล
report-text = ผู้ดูแลเห็นชื่อของคุณ แต่คนที่คุณรายงานไม่เห็น
report-reason = เกิดปัญหาอะไร
report-done = ขอบคุณ ผู้ดูแลจะตรวจสอบ

feed-empty = ยังไม่มีโพสต์
feed-emptyText = เขียนโพสต์แรก ดูว่าใครอยู่ที่นี่ หรือเชิญผู้อื่น
feed-people = ค้นหาผู้คน

post-title = โพสต์
post-by = โพสต์โดย { $name }
post-actions = การทำงานกับโพสต์
post-edited = แก้ไขแล้ว
post-text = ข้อความ
post-new = โพสต์ใหม่
post-placeholder = มีอะไรใหม่ในแคมปัส
post-publish = โพสต์
post-deleteTitle = ลบโพสต์นี้หรือไม่
post-deleteText = โพสต์จะถูกลบสำหรับทุกคน รวมถึงรูปภาพด้วย
post-deleted = ลบโพสต์แล้ว

comment-list = ความคิดเห็น
comment-count = ความคิดเห็น { $count } รายการ
comment-none = ยังไม่มีความคิดเห็น
comment-earlier = โหลดความคิดเห็นก่อนหน้า
comment-by = ความคิดเห็นโดย { $name }
comment-actions = การทำงานกับความคิดเห็น
comment-edited = แก้ไขแล้ว
comment-text = ความคิดเห็น
comment-new = ความคิดเห็นใหม่
comment-publish = แสดงความคิดเห็น
comment-reply = ตอบกลับ
comment-replyTo = ตอบกลับ { $name }
comment-deleteTitle = ลบความคิดเห็นนี้หรือไม่
comment-deleteText = ความคิดเห็นจะถูกลบสำหรับทุกคน
comment-deleted = ลบความคิดเห็นแล้ว

reaction-list = การแสดงความรู้สึก
reaction-add = แสดงความรู้สึก
reaction-choose = อีโมจิ
reaction-count = { $emoji } { $count } คน
reaction-failed = บันทึกการแสดงความรู้สึกไม่สำเร็จ
