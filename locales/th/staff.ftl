### What moderators and admins did, and what stays after the deletion of an account.

staff-operator = ผู้ดูแลเซิร์ฟเวอร์
staff-former-moderator = อดีตผู้ดูแลเนื้อหา
staff-some-user = ผู้ใช้คนหนึ่ง
staff-former-user = อดีตผู้ใช้
staff-content-removed = { $actor } ลบข้อความของ { $user }
staff-guest-removed = { $actor } นำผู้เยี่ยมชม { $user } ออกจากล็อบบี้
staff-invitation-revoked = { $actor } เพิกถอนคำเชิญของ { $user }
staff-member-locked-until = { $actor } ล็อก { $user } จนถึง { $end }
staff-member-locked = { $actor } ล็อก { $user } โดยไม่มีกำหนดสิ้นสุด
staff-member-unlocked = { $actor } ปลดล็อก { $user }
staff-member-warned = { $actor } เตือน { $user }
staff-registration-approved = { $actor } อนุมัติการลงทะเบียนของ { $user }
staff-registration-declined = { $actor } ปฏิเสธการลงทะเบียน
staff-report-unassigned = { $actor } ยกเลิกการมอบหมายรายงาน
staff-report-assigned = { $actor } มอบหมายรายงานให้ { $user }
staff-report-resolved = { $actor } จัดการรายงานเกี่ยวกับ { $user } แล้ว
staff-role-changed = { $actor } เปลี่ยนบทบาทของ { $user } เป็น{ $role }
staff-topic-changed = { $actor } แก้ไขหัวข้อของ { $user }
role-member = สมาชิก
role-moderator = ผู้ดูแลเนื้อหา
role-admin = ผู้ดูแลระบบ
role-guest = ผู้เยี่ยมชม

bookings-kept = การจองยังคงอยู่สำหรับผู้เข้าร่วมอีกฝ่าย โดยไม่มีชื่อของคุณ
files-kept = ไฟล์ของข้อความที่ถูกรายงานจะอยู่กับรายงานจนถึง 30 วันหลังการตัดสินของผู้ดูแลเนื้อหา
images-kept = ภาพของข้อความที่ถูกรายงานจะอยู่กับรายงานจนถึง 30 วันหลังการตัดสินของผู้ดูแลเนื้อหา
messages-kept = ข้อความยังคงอยู่สำหรับสมาชิกคนอื่นของการสนทนา โดยไม่มีชื่อของคุณ
reports-kept = ผู้ดูแลเนื้อหาต้องใช้รายงานเกี่ยวกับเนื้อหาเพื่อตัดสิน
sessions-kept = การเข้าสู่ระบบและการเปลี่ยนแปลงบัญชียังคงอยู่ในบันทึกของผู้ดูแลระบบในระยะเวลาจำกัด โดยไม่มีชื่อและที่อยู่ IP ของคุณ
topics-kept = หัวข้อยังคงอยู่สำหรับผู้ให้คำปรึกษาและนักศึกษาที่ใช้ โดยไม่มีชื่อของคุณ
