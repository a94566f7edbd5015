### Emails. A subject has no names.

## Parts

letter-greeting = مرحبًا { $name }،
letter-greeting-nameless = مرحبًا،
# A line that ends with a colon: what follows is a link, a code or a value.
letter-label = { $label }:
letter-code = أو أدخل هذا الرمز
letter-unsubscribe = إيقاف الرسائل من هذا النوع
mails-turned-off = لن تصلك رسائل بريد من هذا النوع بعد الآن.
letter-if-not-you = إن كنت أنت من فعل ذلك فلا حاجة إلى فعل أي شيء. وإلا فاطلب كلمة مرور جديدة الآن. يؤدي ذلك إلى تسجيل خروج كل من يستخدم حسابك.
fact-before = قبل ذلك
fact-device = الجهاز
fact-held-until = محجوز حتى
fact-location = المكان
fact-meeting = اجتماع عبر الإنترنت
fact-message = رسالة المشرفين
fact-question = السؤال
fact-reason = السبب
former-member = عضو سابق

## Registration and email addresses

confirm-email-subject = يرجى تأكيد عنوان بريدك الإلكتروني
confirm-email = مرحبًا بك في Studyhall! يرجى تأكيد أن عنوان البريد الإلكتروني هذا لك.
confirm-email-action = تأكيد عنوان بريدك الإلكتروني
confirm-email-advice = الرابط صالح لمدة 24 ساعة. يمكنك طلب رابط جديد في إعداداتك. إن لم تسجّل، فربما أخطأ أحدهم في كتابة عنوانه، ويمكنك تجاهل هذه الرسالة.
confirm-registration-subject = يرجى تأكيد تسجيلك
confirm-registration = مرحبًا بك في Studyhall! يرجى تأكيد أن عنوان البريد الإلكتروني هذا لك. ستُطلب منك كلمة المرور التي اخترتها، ثم يمكنك تسجيل الدخول.
confirm-registration-from = مرحبًا بك في Studyhall! يرجى تأكيد أن عنوان البريد الإلكتروني هذا لك. ستُطلب منك كلمة المرور التي اخترتها، ثم يمكنك تسجيل الدخول. تم هذا التسجيل باستخدام «{ $device }» في { $at } (UTC).
confirm-registration-for-approval = مرحبًا بك في Studyhall! يرجى تأكيد أن عنوان البريد الإلكتروني هذا لك. ستُطلب منك كلمة المرور التي اخترتها. ثم يبتّ أحد المشرفين في تسجيلك، وتصلك رسالة أخرى.
confirm-registration-for-approval-from = مرحبًا بك في Studyhall! يرجى تأكيد أن عنوان البريد الإلكتروني هذا لك. ستُطلب منك كلمة المرور التي اخترتها. ثم يبتّ أحد المشرفين في تسجيلك، وتصلك رسالة أخرى. تم هذا التسجيل باستخدام «{ $device }» في { $at } (UTC).
confirm-registration-action = تأكيد تسجيلك
confirm-registration-advice = الرابط صالح لمدة 24 ساعة. إن لم تسجّل، فيمكنك تجاهل هذه الرسالة: لا يُنشأ أي حساب من دون الرابط وكلمة المرور.
already-registered-subject = لديك حساب بالفعل
already-registered = حاول أحدهم التسجيل في Studyhall بعنوان البريد الإلكتروني هذا. لديك حساب به بالفعل، لذا لم يتغير شيء.
already-registered-advice = إن كنت أنت، فسجّل الدخول أو اطلب كلمة مرور جديدة إن نسيت كلمة مرورك. وإلا فيمكنك تجاهل هذه الرسالة.
confirm-new-email-subject = يرجى تأكيد عنوان بريدك الإلكتروني الجديد
confirm-new-email = طلبت استخدام عنوان البريد الإلكتروني هذا لحسابك. يسري التغيير عندما تؤكده.
confirm-new-email-action = تأكيد عنوان بريدك الإلكتروني الجديد
confirm-new-email-advice = الرابط صالح لمدة ساعة واحدة. إن لم تطلب ذلك، فيمكنك تجاهل هذه الرسالة: لن يُستخدم العنوان.
address-in-use-subject = عنوان بريدك الإلكتروني مستخدم بالفعل
address-in-use = طلب أحدهم استخدام عنوان البريد الإلكتروني هذا لحساب آخر. وهو تابع لحسابك بالفعل، لذا لم يتغير شيء.
address-in-use-advice = إن كنت أنت، فاستخدم الحساب الذي له هذا العنوان أو اختر عنوانًا آخر للحساب الآخر. وإلا فيمكنك تجاهل هذه الرسالة.
email-changed-subject = تغيّر عنوان بريدك الإلكتروني
email-changed = يستخدم حسابك الآن عنوان البريد الإلكتروني { $address } بدلًا من هذا العنوان.
email-changed-action = التراجع عن التغيير
email-changed-advice = إن كنت أنت من فعل ذلك فلا حاجة إلى فعل أي شيء. وإلا فتراجع عن التغيير. الرابط صالح لمدة 7 أيام. وهو يعيد هذا العنوان ويسجّل خروج جميع الأجهزة. ثم اطلب كلمة مرور جديدة.

## Invitations, registrations that need approval, the queues of moderators

invited-subject = دعوة إلى Studyhall
invited = يدعوك { $inviter } إلى التسجيل في Studyhall بعنوان البريد الإلكتروني هذا. الدعوة صالحة حتى { $end } (UTC).
invited-action = التسجيل
invited-advice = يمكن استخدام الرابط مرة واحدة، وهو لهذا العنوان فقط. إن كنت لا تعرف هذا العضو أو لا تريد التسجيل، فيمكنك تجاهل هذه الرسالة: لا يُنشأ أي حساب من دون الرابط.
registration-waiting-subject = ينتظر تسجيلك الموافقة
registration-waiting = حاول أحدهم التسجيل في Studyhall بعنوان البريد الإلكتروني هذا. ينتظر تسجيلك به موافقة أحد المشرفين، لذا لم يتغير شيء.
registration-waiting-advice = ستصلك رسالة عندما يبتّ أحد المشرفين في الأمر. إن لم تكن أنت، فيمكنك تجاهل هذه الرسالة.
registration-approved-subject = تمت الموافقة على تسجيلك
registration-approved = وافق أحد المشرفين على تسجيلك في Studyhall. يمكنك الآن تسجيل الدخول.
registration-approved-action = تسجيل الدخول
registration-approved-advice = اسم المستخدم الخاص بك في التحية أعلاه.
registration-declined-subject = رُفض تسجيلك
registration-declined = رُفض تسجيلك في Studyhall. حُذفت جميع بيانات التسجيل.
registration-declined-advice = إن رأيت أن في ذلك خطأ، فيُرجى التواصل مع مشغّلي هذا الخادم.
queues-subject = هناك بلاغات أو تسجيلات في الانتظار
queues = في انتظار مشرف: { $reports }، { $registrations }.
queues-reports = { $count ->
    [zero] { $count } بلاغ
    [one] بلاغ واحد
    [two] بلاغان
    [few] { $count } بلاغات
    [many] { $count } بلاغًا
   *[other] { $count } بلاغ
}
queues-registrations = { $count ->
    [zero] { $count } تسجيل
    [one] تسجيل واحد
    [two] تسجيلان
    [few] { $count } تسجيلات
    [many] { $count } تسجيلًا
   *[other] { $count } تسجيل
}
queues-action = فتح صفحة الإشراف
queues-advice = تصلك هذه الرسالة مرة واحدة في اليوم ما دام هناك شيء في الانتظار.

## The account

reset-password-subject = اختر كلمة مرور جديدة
reset-password = تلقّينا طلبًا لكلمة مرور جديدة لحسابك.
reset-password-advice = الرابط صالح لمدة 30 دقيقة ويمكن استخدامه مرة واحدة. إن لم تطلب ذلك، فيمكنك تجاهل هذه الرسالة: تبقى كلمة مرورك كما هي.
password-changed-subject = تغيّرت كلمة مرورك
password-changed = تغيّرت كلمة مرور حسابك وسُجّل خروج أجهزتك الأخرى.
username-changed-subject = تغيّر اسم المستخدم الخاص بك
username-changed = تغيّر اسم المستخدم الخاص بك. اسمك الجديد في التحية أعلاه.
token-reused-subject = تم تسجيل خروج جهاز
token-reused = استُخدم رمز دخول أحد أجهزتك مرتين. قد يعني ذلك أن أحدهم نسخه، لذا سجّلنا خروج هذا الجهاز.
token-reused-advice = يرجى تسجيل الدخول من جديد. إن لم تعرف كيف حدث ذلك، فاطلب كلمة مرور جديدة. يؤدي ذلك إلى تسجيل خروج كل من يستخدم حسابك.
account-deleted-subject = حُذف حسابك
account-deleted = حُذف حسابك. شكرًا لأنك كنت جزءًا من Studyhall. ما جرى لبياناتك:
account-deleted-advice = إن لم تكن أنت من فعل ذلك، فيُرجى التواصل مع مشغّلي هذا الخادم.
account-locked-subject = قُفل حسابك
account-locked-mail = قفل مشرفو هذا الخادم حسابك. وسُجّل خروج جميع الأجهزة.
account-locked-until-mail = قفل مشرفو هذا الخادم حسابك حتى { $end } ({ $zone }). وسُجّل خروج جميع الأجهزة.
account-locked-advice = إن رأيت أن في ذلك خطأ، فيُرجى التواصل مع مشغّلي هذا الخادم.

## Notices about the account, exports and decisions. The sentences are those of the notifications.

notice-signed-in-subject = تسجيل دخول جديد إلى حسابك
notice-identity-changed-subject = تغيّرت طرق تسجيل دخولك
notice-export-requested-subject = طُلب تصدير بياناتك
notice-export-ready-subject = تصدير بياناتك جاهز
notice-export-ready-advice = يمكنك تنزيله من إعداداتك خلال 7 أيام.
notice-export-failed-subject = فشل تصدير بياناتك
notice-export-failed-advice = يرجى طلب تصدير جديد من إعداداتك.
notice-warned-subject = حذّرك المشرفون
notice-text-removed-subject = أُزيل نص لك
notice-report-subject = تمت مراجعة بلاغك

## What was deleted with an account

receipt-deleted = محذوف: { $count }
receipt-anonymised = باقٍ من دون اسم: { $count }
receipt-kept = باقٍ: { $count }
receipt-line = { $counts }. { $reason }
data-appointments = المواعيد
data-bookings = الحجوزات
data-comments = التعليقات
data-files = الملفات
data-images = الصور
data-invitations = الدعوات
data-messages = الرسائل
data-posts = المنشورات
data-profile = الملف الشخصي
data-reactions = التفاعلات
data-reports = البلاغات
data-sessions = الجلسات
data-times-off = الإجازات
data-topics = المواضيع
data-waitlist-entries = قوائم الانتظار

## Bookings. `$at` is the day, the time and the time zone.

booking-created-subject = حُجزت جلسة معك
booking-created = حجز { $other } جلسة معك عن «{ $topic }» في { $at }.
booking-booked-subject = حجزت جلسة
booking-booked = حجزت جلسة مع { $other } عن «{ $topic }» في { $at }.
booking-rescheduled-subject = تغيّر وقت جلستك
booking-rescheduled = غيّر { $other } وقت جلستك عن «{ $topic }». وهي الآن في { $at }.
booking-requested-subject = طُلبت جلسة معك
booking-requested = يطلب { $other } جلسة معك عن «{ $topic }» في { $at }.
booking-requesting-subject = طلبت جلسة
booking-requesting = طلبت جلسة من { $other } عن «{ $topic }» في { $at }.
booking-approved-subject = تمت الموافقة على جلستك
booking-approved = وافق { $other } على جلستك عن «{ $topic }» في { $at }.
booking-declined-subject = رُفض طلبك لجلسة
booking-declined = رفض { $other } طلبك لجلسة عن «{ $topic }» في { $at }.
booking-expired-subject = انتهت صلاحية طلب لجلسة
booking-expired = انتهت صلاحية طلب الجلسة مع { $other } عن «{ $topic }» في { $at }.
booking-relocated-subject = تُعقد جلستك في مكان آخر
booking-relocated = غيّر { $other } مكان جلستك عن «{ $topic }» في { $at }. انظر أدناه.
booking-cancelled-subject = أُلغيت جلستك
booking-cancelled = ألغى { $other } جلستك عن «{ $topic }» في { $at }.
booking-completed-subject = انتهت جلستك
booking-completed = أنهى { $other } جلستك عن «{ $topic }» في { $at }.
booking-no-show-subject = سُجّل تغيّب
booking-no-show = سجّل { $other } أنك تغيّبت عن جلستك عن «{ $topic }» في { $at }.
booking-other-no-show = سجّل { $other } تغيّبه عن جلستك عن «{ $topic }» في { $at }.
booking-reminder-subject = تبدأ جلستك قريبًا
booking-reminder = جلستك مع { $other } عن «{ $topic }» في { $at }.
booking-conflict-subject = تتعارض جلسة مع تقويمك
booking-conflict = في تقويمك حدث في وقت جلستك مع { $other } عن «{ $topic }» في { $at }.
booking-seat-offered-subject = هناك مقعد محفوظ لك
booking-seat-offered = هناك مقعد محفوظ لك في الجلسة مع { $other } عن «{ $topic }» في { $at }.
booking-waitlist-ended-subject = انتهى دورك في إحدى قوائم الانتظار
booking-waitlist-ended = انتهى دورك في قائمة انتظار جلسة مع { $other } عن «{ $topic }» في { $at }.
booking-open = فتح الحجز
booking-waitlists-open = فتح قوائم الانتظار
advice-requested = يرجى الموافقة على الطلب أو رفضه. وإلا فستنتهي صلاحيته.
advice-requesting = تُعقد الجلسة إذا وافق عليها مرشدك.
advice-bookable-again = لا حاجة إلى فعل أي شيء. يمكن حجز الوقت من جديد.
advice-cancel-early = إن تعذّر عليك الحضور، فألغِ الجلسة في أقرب وقت ممكن.
advice-nothing = لا حاجة إلى فعل أي شيء.
advice-no-show = إن لم يكن ذلك صحيحًا، فاكتب إلى المشارك الآخر.
advice-seat-offered = يرجى حجز الجلسة قريبًا: يُحفظ المقعد ساعة واحدة على الأكثر، ثم ينتقل إلى الطالب التالي.

## Digests

digest-subject = لديك رسائل وإشعارات غير مقروءة
digest = ما لم يُقرأ بعد:
digest-with-more = ما لم يُقرأ بعد، ومنه:
digest-open = فتح إشعاراتك
digest-advice = يمكنك أن تختار في إعداداتك ما تصلك عنه رسائل البريد وعدد مراتها.
digest-comment = تعليق
digest-group = مجموعة
digest-mention = إشارة
digest-messages = رسائل
digest-reaction = تفاعل
digest-reply = رد
digest-other = إشعار
