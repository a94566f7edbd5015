### The messages of `userErrors`. Keep them short: what is wrong, and what to do.

## Texts and lists

must-not-be-empty = يجب ألا يكون هذا الحقل فارغًا.
too-few-characters = استخدم { $min ->
    [zero] { $min } حرف
    [one] حرفًا واحدًا
    [two] حرفين
    [few] { $min } أحرف
    [many] { $min } حرفًا
   *[other] { $min } حرف
} على الأقل.
too-many-characters = استخدم { $max ->
    [zero] { $max } حرف
    [one] حرفًا واحدًا
    [two] حرفين
    [few] { $max } أحرف
    [many] { $max } حرفًا
   *[other] { $max } حرف
} على الأكثر.
too-many-bytes = استخدم { $size } على الأكثر.
not-a-single-line = اكتب في سطر واحد.
control-character = احذف محرف التحكم { $character } في الموضع { $position }.
stacked-marks = استخدم { $max ->
    [zero] { $max } علامة
    [one] علامة واحدة
    [two] علامتين
    [few] { $max } علامات
    [many] { $max } علامة
   *[other] { $max } علامة
} فوق الحرف وتحته على الأكثر.
too-many-items = أدخل { $max ->
    [zero] { $max } عنصر
    [one] عنصرًا واحدًا
    [two] عنصرين
    [few] { $max } عناصر
    [many] { $max } عنصرًا
   *[other] { $max } عنصر
} على الأكثر.
number-out-of-range = أدخل عددًا من { $min } إلى { $max }.
not-a-multiple-of-five-minutes = أدخل عددًا من مضاعفات 5 دقائق.
instant-not-in-future = اختر وقتًا في المستقبل.
url-malformed = يجب أن يبدأ الرابط بـ { "\u2066" }https://{ "\u2069" } وألا يتجاوز 2,000 حرف وألا يتضمن اسم مستخدم، مثل https://campus.example/ana.
url-of-other-site = يجب أن يؤدي الرابط إلى { $host }.
url-of-other-sites = يجب أن يؤدي الرابط إلى { $host } أو { $other }.
locale-not-spoken = هذه اللغة غير متوفرة على هذا الخادم. اختر واحدة من: { $locales }.

## Accounts

email-missing = أدخل عنوان بريد إلكتروني.
email-invalid = عنوان البريد الإلكتروني هذا غير صالح.
email-domain-not-allowed = لا يقبل هذا الخادم عناوين هذا النطاق. استخدم العنوان الذي منحك إياه حرمك الجامعي.
email-of-other-account = هذا العنوان مستخدم في حساب آخر.
email-taken = عنوان البريد الإلكتروني هذا مستخدم في حساب آخر.
email-taken-at-registration = عنوان البريد الإلكتروني هذا مستخدم في حساب آخر. سجّل الدخول أو استخدم عنوانًا آخر.
email-taken-at-provider = عنوان البريد الإلكتروني هذا مستخدم في حساب آخر. سجّل الدخول إلى ذلك الحساب واربط هذا الحساب في الإعدادات.
username-letters = استخدم حروفًا وأرقامًا من نظام كتابة واحد و _ و . و -، وابدأ بحرف أو رقم.
pseudonym-letters = استخدم حروفًا وأرقامًا من نظام كتابة واحد و _.
username-reserved = هذا الاسم محجوز. اختر اسمًا آخر.
username-taken = يوجد حساب آخر بهذا الاسم أو باسم يشبهه. اختر اسمًا آخر.
username-taken-since = أخذ حساب آخر هذا الاسم في هذه الأثناء. سجّل من جديد باسم آخر.
student-number-taken = يوجد حساب آخر برقم الطالب هذا. تحقّق من الرقم أو تواصل مع مشغّل الخادم.
password-too-short = استخدم 12 حرفًا على الأقل. عدة كلمات متتالية يسهل تذكرها.
password-has-own-name = يجب ألا تتضمن كلمة المرور اسم المستخدم أو عنوان بريدك الإلكتروني.
password-common = كلمة المرور هذه سهلة التخمين. استخدم عدة كلمات لا علاقة بينها.
password-wrong = كلمة المرور هذه غير صحيحة. أدخل كلمة المرور الحالية.
password-of-registration-missing = أدخل كلمة المرور التي اخترتها عند التسجيل.
password-of-registration-wrong = هذه ليست كلمة مرور تسجيلك. أدخل كلمة المرور التي اخترتها عند التسجيل.
password-required = مضى وقت طويل على تسجيل دخولك. أدخل كلمة المرور الحالية أيضًا أو سجّل الدخول من جديد.
password-or-session-required = سجّل الدخول إلى الحساب الذي يتغير عنوانه أو أدخل كلمة مروره.
passwords-disabled = لا يستخدم هذا الخادم كلمات مرور. سجّل الدخول عبر موفّر هوية.
already-a-member = أنت عضو بالفعل. سجّل الخروج أولًا.
year-out-of-range = أدخل سنة بين { $min } و{ $max }.
too-many-skills = أدخل { $max ->
    [zero] { $max } مهارة
    [one] مهارة واحدة
    [two] مهارتين
    [few] { $max } مهارات
    [many] { $max } مهارة
   *[other] { $max } مهارة
} على الأكثر.
credentials-wrong = اسم المستخدم أو عنوان البريد الإلكتروني أو كلمة المرور غير صحيح. تحقق منها وحاول مرة أخرى.
account-locked-for-a-time = هذا الحساب مقفل لمدة محددة. حاول مرة أخرى بعد انتهاء القفل.
account-locked = هذا الحساب مقفل. تواصل مع مشغّلي هذا الخادم.
cookies-require-https = تتطلب ملفات تعريف الارتباط https. استخدم النقل TOKEN.
session-ended = انتهت هذه الجلسة. سجّل الدخول من جديد.
no-such-session = ليست لديك جلسة كهذه.
link-used-or-expired = استُخدم هذا الرابط من قبل أو انتهت صلاحيته. اطلب رابطًا جديدًا.

## Sign-in at identity providers

sign-in-elsewhere = يجري تسجيل دخولك من مكان آخر في هذه اللحظة. حاول مرة أخرى.
code-challenge-invalid = يجب أن يكون code challenge قيمة SHA-256 للمتحقق بترميز base64url.
redirect-url-not-allowed = لا يمكن أن يعود تسجيل الدخول إلى هذا الرابط.
sign-in-finished-or-expired = اكتمل تسجيل الدخول هذا أو انتهت صلاحيته. ابدأ من جديد.
identity-of-other-member = ربط عضو آخر هذا الحساب.
too-many-identities = يمكنك ربط { $max ->
    [zero] { $max } حساب
    [one] حساب واحد
    [two] حسابين
    [few] { $max } حسابات
    [many] { $max } حسابًا
   *[other] { $max } حساب
} على الأكثر.
identity-not-linked = لم تربط هذا الحساب.
last-identity = لن تتمكن من تسجيل الدخول بعد ذلك. عيّن كلمة مرور أو اربط حسابًا آخر أولًا.
no-such-provider = ليس لهذا الخادم موفّر هوية كهذا.

## Roles, locks and reports

lock-end-not-in-future = يجب أن ينتهي القفل في المستقبل.
lock-end-without-lock = للقفل وحده وقت انتهاء. أضف الإجراء LOCK أو اترك هذا الحقل فارغًا.
member-cannot-become-guest = لا يمكن أن يصبح العضو زائرًا.
own-role = يجب أن يغيّر دورك مدير آخر.
last-admin = أنت آخر مدير. عيّن عضوًا آخر مديرًا أولًا.
cannot-act-on-member = لا يمكنك اتخاذ إجراء بحق هذا العضو.
no-such-member = لا يوجد عضو كهذا.
not-a-moderator = هذا العضو ليس مشرفًا.
report-about-yourself = هذا البلاغ يتعلق بك. يجب أن يبتّ فيه مشرف آخر.
report-resolved = عولج هذا البلاغ بالفعل.
no-such-report = لا يوجد بلاغ كهذا.
reported-text-deleted = حُذف النص للتو. أعد تحميل البلاغ.
action-repeated = هذا الإجراء مذكور مرتين. احذف أحدهما.
no-text-to-remove = لا يوجد نص لإزالته.
guest-cannot-be-locked = لا يمكن تحذير الزائر ولا قفله. أزله من الردهة.
author-deleted = حُذف حساب الكاتب.
cannot-report-yourself = لا يمكنك الإبلاغ عن نفسك.
too-many-reports = قدّمت { $max ->
    [zero] { $max } بلاغ
    [one] بلاغًا واحدًا
    [two] بلاغين
    [few] { $max } بلاغات
    [many] { $max } بلاغًا
   *[other] { $max } بلاغ
} ولا يمكنك تقديم المزيد.
reported-object-missing = هذه الرسالة أو المنشور أو التعليق أو المستخدم غير موجود.

## Members, settings and notifications

no-such-user = لا يوجد مستخدم كهذا.
user-missing = هذا المستخدم غير موجود.
own-account = هذا حسابك أنت. اختر مستخدمًا آخر.
too-many-blocks = أنت تحظر بالفعل { $max ->
    [zero] { $max } مستخدم
    [one] مستخدمًا واحدًا
    [two] مستخدمَين
    [few] { $max } مستخدمين
    [many] { $max } مستخدمًا
   *[other] { $max } مستخدم
}، وهو الحد الأقصى. ألغِ حظر مستخدم أولًا.
guest-missing = هذا الزائر غير موجود أو غادر.
pseudonym-missing = اختر اسمًا مستعارًا أو سجّل الدخول.
quiet-hours-empty = يجب أن تنتهي ساعات الهدوء في وقت غير وقت بدايتها.
kind-repeated = اذكر كل نوع مرة واحدة.
security-mail-required = لا يمكن إيقاف رسائل البريد المتعلقة بأمان الحساب.
unsubscribe-link-invalid = هذا الرابط غير صالح. غيّر إعداداتك بدلًا من ذلك.
too-many-notifications = حدّد { $max ->
    [zero] { $max } إشعار
    [one] إشعارًا واحدًا
    [two] إشعارين
    [few] { $max } إشعارات
    [many] { $max } إشعارًا
   *[other] { $max } إشعار
} في المرة الواحدة على الأكثر.
no-such-notification = ليس لديك إشعار كهذا.
push-disabled = الإشعارات الفورية غير متوفرة على هذا الخادم.
push-secret-invalid = يجب أن يتكوّن السر من 16 بايت بترميز base64url.
push-endpoint-invalid = يجب أن يكون عنوان الخدمة رابط https بمضيف عام.
push-key-invalid = يجب أن يكون المفتاح نقطة P-256 غير مضغوطة بترميز base64url.
export-too-soon = طلبت تصدير بياناتك خلال آخر 24 ساعة. نزّل ذلك التصدير أو انتظر.

## Images and files

image-file-too-large = حجم الملف أكبر من { $size }. صغّر الصورة.
image-too-large = الصورة أكبر من 50 ميغابكسل أو 32,768 بكسلًا للضلع أو 100 إطار. صغّرها.
image-heic = لا يمكن قراءة صور HEIC. اضبط الكاميرا على الصيغة الأكثر توافقًا أو صدّر الصورة بصيغة JPEG.
image-avif = لا يمكن قراءة صور AVIF. صدّر الصورة بصيغة JPEG أو PNG.
image-invalid = الملف ليس صورة JPEG أو PNG أو WebP أو GIF صالحة. اختر ملفًا آخر.
image-repeated = هذه الصورة مذكورة مرتين. احذف إحداهما.
image-in-use = هذه الصورة مستخدمة. أزلها من ملفك الشخصي أو احذف ما يعرضها ثم حاول مرة أخرى.
no-such-image = ليست لديك صورة بهذا المعرّف. ارفعها من جديد.
too-many-images = أرفق { $max ->
    [zero] { $max } صورة
    [one] صورة واحدة
    [two] صورتين
    [few] { $max } صور
    [many] { $max } صورة
   *[other] { $max } صورة
} على الأكثر.
quota-exceeded = امتلأت مساحة التخزين الخاصة بك. احذف صورًا لم تعد تحتاج إليها أو منشورات ورسائل فيها صور أو ملفات.
file-too-large = حجم الملف أكبر من { $size }. شارك ملفًا أصغر.
file-type-unsupported = لا يمكن مشاركة سوى PDF والنصوص بترميز UTF-8 ومستندات Office وOpenDocument وأرشيفات ZIP. اختر ملفًا آخر.
file-is-image = هذه صورة. أرفقها كصورة.
file-empty = الملف فارغ. اختر ملفًا آخر.
file-damaged = الأرشيف أو المستند تالف. احفظه أو صدّره من جديد.
file-encrypted = الأرشيف مشفّر. شاركه بلا كلمة مرور.
file-has-macros = يحتوي المستند على وحدات ماكرو. احفظه من دونها.
file-has-too-many-entries = يحتوي الأرشيف على أكثر من 10,000 مدخل. شارك أرشيفًا أصغر.
file-repeated = هذا الملف مذكور مرتين. احذف أحدهما.
no-such-file = ليس لديك ملف بهذا المعرّف. ارفعه من جديد.
too-many-files = أرفق { $max ->
    [zero] { $max } ملف
    [one] ملفًا واحدًا
    [two] ملفين
    [few] { $max } ملفات
    [many] { $max } ملفًا
   *[other] { $max } ملف
} على الأكثر.

## Posts, comments and reactions

post-missing = هذا المنشور غير موجود أو حُذف.
post-of-other = لا يمكنك تعديل سوى منشوراتك.
post-key-reused = استُخدم هذا المفتاح لمنشور آخر. استخدم مفتاحًا جديدًا.
post-key-deleted = حُذف المنشور الذي يحمل هذا المفتاح. استخدم مفتاحًا جديدًا.
comment-missing = هذا التعليق غير موجود أو حُذف.
comment-missing-below-post = هذا التعليق غير موجود تحت المنشور أو حُذف.
comment-of-other = لا يمكنك تعديل سوى تعليقاتك.
comment-key-reused = استُخدم هذا المفتاح لتعليق آخر. استخدم مفتاحًا جديدًا.
comment-key-deleted = حُذف التعليق الذي يحمل هذا المفتاح. استخدم مفتاحًا جديدًا.
too-many-comments = بلغ هذا المنشور الحد الأقصى من التعليقات.
not-one-emoji = اختر رمزًا تعبيريًا واحدًا.
too-many-reactions = يوجد هنا { $max ->
    [zero] { $max } تفاعل مختلف
    [one] تفاعل واحد مختلف
    [two] تفاعلان مختلفان
    [few] { $max } تفاعلات مختلفة
    [many] { $max } تفاعلًا مختلفًا
   *[other] { $max } تفاعل مختلف
}، وهو الحد الأقصى. اختر من الموجود.
reaction-subject-missing = هذا المحتوى غير موجود أو حُذف.
message-deleted = حُذفت هذه الرسالة.

## Conversations

conversation-missing = هذه المحادثة غير موجودة أو لست عضوًا فيها.
conversation-or-user = حدّد إما conversationId أو userId، وليس كليهما.
conversation-without-others = اختر مستخدمًا آخر واحدًا على الأقل.
conversation-too-large = يمكن أن تضم المحادثة { $max ->
    [zero] { $max } عضو
    [one] عضوًا واحدًا
    [two] عضوين
    [few] { $max } أعضاء
    [many] { $max } عضوًا
   *[other] { $max } عضو
} وأنت منهم. اختر عددًا أقل من المستخدمين.
conversation-of-two = لا يمكنك مغادرة محادثة بين مستخدمَين، بل المجموعات فقط.
conversation-without-owner = ليس لهذه المحادثة مالك ولا يتغير أعضاؤها. أنشئ مجموعة بدلًا منها.
recipient-unavailable = لا يمكنك الكتابة إلى هذا المستخدم.
message-to-yourself = لا يمكنك إرسال رسالة إلى نفسك.
message-missing = هذه الرسالة غير موجودة أو حُذفت.
message-missing-in-conversation = هذه الرسالة غير موجودة في هذه المحادثة.
message-of-other = لا يمكنك تعديل سوى رسائلك.
message-key-reused = استُخدم هذا المفتاح لرسالة أخرى. استخدم مفتاحًا جديدًا.
message-key-deleted = حُذفت الرسالة التي تحمل هذا المفتاح. استخدم مفتاحًا جديدًا.
message-too-old = يمكن تعديل الرسالة خلال 24 ساعة. يمكنك حذفها أو إرسال رسالة جديدة.
replied-message-missing = الرسالة المراد الرد عليها غير موجودة في هذه المحادثة.
group-too-large = يمكن أن تضم المجموعة { $max ->
    [zero] { $max } عضو
    [one] عضوًا واحدًا
    [two] عضوين
    [few] { $max } أعضاء
    [many] { $max } عضوًا
   *[other] { $max } عضو
}. أزل عضوًا أولًا.
group-of-other-owner = لا يستطيع فعل ذلك سوى مالك المجموعة.
group-key-reused = استُخدم هذا المفتاح لمجموعة أخرى. استخدم مفتاحًا جديدًا.
group-key-deleted = حُذفت المجموعة التي تحمل هذا المفتاح أو لم تعد عضوًا فيها. استخدم مفتاحًا جديدًا.
cannot-remove-yourself = لا يمكنك إزالة نفسك. غادر المجموعة بدلًا من ذلك.

## Topics and appointments

no-such-topic = لا يوجد موضوع كهذا.
topic-of-other = لا يستطيع تعديل الموضوع سوى منشئه والمشرفين.
topic-archived = هذا الموضوع مؤرشف. اختر موضوعًا آخر.
topic-in-use = أنشأ مرشد للتو موعدًا لهذا الموضوع. حاول أرشفته مرة أخرى.
topic-key-reused = استُخدم هذا المفتاح لموضوع آخر. استخدم مفتاحًا جديدًا.
topic-key-deleted = حُذف الموضوع الذي يحمل هذا المفتاح. استخدم مفتاحًا جديدًا.
no-such-appointment = لا يوجد موعد كهذا.
appointment-of-other = هذا موعد مرشد آخر. لا يمكنك تعديل سوى مواعيدك.
appointment-of-own = هذا موعدك أنت. احجز موعدًا لدى مرشد آخر.
appointment-for-topic-exists = لديك موعد لهذا الموضوع بالفعل. عدّله بدلًا من ذلك.
appointment-key-reused = استُخدم هذا المفتاح لموعد آخر. استخدم مفتاحًا جديدًا.
appointment-key-deleted = حُذف الموعد الذي يحمل هذا المفتاح. استخدم مفتاحًا جديدًا.
too-many-appointments = لديك الحد الأقصى من المواعيد. احذف موعدًا أولًا.
exception-repeated = يوجد استثناء لهذا اليوم بالفعل. اختر يومًا آخر.
window-empty = يجب أن تنتهي الفترة بعد بدايتها.
window-over = انتهت هذه الفترة بالفعل. اختر فترة لاحقة.
window-overlaps = تتداخل هذه الفترة مع فترة سابقة في القائمة. ادمجهما.
hours-empty = يجب ألا تنتهي الساعات عند بدايتها. ليوم كامل أدخل 00:00 و24:00.
hours-overlap = تتداخل هذه الساعات مع ساعات سابقة في القائمة. ادمجها.
too-many-questions = اطرح { $max ->
    [zero] { $max } سؤال
    [one] سؤالًا واحدًا
    [two] سؤالين
    [few] { $max } أسئلة
    [many] { $max } سؤالًا
   *[other] { $max } سؤال
} على الأكثر.
question-repeated = يوجد سؤال بهذا النص بالفعل.
question-without-choices = ليس للسؤال ذي الإجابة الحرة خيارات.
choices-missing = أدخل خيارًا واحدًا على الأقل.
too-many-choices = أدخل { $max ->
    [zero] { $max } خيار
    [one] خيارًا واحدًا
    [two] خيارين
    [few] { $max } خيارات
    [many] { $max } خيارًا
   *[other] { $max } خيار
} على الأكثر.
choice-repeated = هذا الخيار موجود بالفعل.
too-many-answers = قدّم { $max ->
    [zero] { $max } إجابة
    [one] إجابة واحدة
    [two] إجابتين
    [few] { $max } إجابات
    [many] { $max } إجابة
   *[other] { $max } إجابة
} على الأكثر.
question-unknown = لم يعد المرشد يطرح هذا السؤال. أعد تحميل الأسئلة.
answer-repeated = أجب عن كل سؤال مرة واحدة.
answer-missing = أجب من فضلك عن السؤال «{ $question }».
question-unanswered = يجب الإجابة عن هذا السؤال.
several-answers = قدّم إجابة واحدة فقط.
choice-unknown = «{ $choice }» ليس من الخيارات. أعد تحميل الأسئلة.
chosen-twice = اختر كل خيار مرة واحدة.

## Bookings

no-such-booking = لا يوجد حجز كهذا.
booking-key-reused = استُخدم هذا المفتاح لحجز آخر. اختر مفتاحًا جديدًا.
booking-wrong-state = حالة الحجز لا تسمح بذلك: فهو ملغى أو انتهى أو لم يبدأ بعد.
booking-status-changed = تغيّرت حالة هذا الحجز للتو. أعد تحميله.
booking-not-reschedulable = لم يعد بالإمكان تغيير وقت هذا الحجز. ألغه واحجز وقتًا آخر.
booking-over = انتهى هذا الحجز ولم يعد بالإمكان تغيير وقته.
booking-is-request = هذا طلب. وافق عليه أو ارفضه.
booking-no-request = لم يعد هذا طلبًا: فقد قُبل أو رُفض أو أُلغي أو انتهت صلاحيته.
booking-too-late = فات الأوان لتغيير هذا الحجز. اكتب إلى مرشدك بدلًا من ذلك.
booking-limit = لا يمكنك حجز المزيد من هذا الموعد في ذلك اليوم.
booking-overlap = لديك حجز آخر في هذا الوقت. اختر وقتًا آخر.
slot-unavailable = لا يوجد وقت متاح يبدأ عند هذا التوقيت. اختر أحد الأوقات المعروضة.
slot-taken = لم يعد هذا الوقت متاحًا. اختر وقتًا آخر.
user-not-in-booking = هذا المستخدم ليس طرفًا في الحجز. اختر المرشد أو الطالب.
only-mentor-completes = لا يستطيع إنهاء الحجز قبل نهايته سوى المرشد. ويكتمل تلقائيًا عند نهايته.
only-mentor-relocates = لا يستطيع تغيير مكان الجلسة سوى المرشد.
only-mentor-approves = لا يستطيع قبول الطلب أو رفضه سوى المرشد.
bookings-would-move = ستفقد حجوزات قادمة وقتها أو مقعدها. غيّر وقتها أو ألغها أولًا.
bookings-upcoming = توجد حجوزات قادمة. ألغها أولًا أو احذف باستخدام `cancelUpcoming`.
time-off-empty = يجب أن تنتهي الإجازة بعد بدايتها.
time-off-too-long = يجب أن تنتهي الإجازة بعد 366 يومًا من بدايتها على الأكثر.
time-off-over = يجب أن تنتهي الإجازة في المستقبل.
time-off-has-bookings = توجد حجوزات في ذلك الوقت. ألغها أولًا أو أنشئ الإجازة باستخدام `cancelUpcoming`.
time-off-key-reused = استُخدم هذا المفتاح لإجازة أخرى. استخدم مفتاحًا جديدًا.
time-off-key-deleted = حُذفت الإجازة التي تحمل هذا المفتاح. استخدم مفتاحًا جديدًا.
too-many-times-off = لديك الحد الأقصى من الإجازات. احذف إجازة أولًا.
no-such-time-off = ليست لديك إجازة كهذه.

## Invitations and registrations that need approval

invitations-not-permitted = لا يسمح دورك بإنشاء دعوات على هذا الخادم.
invitation-expires-late = يجب أن تنتهي صلاحية الدعوة خلال 90 يومًا.
invitation-expired-already = يجب أن تنتهي صلاحية الدعوة في المستقبل.
too-many-invitations = لديك الحد الأقصى من الدعوات. ألغِ دعوة أولًا أو انتظر حتى تنتهي صلاحية إحداها.
invitation-admits-one = الدعوة الموجهة إلى عنوان واحد تكفي لحساب واحد.
key-of-other-invitation = استُخدم هذا المفتاح لدعوة أخرى. استخدم مفتاحًا جديدًا.
no-such-invitation = لا توجد دعوة كهذه.
invitation-required = يتطلب هذا الخادم دعوة. افتح رابط دعوتك للتسجيل.
invitation-unusable = استُنفدت هذه الدعوة أو انتهت صلاحيتها أو أُلغيت، أو أنها لعنوان بريد إلكتروني آخر. اطلب دعوة جديدة.
registration-name-taken = أصبح هذا الاسم أو العنوان مستخدمًا في حساب آخر. ارفض التسجيل.
no-such-registration = لا يوجد تسجيل كهذا: فقد بُتّ فيه من قبل أو انتهت صلاحيته.
registration-waits = ينتظر تسجيلك موافقة أحد المشرفين. ستصلك رسالة بريد إلكتروني بعد قراره.

## Waitlists and calendars of mentors

waitlist-of-own-appointment = هذا موعدك أنت. اختر موعدًا لدى مرشد آخر.
seat-is-free = يوجد مقعد متاح في هذا الوقت. احجزه.
too-many-waitlists = بلغت الحد الأقصى من قوائم الانتظار. غادر إحداها أولًا.
not-in-waitlist = لست في قائمة الانتظار هذه.
no-such-calendar = ليس لديك تقويم كهذا.
too-many-calendars = لديك الحد الأقصى من التقاويم. أزل تقويمًا أولًا.
calendar-unreachable = لم يستجب التقويم في الوقت المحدد.
calendar-not-public = التقويم ليس على عنوان عام.
calendar-refused = التقويم غير موجود أو لا يُسمح بقراءته.
calendar-too-large = حجم التقويم أكبر من 5 MiB.
calendar-malformed = لا توجد بيانات iCalendar على هذا العنوان.
calendar-too-complex = في التقويم عدد كبير جدًا من الأحداث المتكررة.
