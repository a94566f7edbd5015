nav-moderation = الإشراف
nav-openReports =
    { $count ->
        [zero] لا بلاغات مفتوحة
        [one] بلاغ واحد مفتوح
        [two] بلاغان مفتوحان
        [few] { $count } بلاغات مفتوحة
        [many] { $count } بلاغًا مفتوحًا
       *[other] { $count } بلاغ مفتوح
    }

moderation-reports = البلاغات
moderation-log = السجل
moderation-show = عرض
moderation-undecided = بانتظار البت
moderation-unassigned = غير المسندة
moderation-mine = بلاغاتي
moderation-decided = المبتوت فيها
moderation-all = الكل
moderation-none = لا بلاغات هنا
moderation-noneText = تظهر البلاغات الجديدة تلقائيًا.
moderation-kind = الإجراء
moderation-anyKind = كل الإجراءات
moderation-onlyMine = إجراءاتي فقط
moderation-noActions = لا إجراءات بعد
moderation-operator = مشغّل الخادم
moderation-report = بلاغ

report-about = بلاغ: { $kind }
report-Message = رسالة
report-Post = منشور
report-Comment = تعليق
report-User = ملف شخصي
report-content = محتوى محذوف
report-OPEN = مفتوح
report-ASSIGNED = مسند
report-RESOLVED = تم البت فيه
report-complaints =
    { $count ->
        [zero] لا شكاوى
        [one] شكوى واحدة
        [two] شكويان
        [few] { $count } شكاوى
        [many] { $count } شكوى
       *[other] { $count } شكوى
    }
report-more =
    { $count ->
        [zero] لا شكاوى أقدم.
        [one] هناك شكوى واحدة أقدم غير معروضة.
        [two] هناك شكويان أقدم غير معروضتين.
        [few] هناك { $count } شكاوى أقدم غير معروضة.
        [many] هناك { $count } شكوى أقدم غير معروضة.
       *[other] هناك { $count } شكوى أقدم غير معروضة.
    }
report-own = هذا البلاغ يتعلق بك. يبتّ فيه مشرف آخر.
report-assignee = مسند إلى
report-noAssignee = لا يعمل أحد على هذا البلاغ بعد.
report-assignMe = إسناد إليّ
report-unassign = إلغاء الإسناد
report-assigned = أُسند البلاغ إليك.
report-unassigned = لم يعد البلاغ مسندًا.
report-copy = المحتوى عند الإبلاغ عنه
report-copyText = محفوظ كما كان عند أول شكوى. الكاتب: { $username }.
report-copyGone = تُحذف النسخة بعد { 30 } يومًا من القرار.
report-noText = لا نص.
report-deleted = حُذف المحتوى منذ ذلك الحين.
report-now = المحتوى الآن
report-open = فتح في مكانه
report-author = الكاتب
report-decide = البت
report-decision = القرار
report-actions = الإجراءات
report-noActions = لم يعد المحتوى موجودًا، ولا يمكنك اتخاذ إجراء بحق كاتبه.
report-do-REMOVE = حذف المحتوى
report-do-WARN = تحذير الكاتب
report-do-LOCK = قفل حساب الكاتب
report-did-REMOVE = تم حذف المحتوى
report-did-WARN = تم تحذير الكاتب
report-did-LOCK = تم قفل الحساب
report-dismissed = لا إجراء
report-message = رسالة إلى الكاتب
report-messageHint = يقرؤها الكاتب. لا يظهر اسمك.
report-note = ملاحظة للمشرفين
report-noteHint = لا يراها سوى المشرفين، في السجل.
report-dismissHint = إن لم تختر إجراءً يُرفض البلاغ. يصل إلى مقدّمي الشكاوى إشعار بذلك.
report-dismiss = رفض البلاغ
report-resolve = اتخاذ هذه الإجراءات
report-resolved = تم حفظ القرار.
report-resolver = صاحب القرار

staff-REPORT_RESOLVED = بلاغ تم البت فيه
staff-REPORT_ASSIGNED = بلاغ مسند
staff-CONTENT_REMOVED = محتوى محذوف
staff-MEMBER_WARNED = عضو محذَّر
staff-MEMBER_LOCKED = عضو قُفل حسابه
staff-MEMBER_UNLOCKED = عضو أُلغي قفل حسابه
staff-ROLE_CHANGED = دور تم تغييره
staff-GUEST_REMOVED = زائر تمت إزالته
staff-TOPIC_CHANGED = موضوع تم تعديله
staff-INVITATION_REVOKED = دعوة ملغاة
staff-REGISTRATION_APPROVED = تسجيل تمت الموافقة عليه
staff-REGISTRATION_DECLINED = تسجيل مرفوض

member-open = الإشراف على الحساب
member-reports = بلاغات عن هذا الحساب
member-actions = إجراءات بحق هذا الحساب
member-locked = مقفل
member-lockedUntil = مقفل حتى { $time }

role-GUEST = زائر
role-MEMBER = عضو
role-MODERATOR = مشرف
role-ADMIN = مدير
role-label = الدور
role-change = تغيير الدور
role-title = دور { $name }
role-text = يبتّ المشرفون في البلاغات ويحذفون المحتوى. ويغيّر المديرون الأدوار أيضًا. يسري التغيير فورًا.

lock-do = قفل الحساب
lock-change = تعديل القفل
lock-title = هل تريد قفل حساب { $name }؟
lock-text = تنتهي كل الجلسات ويُرفض تسجيل الدخول. من دون تاريخ انتهاء تُلغى الحجوزات القادمة أيضًا.
lock-reason = سبب القفل
lock-reasonHint = يصل إلى العضو بالبريد الإلكتروني.
lock-duration = مدة القفل
lock-untilDate = حتى تاريخ محدد
lock-date = آخر يوم للقفل
lock-forever = بلا تاريخ انتهاء
lock-done = تم قفل حساب { $name }.
lock-undo = إلغاء قفل الحساب
lock-undoTitle = هل تريد إلغاء قفل حساب { $name }؟
lock-undone = تم إلغاء قفل حساب { $name }.
