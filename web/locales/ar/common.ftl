app-description = الحرم الجامعي في مكان واحد: الأشخاص والمنشورات والمحادثات والردهة والمرشدون.

nav-skip = الانتقال إلى المحتوى
nav-main = القائمة الرئيسية
nav-feed = الرئيسية
nav-messages = الرسائل
nav-lobby = الردهة
nav-mentoring = الإرشاد
nav-people = الأشخاص
nav-notifications = الإشعارات
nav-settings = الإعدادات
nav-unread =
    { $count ->
        [zero] لا رسائل غير مقروءة
        [one] رسالة واحدة غير مقروءة
        [two] رسالتان غير مقروءتين
        [few] { $count } رسائل غير مقروءة
        [many] { $count } رسالة غير مقروءة
       *[other] { $count } رسالة غير مقروءة
    }
nav-unseen =
    { $count ->
        [zero] لا جديد
        [one] إشعار جديد واحد
        [two] إشعاران جديدان
        [few] { $count } إشعارات جديدة
        [many] { $count } إشعارًا جديدًا
       *[other] { $count } إشعار جديد
    }

action-save = حفظ
action-cancel = إلغاء
action-close = إغلاق
action-edit = تعديل
action-delete = حذف
action-report = إبلاغ
action-retry = إعادة المحاولة
action-reload = إعادة تحميل الصفحة
action-more = عرض المزيد
action-copy = نسخ
action-continue = متابعة
action-backTo = العودة إلى
action-logIn = تسجيل الدخول
action-logOut = تسجيل الخروج
action-signUp = إنشاء حساب

state-loading = جارٍ التحميل
state-saved = تم الحفظ.
state-copied = تم النسخ.
state-failed = حدث خطأ ما. حاول مرة أخرى بعد قليل.
state-missing = هذا العنصر غير موجود أو لا تملك حق الوصول إليه.
state-broken = حدث خطأ ما في هذه الصفحة.
state-brokenHint = ما زالت بقية أجزاء Studyhall تعمل. عادةً ما تفيد إعادة تحميل الصفحة.
state-stale = تعذّر التحديث. ما تراه حُمّل في وقت سابق.
state-offline = لا يوجد اتصال. تُحفظ الرسائل والمنشورات وتُرسل عند عودتك إلى الاتصال.

notFound-title = الصفحة غير موجودة
notFound-text = قد يكون الرابط قديمًا أو مكتوبًا بشكل خاطئ.
notFound-home = العودة إلى الرئيسية

share-invite = نسخ رابط الدعوة
share-page = مشاركة
share-copied = تم نسخ الرابط.

text-invisible = (لا يوجد نص مرئي)

form-left =
    { $count ->
        [zero] لم يبقَ أي حرف
        [one] بقي حرف واحد
        [two] بقي حرفان
        [few] بقيت { $count } أحرف
        [many] بقي { $count } حرفًا
       *[other] بقي { $count } حرف
    }
form-tooMany =
    { $count ->
        [zero] لا أحرف زائدة
        [one] حرف واحد زائد
        [two] حرفان زائدان
        [few] { $count } أحرف زائدة
        [many] { $count } حرفًا زائدًا
       *[other] { $count } حرف زائد
    }
form-optional = (اختياري)

tags-remove = إزالة { $name }

theme-label = المظهر
theme-system = النظام
theme-light = فاتح
theme-dark = داكن
theme-toLight = التبديل إلى المظهر الفاتح
theme-toDark = التبديل إلى المظهر الداكن

language-label = اللغة
language-differs = لغة حسابك هي { $account }. اختيرت على هذا الجهاز { $device }.
language-use = استخدام { $language }
language-keep = الإبقاء على { $language }

image-add = إضافة صور
image-uploading = جارٍ رفع { $name }
image-attached = الصور المرفقة
image-remove = إزالة { $name }
image-by = الصورة { $count } من { $name }
image-open = فتح: { $name }
image-previous = الصورة السابقة
image-next = الصورة التالية

file-add = إرفاق ملفات
file-attached = الملفات المرفقة
file-files = الملفات
file-uploading = جارٍ رفع { $name }
file-later = يُرفع عند الإرسال
file-cancel = إلغاء رفع { $name }
file-download = تنزيل
file-gone = لم يعد هذا الملف متاحًا.

welcome-title = حرمك الجامعي في مكان واحد.
welcome-text = اعثر على أشخاص في مجالك، وتحدّث معهم، واحجز وقتًا مع مرشد.
welcome-signUp = أنشئ حسابك
welcome-lobby = تريد إلقاء نظرة فقط؟
welcome-lobbyText = الردهة مفتوحة للجميع. لا تحتاج إلى حساب أو بريد إلكتروني: اختر اسمًا فقط.
welcome-people = الأشخاص
welcome-peopleText = ابحث بالاسم أو مجال الدراسة أو المهارة. أنت من يقرر من يرى بياناتك.
welcome-messages = المحادثات
welcome-messagesText = رسائل مباشرة مع صور. اكتب دون اتصال، وتُرسل رسائلك عند عودتك إلى الاتصال.
welcome-mentoring = المرشدون
welcome-mentoringText = احجز جلسة بحسب منطقتك الزمنية، أو قدّم بعضًا من وقتك.
welcome-developers = تطوّر تطبيقًا؟ كل شيء هنا يستخدم واجهة API مفتوحة واحدة:

graphiql-file = ملف للرفع
graphiql-chosen = الملف: { $name }
