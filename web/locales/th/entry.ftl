signUp-needed = ต้องมีคำเชิญ
signUp-neededText = การเข้าร่วมแคมปัสนี้ต้องมีคำเชิญ โปรดเปิดลิงก์คำเชิญของคุณ หรือขอให้สมาชิกเชิญคุณ
signUp-invitation = คำเชิญของคุณ
signUp-invitationHint = ลิงก์ หรือรหัสที่อยู่ท้ายลิงก์
signUp-invited = คุณได้รับคำเชิญ สร้างบัญชีเพื่อเข้าร่วม
signUp-dropInvitation = ดำเนินการต่อโดยไม่ใช้คำเชิญนี้
signUp-approval = ผู้ดูแลอนุมัติบัญชีใหม่ทุกบัญชี
signUp-note = ข้อความถึงผู้ดูแล
signUp-noteHint = แนะนำตัวว่าคุณเป็นใคร
signUp-mailedApproval = เราส่งลิงก์ไปที่ { $email } แล้ว เปิดลิงก์เพื่อยืนยันที่อยู่อีเมล จากนั้นผู้ดูแลจะพิจารณา แล้วคุณจะได้รับอีเมล
signUp-sent = ส่งการสมัครแล้ว
signUp-sentText = ผู้ดูแลจะพิจารณาการสมัครของคุณ แล้วคุณจะได้รับอีเมลที่ { $email } หากอีเมลมีลิงก์ยืนยันที่อยู่ โปรดเปิดลิงก์นั้นก่อน

confirm-waitText = หากคุณเพิ่งสมัครสมาชิก ขณะนี้ผู้ดูแลกำลังพิจารณาบัญชีของคุณ แล้วคุณจะได้รับอีเมล

problem-APPROVAL_PENDING = การสมัครของคุณกำลังรอการอนุมัติจากผู้ดูแล แล้วคุณจะได้รับอีเมล
problem-INVITATION_REQUIRED = การสมัครที่นี่ต้องมีคำเชิญ โปรดเปิดลิงก์คำเชิญ
problem-INVITATION_UNUSABLE = คำเชิญนี้ถูกใช้ครบแล้ว หมดอายุ ถูกเพิกถอน หรือเป็นของที่อยู่อีเมลอื่น โปรดขอคำเชิญใหม่

settings-invitations = คำเชิญ

invitation-new = เชิญผู้อื่น
invitation-text = คำเชิญทำให้ผู้อื่นสมัครสมาชิกที่นี่ได้
invitation-way = ประเภทของคำเชิญ
invitation-byLink = ลิงก์
invitation-byEmail = อีเมล
invitation-emailHint = เราจะส่งคำเชิญไปที่นั่น ใช้ได้เฉพาะที่อยู่นี้เท่านั้น
invitation-maxUses = จำนวนคนที่ใช้ได้
invitation-maxUsesHint = ตั้งแต่ 1 ถึง 500
invitation-validFor = ใช้ได้นาน
invitation-note = บันทึก
invitation-noteHint = สำหรับคุณและผู้ดูแล
invitation-create = สร้างลิงก์
invitation-send = ส่งคำเชิญ
invitation-sent = ส่งคำเชิญไปที่ { $email } แล้ว
invitation-once = โปรดคัดลอกลิงก์ตอนนี้ เพราะจะแสดงเพียงครั้งเดียว ทุกคนที่มีลิงก์นี้สมัครสมาชิกได้
invitation-copy = คัดลอกลิงก์
invitation-list = คำเชิญ
invitation-link = ลิงก์
invitation-usable = ใช้ได้
invitation-used = ใช้ครบแล้ว
invitation-expired = หมดอายุ
invitation-revoked = ถูกเพิกถอน
invitation-uses = บัญชี: { $count } จาก { $max }
invitation-until = ใช้ได้ถึง { $time }
invitation-revoke = เพิกถอน
invitation-revokeOne = เพิกถอน: { $name }
invitation-revokeTitle = เพิกถอนคำเชิญนี้หรือไม่
invitation-revokeText = คำเชิญนี้จะใช้ไม่ได้อีก บัญชีที่สร้างด้วยคำเชิญนี้จะยังอยู่
invitation-revokedNow = เพิกถอนคำเชิญแล้ว
invitation-none = คุณยังไม่ได้เชิญใคร
invitation-noneOfAll = ยังไม่มีคำเชิญ
invitation-notYours = คุณสร้างคำเชิญไม่ได้

nav-openRegistrations = การสมัครที่รอพิจารณา { $count } รายการ

moderation-registrations = การสมัคร
moderation-invitations = คำเชิญ

registration-none = ไม่มีการสมัครที่รออยู่
registration-noneText = การสมัครใหม่จะแสดงขึ้นเอง
registration-approve = อนุมัติ
registration-approveOne = อนุมัติการสมัครของ { $name }
registration-approved = { $name } มีบัญชีแล้ว
registration-decline = ปฏิเสธ
registration-declineOne = ปฏิเสธการสมัครของ { $name }
registration-declineTitle = ปฏิเสธการสมัครของ { $name } หรือไม่
registration-declineText = ข้อมูลทั้งหมดของการสมัครจะถูกลบ
registration-reason = เหตุผล
registration-reasonHint = จะอยู่ในอีเมลที่เราส่ง
registration-declined = ปฏิเสธการสมัครของ { $name } แล้ว

notice-dataExport = สำเนาข้อมูลของคุณพร้อมแล้ว
notice-waitlist = มีที่นั่งว่างสำหรับคุณ: { $topic }, { $time }
notice-CONFLICT = ตรงกับกิจกรรมในปฏิทินของคุณ: { $topic } กับ { $name }, { $time }
