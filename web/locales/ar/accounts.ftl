account-username = اسم المستخدم
account-usernameHint = من { 3 } إلى { 30 } حرفًا أو رقمًا أو نقطة أو شرطة أو شرطة سفلية.
account-usernameAvailable = اسم المستخدم هذا متاح.
account-usernameUnavailable = اسم المستخدم هذا غير متاح.
account-email = البريد الإلكتروني
account-newEmail = البريد الإلكتروني الجديد
account-password = كلمة المرور
account-currentPassword = كلمة المرور الحالية
account-newPassword = كلمة المرور الجديدة
account-passwordHint = { 12 } حرفًا على الأقل. عبارة من عدة كلمات خيار جيد.
account-passwordText = تغيير كلمة المرور ينهي كل جلساتك الأخرى.
account-changeUsername = تغيير اسم المستخدم
account-changeEmail = تغيير البريد الإلكتروني
account-changePassword = تغيير كلمة المرور
account-setPassword = تعيين كلمة المرور
account-passwordChanged = تم تغيير كلمة المرور. انتهت كل جلساتك الأخرى.
account-emailMailed = أرسلنا رابط تأكيد إلى { $email }. يتغيّر بريدك الإلكتروني بعد تأكيده.
account-delete = حذف الحساب
account-deleteText = يُحذف ملفك الشخصي ومنشوراتك وصورك وجلساتك وحجوزاتك القادمة على الفور. ويحتفظ من راسلتهم برسائلك دون اسمك.
account-deleteTitle = هل تريد حذف حسابك؟
account-deleteForGood = حذف نهائي
account-deleted = تم حذف حسابك.

logIn-title = مرحبًا بعودتك
logIn-needed = سجّل الدخول لعرض هذه الصفحة.
logIn-ended = انتهت جلستك. ربما أُنهيت من جهاز آخر أو تغيّرت كلمة مرورك. سجّل الدخول مرة أخرى: مسوداتك محفوظة.
logIn-identifier = اسم المستخدم أو البريد الإلكتروني
logIn-forgot = هل نسيت كلمة المرور؟
logIn-new = ليس لديك حساب؟
logIn-guest = هذه الصفحة للأعضاء. بصفتك زائرًا، يمكنك استخدام الردهة.

identity-logIn = تسجيل الدخول عبر { $name }
identity-or = أو
identity-title = لم يكتمل تسجيل الدخول
identity-denied = لقد رفضت تسجيل الدخول.
identity-unavailable = خدمة تسجيل الدخول لا تستجيب. حاول مرة أخرى لاحقًا.
identity-failed = اكتمل تسجيل الدخول هذا أو انتهت صلاحيته. ابدأ من جديد.
identity-back = رجوع
identity-accounts = الحسابات المرتبطة
identity-accountsText = حسابات في خدمات تسجيل الدخول يمكنك استخدامها للدخول هنا.
identity-link = ربط { $name }
identity-linked = تم ربط الحساب.
identity-unlink = إلغاء الربط
identity-unlinkOne = إلغاء ربط { $name }
identity-unlinked = لم يعد الحساب مرتبطًا.

signUp-title = انضم إلى الحرم الجامعي
signUp-action = إنشاء الحساب
signUp-known = لديك حساب بالفعل؟
signUp-guest = تحتفظ بالرسائل التي كتبتها في الردهة.
signUp-mailed = تحقّق من بريدك الإلكتروني
signUp-mailedText = أرسلنا رابطًا إلى { $email }. افتحه لتأكيد عنوانك ثم سجّل الدخول.

forgot-title = هل نسيت كلمة المرور؟
forgot-text = سنرسل إليك بالبريد الإلكتروني رابطًا لاختيار كلمة مرور جديدة.
forgot-action = إرسال الرابط
forgot-sent = تحقّق من بريدك الإلكتروني
forgot-sentText = إذا كان هناك حساب بهذا العنوان فقد أرسلنا إليه رابطًا. الرابط صالح لمدة { 30 } دقيقة.

reset-title = اختر كلمة مرور جديدة
reset-action = تعيين كلمة المرور
reset-done = تم تغيير كلمة المرور
reset-doneText = انتهت كل جلساتك. سجّل الدخول بكلمة مرورك الجديدة.

confirm-title = تأكيد بريدك الإلكتروني
confirm-text = اضغط الزر لتأكيد عنوان بريدك الإلكتروني.
confirm-passwordHint = كلمة المرور التي اخترتها عند التسجيل.
confirm-action = تأكيد البريد الإلكتروني
confirm-done = تم تأكيد البريد الإلكتروني
confirm-doneText = كل شيء جاهز.
confirm-waiting = يُرجى تأكيد { $email }. أرسلنا إليك رسالة فيها رابط.
confirm-resend = إعادة إرسال الرسالة
confirm-sent = أرسلنا رسالة أخرى إلى { $email }.

undo-title = التراجع عن تغيير البريد الإلكتروني
undo-text = يعيد هذا عنوان بريدك السابق وينهي كل جلساتك. اختر كلمة مرور جديدة بعد ذلك.
undo-action = استعادة البريد السابق
undo-done = تمت استعادة البريد السابق
undo-doneText = انتهت كل جلساتك. اختر كلمة مرور جديدة الآن.

unsubscribe-title = إيقاف هذه الرسائل
unsubscribe-text = لن تصلك رسائل بريد من نوع الرسالة التي جاء فيها هذا الرابط. تبقى الإشعارات في التطبيق.
unsubscribe-action = إيقاف
unsubscribe-done = تم إيقاف الرسائل
unsubscribe-doneText = يمكنك تشغيلها مرة أخرى في أي وقت.

link-again = طلب رابط جديد
link-token = الرمز
link-tokenHint = تجده في سطر مستقل في الرسالة.

zone-differs = تُعرض الأوقات بحسب المنطقة الزمنية { $accountZone }. هذا الجهاز في { $deviceZone }.
zone-use = استخدام { $zone }
zone-keep = الإبقاء على { $zone }

settings-profile = الملف الشخصي
settings-contact = الاتصال
settings-privacy = الخصوصية
settings-appearance = العرض
settings-account = الحساب
settings-sessions = الجلسات
settings-blocked = المحظورون
settings-calendar = التقويم

sessions-text = الأجهزة التي سجّلت الدخول منها. إنهاء الجلسة يسري فورًا.
sessions-current = هذا الجهاز
sessions-lastUsed = آخر استخدام
sessions-since = تسجيل الدخول
sessions-end = إنهاء الجلسة
sessions-endOne = إنهاء الجلسة: { $name }
sessions-endOthers = إنهاء كل الجلسات الأخرى
sessions-ended =
    { $count ->
        [zero] لم تُنهَ أي جلسة.
        [one] أُنهيت جلسة واحدة.
        [two] أُنهيت جلستان.
        [few] أُنهيت { $count } جلسات.
        [many] أُنهيت { $count } جلسة.
       *[other] أُنهيت { $count } جلسة.
    }

privacy-messaging = المراسلة والحضور
privacy-messagePolicy = من يمكنه مراسلتك

policy-EVERYONE = كل الأعضاء
policy-BOOKING_PARTNERS = من لديّ حجز معهم
policy-NOBODY = لا أحد

privacy-showsPresence = إظهار وجودي عندما أكون متصلًا
privacy-showsPresenceHint = وجودك في الردهة ظاهر دائمًا.
privacy-sendsReadReceipts = إرسال إشعارات القراءة
privacy-sendsReadReceiptsHint = يرى الآخرون إلى أين قرأت في المحادثة.
privacy-details = من يمكنه رؤية بياناتك
privacy-emailVisibility = البريد الإلكتروني
privacy-addressVisibility = عنوان المنزل
privacy-studentNumberVisibility = الرقم الجامعي

visibility-ONLY_ME = أنا فقط
visibility-BOOKING_PARTNERS = من لديّ حجز معهم
visibility-MEMBERS = كل الأعضاء

privacy-time = التاريخ والوقت
privacy-timeZone = المنطقة الزمنية
privacy-timeZoneHint = تُعرض كل الأوقات بحسب هذه المنطقة الزمنية.

block-do = حظر
block-undo = إلغاء الحظر
block-done = تم الحظر. لن يرى أيٌّ منكما الآخر.
block-undone = تم إلغاء الحظر.
block-text = الأشخاص الذين حظرتهم. لا يصلهم أي إشعار بذلك.
block-none = لم تحظر أحدًا

calendar-title = حجوزاتك في تقويمك
calendar-text = أنشئ عنوانًا خاصًا واشترك فيه من تطبيق التقويم لديك.
calendar-create = إنشاء عنوان
calendar-renew = إنشاء عنوان جديد
calendar-once = انسخه الآن، فهو يظهر مرة واحدة فقط. كل من لديه هذا العنوان يمكنه رؤية حجوزاتك.
calendar-exists = لديك عنوان نشط. العنوان الجديد يحلّ محله.
calendar-stop = إيقاف
calendar-stopped = لم يعد العنوان يعمل.

notice-none = لا إشعارات بعد
notice-noneText = تظهر هنا الإشارات والردود والتعليقات والتفاعلات والحجوزات ونشاط الحساب.
notice-noneUnread = لا شيء غير مقروء
notice-filter = عرض
notice-all = الكل
notice-unread = غير المقروءة
notice-markRead = تمييز كمقروء: { $text }
notice-markAllRead = تمييز الكل كمقروء
notice-comment = تعليق من { $name } على منشورك
notice-mention = إشارة إليك من { $name }
notice-reply = ردّ عليك من { $name }
notice-reaction = تفاعل من { $name } مع ما كتبته
notice-reactions =
    { $count ->
        [zero] تفاعل من { $name } مع ما كتبته
        [one] تفاعل من { $name } وشخص آخر مع ما كتبته
        [two] تفاعل من { $name } وشخصين آخرين مع ما كتبته
        [few] تفاعل من { $name } و{ $count } أشخاص آخرين مع ما كتبته
        [many] تفاعل من { $name } و{ $count } شخصًا آخر مع ما كتبته
       *[other] تفاعل من { $name } و{ $count } شخص آخر مع ما كتبته
    }
notice-group = تغييرات في { $title }
notice-someGroup = مجموعة
notice-group-MEMBER_ADDED = تمت إضافتك إلى { $title }
notice-group-MEMBER_REMOVED = تمت إزالتك من { $title }
notice-group-OWNER_CHANGED = أنت الآن مالك { $title }
notice-moderation = اتخذ المشرفون إجراءً
notice-moderation-LOCK = قفل المشرفون حسابك
notice-moderation-REMOVE = أزال المشرفون نصًا كتبته
notice-moderation-WARN = وجّه إليك المشرفون تحذيرًا
notice-reportUpheld = اتخذ المشرفون إجراءً بناءً على بلاغك
notice-reportDismissed = راجع المشرفون بلاغك ولم يتخذوا أي إجراء
notice-DATA_EXPORT_REQUESTED = طُلب تصدير بياناتك
notice-IDENTITY_CHANGED = تم ربط حساب في خدمة تسجيل دخول أو إلغاء ربطه
notice-settings = الإعدادات
notice-new = جديد
notice-security = تم تغيير حسابك
notice-LOGGED_IN = تسجيل دخول جديد إلى حسابك. إن لم تكن أنت، فأنهِ تلك الجلسة.
notice-PASSWORD_CHANGED = تم تغيير كلمة مرورك
notice-EMAIL_CHANGED = تم تغيير عنوان بريدك الإلكتروني
notice-USERNAME_CHANGED = تم تغيير اسم المستخدم الخاص بك
notice-SESSION_REVOKED = أُنهيت إحدى جلساتك
notice-TOKEN_REUSED = أُنهيت جلسة لأن رمزها استُخدم مرتين
notice-booking = تغيّر الحجز: { $topic } مع { $name }، { $time }
notice-CREATED = حجز جديد: { $topic } مع { $name }، { $time }
notice-RESCHEDULED = تغيّر الوقت: { $topic } مع { $name }، الآن { $time }
notice-CANCELLED = أُلغي: { $topic } مع { $name }، { $time }
notice-COMPLETED = اكتمل: { $topic } مع { $name }
notice-NO_SHOW = تغيّب: { $topic } مع { $name }، { $time }
notice-REQUESTED = طلب: { $topic } مع { $name }، { $time }
notice-APPROVED = تمت الموافقة: { $topic } مع { $name }، { $time }
notice-DECLINED = مرفوض: { $topic } مع { $name }، { $time }
notice-EXPIRED = انتهت صلاحية الطلب: { $topic } مع { $name }، { $time }
notice-RELOCATED = مكان جديد: { $topic } مع { $name }، { $time }
notice-REMINDER = تذكير: { $topic } مع { $name }، { $time }
