### The texts of notifications, in lists, pushes and digests. `$actor` is a name, or `some-member`.

## Who

# At the beginning of a sentence.
some-member = أحد الأعضاء
some-member-within = أحد الأعضاء

## Bookings

news-booking-created = حجز { $actor } جلسة معك.
news-booking-rescheduled = غيّر { $actor } وقت جلستك.
news-booking-cancelled = ألغى { $actor } جلستك.
news-booking-completed = أنهى { $actor } جلستك.
news-booking-no-show = سجّل { $actor } أن أحد المشاركين تغيّب عن جلستك.
news-booking-relocated = غيّر { $actor } مكان جلستك.
news-booking-requested = يطلب { $actor } جلسة معك.
news-booking-approved = وافق { $actor } على جلستك.
news-booking-declined = رفض { $actor } طلبك لجلسة.
news-booking-expired = انتهت صلاحية طلب لجلسة.
news-calendar-conflict = في تقويمك حدث آخر في وقت إحدى الجلسات.
news-seat-offered = هناك مقعد محفوظ لك. احجزه قبل انتهاء العرض.
news-waitlist-ended = انتهى دورك في إحدى قوائم الانتظار.
news-reminder = تبدأ جلستك بعد { $hours ->
    [zero] { $hours } ساعة
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $hours } ساعات
    [many] { $hours } ساعة
   *[other] { $hours } ساعة
}.

## Texts

news-comment = تعليق من { $actor } على منشورك.
news-mention = إشارة إليك من { $actor }.
news-reply = ردّ عليك من { $actor }.
# `$others`: how many users besides `$actor` have reacted.
news-reaction-to-comment = { $others ->
    [zero] تفاعل من { $actor } مع تعليقك.
    [one] تفاعل من { $actor } ومستخدم آخر مع تعليقك.
    [two] تفاعل من { $actor } ومستخدمين آخرين مع تعليقك.
    [few] تفاعل من { $actor } و{ $others } مستخدمين آخرين مع تعليقك.
    [many] تفاعل من { $actor } و{ $others } مستخدمًا آخر مع تعليقك.
   *[other] تفاعل من { $actor } و{ $others } مستخدم آخر مع تعليقك.
}
news-reaction-to-message = { $others ->
    [zero] تفاعل من { $actor } مع رسالتك.
    [one] تفاعل من { $actor } ومستخدم آخر مع رسالتك.
    [two] تفاعل من { $actor } ومستخدمين آخرين مع رسالتك.
    [few] تفاعل من { $actor } و{ $others } مستخدمين آخرين مع رسالتك.
    [many] تفاعل من { $actor } و{ $others } مستخدمًا آخر مع رسالتك.
   *[other] تفاعل من { $actor } و{ $others } مستخدم آخر مع رسالتك.
}
news-reaction-to-post = { $others ->
    [zero] تفاعل من { $actor } مع منشورك.
    [one] تفاعل من { $actor } ومستخدم آخر مع منشورك.
    [two] تفاعل من { $actor } ومستخدمين آخرين مع منشورك.
    [few] تفاعل من { $actor } و{ $others } مستخدمين آخرين مع منشورك.
    [many] تفاعل من { $actor } و{ $others } مستخدمًا آخر مع منشورك.
   *[other] تفاعل من { $actor } و{ $others } مستخدم آخر مع منشورك.
}
unread-messages = { $count ->
    [zero] { $count } رسالة غير مقروءة
    [one] رسالة واحدة غير مقروءة
    [two] رسالتان غير مقروءتين
    [few] { $count } رسائل غير مقروءة
    [many] { $count } رسالة غير مقروءة
   *[other] { $count } رسالة غير مقروءة
} في محادثة.
unread-messages-from = { $count ->
    [zero] { $count } رسالة غير مقروءة
    [one] رسالة واحدة غير مقروءة
    [two] رسالتان غير مقروءتين
    [few] { $count } رسائل غير مقروءة
    [many] { $count } رسالة غير مقروءة
   *[other] { $count } رسالة غير مقروءة
} من { $author }.
unread-messages-in-group = { $count ->
    [zero] { $count } رسالة غير مقروءة
    [one] رسالة واحدة غير مقروءة
    [two] رسالتان غير مقروءتين
    [few] { $count } رسائل غير مقروءة
    [many] { $count } رسالة غير مقروءة
   *[other] { $count } رسالة غير مقروءة
} في المجموعة { $title }.

## Groups

news-group-owner-by = جعلك { $actor } مالك المجموعة { $title }.
news-group-owner-by-untitled = جعلك { $actor } مالك مجموعة.
news-group-owner = أنت الآن مالك المجموعة { $title }.
news-group-owner-untitled = أنت الآن مالك مجموعة.
news-group-added-by = أضافك { $actor } إلى المجموعة { $title }.
news-group-added-by-untitled = أضافك { $actor } إلى مجموعة.
news-group-added = تمت إضافتك إلى المجموعة { $title }.
news-group-added-untitled = تمت إضافتك إلى مجموعة.
news-group-removed-by = أزالك { $actor } من المجموعة { $title }.
news-group-removed-by-untitled = أزالك { $actor } من مجموعة.
news-group-removed = تمت إزالتك من المجموعة { $title }.
news-group-removed-untitled = تمت إزالتك من مجموعة.

## Moderators

news-account-locked = قفل المشرفون حسابك.
news-text-removed = أزال المشرفون نصًا لك.
news-warned = حذّرك المشرفون.
news-report-upheld = اتخذ المشرفون إجراءً بناءً على بلاغ منك.
news-report-dismissed = راجع المشرفون بلاغًا منك ولم يتخذوا أي إجراء.

## The account

news-export-ready = تصدير بياناتك جاهز.
news-export-failed = فشل تصدير بياناتك.
news-logged-in = سجّل جهاز جديد الدخول إلى حسابك.
news-password-changed = تغيّرت كلمة مرورك.
news-email-changed = تغيّر عنوان البريد الإلكتروني لحسابك.
news-username-changed = تغيّر اسم المستخدم الخاص بك.
news-session-revoked = تم تسجيل خروج جهاز من حسابك.
news-token-reused = تم تسجيل خروج جهاز لأن رمزه استُخدم مرتين.
news-export-requested = طُلب تصدير بياناتك.
news-identity-changed = تم ربط حساب لدى موفّر هوية أو إلغاء ربطه.
