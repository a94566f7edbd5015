mentoring-timeOff = ช่วงหยุด

answer-none = ไม่มีคำตอบ

booking-request = ส่งคำขอ
booking-requestThis = ขอเวลานี้
booking-requestHint = ที่ปรึกษาอนุมัติการจองแต่ละครั้ง ระหว่างนั้นเวลานี้เก็บไว้ให้คุณ
booking-requested = ส่งคำขอแล้ว
booking-declineReason = เหตุผลของที่ปรึกษา
booking-join = เข้าร่วมการประชุมออนไลน์
booking-anyStatus = ทั้งหมด
booking-from = ตั้งแต่
booking-until = ถึง
booking-topic = หัวข้อเดียว
booking-limits = ตัวกรอง
booking-allWith = การจองทั้งหมดกับ { $name }
booking-allOf = การจองทั้งหมดของ { $topic }

request-waits = รอการอนุมัติจากที่ปรึกษาจนถึง { $time } เวลานี้เก็บไว้ให้คุณ
request-decide = คำขอนี้รอการอนุมัติจากคุณจนถึง { $time } หลังจากนั้นจะหมดอายุ
request-expired = ที่ปรึกษาไม่ได้ตอบภายในเวลาที่กำหนด คุณเลือกเวลาอื่นได้
request-until = รอจนถึง { $time }
request-count = คำขอ { $count } รายการรอการอนุมัติจากคุณ
request-approve = อนุมัติ
request-approveOne = อนุมัติ: { $topic } กับ { $name }, { $time }
request-approved = อนุมัติการจองแล้ว
request-decline = ปฏิเสธ
request-declineOne = ปฏิเสธ: { $topic } กับ { $name }, { $time }
request-declineTitle = ปฏิเสธคำขอนี้หรือไม่
request-declineText = ผู้อื่นจะจองเวลานี้ได้ ผู้เรียนจะได้รับแจ้ง พร้อมเหตุผลหากคุณระบุ
request-declined = ปฏิเสธคำขอแล้ว

place-title = เปลี่ยนสถานที่
place-text = การเปลี่ยนแปลงมีผลกับทุกคนในการปรึกษาครั้งนี้ และทุกคนจะได้รับแจ้ง
place-changed = เปลี่ยนสถานที่แล้ว

offer-approval = ต้องได้รับการอนุมัติ

form-meetingUrl = การประชุมออนไลน์
form-meetingUrlHint = ลิงก์ที่เห็นเฉพาะคุณและผู้เรียนที่มีการจอง
form-isApprovalRequired = อนุมัติการจองแต่ละครั้ง
form-isApprovalRequiredHint = คุณมีเวลา 24 ชั่วโมงในการตอบ การจองที่มีอยู่ยังคงเดิม

question-title = คำถามถึงผู้เรียน
question-text = ผู้เรียนตอบเมื่อจอง ไม่เกิน 10 ข้อ
question-number = คำถามที่ { $number }
question-label = คำถาม
question-kind = คำตอบ
question-TEXT = ข้อความ
question-CHOICE = ตัวเลือกเดียว
question-CHOICES = หลายตัวเลือก
question-choices = ตัวเลือก
question-choicesHint = บรรทัดละหนึ่งตัวเลือก ไม่เกิน 20 ตัวเลือก
question-required = ต้องตอบ
question-add = เพิ่มคำถาม
question-remove = นำคำถามที่ { $number } ออก
question-up = เลื่อนคำถามที่ { $number } ขึ้น
question-down = เลื่อนคำถามที่ { $number } ลง

slots-view = มุมมอง
slots-byWeek = สัปดาห์
slots-byMonth = เดือน
slots-previousMonth = เดือนก่อน
slots-nextMonth = เดือนถัดไป
slots-noneOnDay = ไม่มีเวลาว่าง
slots-count = เวลาว่าง { $count } ช่วง
slots-day = เวลาว่าง: { $day }
slots-weekKeys = ปุ่มลูกศรเลื่อนระหว่างเวลา ปุ่ม Page Up และ Page Down เลื่อนระหว่างสัปดาห์
slots-monthKeys = ปุ่มลูกศรเลื่อนระหว่างวัน ปุ่ม Page Up และ Page Down เลื่อนระหว่างเดือน

timeOff-add = เพิ่มช่วงหยุด
timeOff-text = ในช่วงนี้จะจองข้อเสนอของคุณไม่ได้ คุณยังจองในฐานะผู้เรียนได้ เขตเวลา: { $zone }
timeOff-wholeDays = ทั้งวัน
timeOff-firstDay = วันแรก
timeOff-lastDay = วันสุดท้าย
timeOff-start = เริ่ม
timeOff-end = สิ้นสุด
timeOff-note = บันทึก
timeOff-noteHint = คุณเท่านั้นที่เห็น
timeOff-none = ยังไม่มีช่วงหยุด
timeOff-noneText = วันหยุด การสอบ หรือบ่ายที่ไม่ว่าง เพิ่มที่นี่ครั้งเดียวสำหรับทุกข้อเสนอของคุณ
timeOff-added = เพิ่มช่วงหยุดแล้ว
timeOff-addedAndCancelled = เพิ่มช่วงหยุดแล้ว ยกเลิกการจอง { $count } รายการ
timeOff-remove = นำช่วงหยุดออก: { $range }
timeOff-removed = นำช่วงหยุดออกแล้ว
timeOff-conflicts = มีการจองหรือคำขอ { $count } รายการอยู่ในช่วงนี้ โปรดยกเลิกหรือเลื่อนนัดก่อน
timeOff-addAndCancel = เพิ่มช่วงหยุดและยกเลิกการจอง { $count } รายการ
timeOff-keep = เก็บการจองไว้

summary-title = การปรึกษาของคุณในฐานะที่ปรึกษา
summary-period = ช่วงเวลา
summary-all = ทั้งหมด
summary-month = 30 วัน
summary-year = 12 เดือน
summary-completedCount = เสร็จสิ้น
summary-studentCount = ผู้เรียน
summary-cancelledCount = ยกเลิก
summary-noShowCount = ไม่มาตามนัด
summary-next = การปรึกษาครั้งถัดไป

mentor-title = เรียนรู้กับ { $name }
mentor-open = หน้าของคุณ
mentor-share = แชร์หน้าของคุณ
mentor-own = นี่คือหน้าที่คุณแชร์ได้ มีหัวข้อและเวลาว่างของคุณ ผู้อื่นเลือกเวลาได้ที่นี่
mentor-none = ขณะนี้ไม่มีข้อเสนอ
mentor-invitation = จองเวลาปรึกษากับ { $name }
mentor-invitationText = สมัครสมาชิกหรือเข้าสู่ระบบเพื่อดูหัวข้อและเวลาว่างตามเขตเวลาของคุณ แล้วคุณจะกลับมาที่หน้านี้
mentor-signUp = สมัครสมาชิกเพื่อจอง
mentor-chosen = จอง { $topic }
mentor-chosenText = สมัครสมาชิกหรือเข้าสู่ระบบเพื่อจองเวลานี้ แล้วคุณจะกลับมาที่เวลานี้
mentor-public = แสดงหน้าที่ปรึกษาของฉันแก่ทุกคน
mentor-publicHint = ผู้ที่ไม่ได้เข้าสู่ระบบจะเห็นชื่อ รูปภาพ ข้อความ หัวข้อ และเวลาว่างของคุณ

topic-order = ลำดับ
topic-byTime = ใหม่ที่สุดก่อน
topic-byTitle = เรียงตามตัวอักษร
topic-onlyArchived = เก็บถาวรแล้ว
