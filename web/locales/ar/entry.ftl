signUp-needed = يلزم وجود دعوة
signUp-neededText = للانضمام إلى هذا الحرم الجامعي تحتاج إلى دعوة. افتح رابط دعوتك، أو اطلب من أحد الأعضاء أن يدعوك.
signUp-invitation = دعوتك
signUp-invitationHint = الرابط، أو الرمز الذي في نهايته.
signUp-invited = وصلتك دعوة. أنشئ حسابك للانضمام.
signUp-dropInvitation = المتابعة من دون هذه الدعوة
signUp-approval = يوافق أحد المشرفين على كل حساب جديد.
signUp-note = ملاحظة للمشرفين
signUp-noteHint = أخبرهم من أنت.
signUp-mailedApproval = أرسلنا رابطًا إلى { $email }. افتحه لتأكيد عنوانك. ثم يبتّ أحد المشرفين في تسجيلك وتصلك رسالة.
signUp-sent = تم إرسال التسجيل
signUp-sentText = يبتّ أحد المشرفين في تسجيلك، وتصلك رسالة على { $email }. إن كان فيها رابط لتأكيد عنوانك فافتحه أولًا.

confirm-waitText = إن كنت قد سجّلت للتو، فسيبتّ أحد المشرفين في حسابك، ثم تصلك رسالة.

problem-APPROVAL_PENDING = ينتظر تسجيلك موافقة أحد المشرفين. ستصلك رسالة بعد قراره.
problem-INVITATION_REQUIRED = تحتاج إلى دعوة للتسجيل هنا. افتح رابطها.
problem-INVITATION_UNUSABLE = استُنفدت هذه الدعوة أو انتهت صلاحيتها أو أُلغيت، أو أنها لعنوان بريد آخر. اطلب دعوة جديدة.

settings-invitations = الدعوات

invitation-new = دعوة شخص
invitation-text = تتيح الدعوة التسجيل هنا.
invitation-way = نوع الدعوة
invitation-byLink = رابط
invitation-byEmail = بريد إلكتروني
invitation-emailHint = نرسل الدعوة إلى هناك. لا يمكن استخدامها إلا بهذا العنوان.
invitation-maxUses = عدد الأشخاص الذين يمكنهم استخدامها
invitation-maxUsesHint = من { 1 } إلى { 500 }.
invitation-validFor = مدة الصلاحية
invitation-note = ملاحظة
invitation-noteHint = لك وللمشرفين.
invitation-create = إنشاء الرابط
invitation-send = إرسال الدعوة
invitation-sent = أُرسلت الدعوة إلى { $email }.
invitation-once = انسخ الرابط الآن، فهو يظهر مرة واحدة فقط. كل من لديه هذا الرابط يمكنه التسجيل.
invitation-copy = نسخ الرابط
invitation-list = الدعوات
invitation-link = رابط
invitation-usable = صالحة
invitation-used = مستنفدة
invitation-expired = منتهية الصلاحية
invitation-revoked = ملغاة
invitation-uses = الحسابات: { $count } من { $max }
invitation-until = صالحة حتى { $time }
invitation-revoke = إلغاء الدعوة
invitation-revokeOne = إلغاء الدعوة: { $name }
invitation-revokeTitle = هل تريد إلغاء هذه الدعوة؟
invitation-revokeText = لن يمكن استخدامها بعد الآن. وتبقى الحسابات التي أُنشئت بها.
invitation-revokedNow = أُلغيت الدعوة.
invitation-none = لم تدعُ أحدًا بعد.
invitation-noneOfAll = لا دعوات بعد
invitation-notYours = لا يمكنك إنشاء دعوات

nav-openRegistrations =
    { $count ->
        [zero] لا تسجيلات بانتظار البت
        [one] تسجيل واحد بانتظار البت
        [two] تسجيلان بانتظار البت
        [few] { $count } تسجيلات بانتظار البت
        [many] { $count } تسجيلًا بانتظار البت
       *[other] { $count } تسجيل بانتظار البت
    }

moderation-registrations = التسجيلات
moderation-invitations = الدعوات

registration-none = لا تسجيلات بانتظار البت
registration-noneText = تظهر التسجيلات الجديدة تلقائيًا.
registration-approve = موافقة
registration-approveOne = الموافقة على تسجيل { $name }
registration-approved = أصبح لدى { $name } حساب.
registration-decline = رفض
registration-declineOne = رفض تسجيل { $name }
registration-declineTitle = هل تريد رفض تسجيل { $name }؟
registration-declineText = تُحذف كل بيانات التسجيل.
registration-reason = السبب
registration-reasonHint = يُذكر في الرسالة التي نرسلها.
registration-declined = رُفض تسجيل { $name }.

notice-dataExport = نسخة بياناتك جاهزة
notice-waitlist = يوجد مقعد شاغر لك: { $topic }، { $time }
notice-CONFLICT = تعارض مع تقويمك: { $topic } مع { $name }، { $time }
