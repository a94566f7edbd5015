person-deleted = مستخدم محذوف
person-unavailable = مستخدم غير متاح
person-online = متصل
person-offline = غير متصل
person-lastSeen = آخر ظهور

people-search = ابحث بالاسم أو مجال الدراسة أو المهارة
people-filters = عوامل التصفية
people-skillsHint = اضغط Enter لإضافة مهارة. يجب أن تتوفر كلها في الشخص.
people-online = المتصلون فقط
people-none = لم يُعثر على أحد
people-empty = أنت أول من وصل إلى هنا
people-emptyText = لا يوجد حساب آخر بعد. شارك الرابط: كل من ينشئ حسابًا يظهر هنا.
people-noneText = جرّب كلمات أقل أو مختلفة.

profile-missing = المستخدم غير موجود
profile-missingText = ربما تغيّر اسم المستخدم، أو لم يعد الحساب متاحًا.
profile-edit = تعديل الملف الشخصي
profile-message = مراسلة
profile-actions = إجراءات أخرى
profile-teaches = يدرّس
profile-posts = المنشورات
profile-noPosts = لا منشورات بعد.
profile-inYear = السنة { $year }
profile-picture = الصورة الشخصية
profile-addPicture = إضافة صورة
profile-changePicture = تغيير الصورة
profile-removePicture = إزالة
profile-aboutYou = نبذة عنك
profile-firstName = الاسم الأول
profile-lastName = اسم العائلة
profile-fieldOfStudy = مجال الدراسة
profile-year = السنة الدراسية
profile-skills = المهارات
profile-skillsHint = اضغط Enter أو الفاصلة لإضافة مهارة. حتى { 30 } مهارة.
profile-about = نبذة

contact-title = بيانات الاتصال
contact-text = اختر من يمكنه رؤيتها في قسم الخصوصية.
contact-email = البريد الإلكتروني
contact-occupation = المهنة
contact-studentNumber = الرقم الجامعي
contact-homeAddress = عنوان المنزل
contact-county = المحافظة
contact-country = البلد

links-title = الروابط
links-description = الوصف
links-website = الموقع الإلكتروني
links-linkedin = LinkedIn
links-github = GitHub
links-instagram = Instagram
links-twitter = Twitter
links-facebook = Facebook
links-youtube = YouTube

report-title = إبلاغ المشرفين
report-text = يرى المشرفون اسمك، ولا يراه الشخص الذي تُبلغ عنه.
report-reason = ما المشكلة؟
report-done = شكرًا. سيراجع المشرفون البلاغ.

feed-empty = لا منشورات بعد
feed-emptyText = اكتب أول منشور، أو اطّلع على من هنا، أو ادعُ آخرين.
feed-people = البحث عن أشخاص

post-title = منشور
post-by = منشور من { $name }
post-actions = إجراءات المنشور
post-edited = معدّل
post-text = النص
post-new = منشور جديد
post-placeholder = ما الجديد في الحرم الجامعي؟
post-publish = نشر
post-deleteTitle = هل تريد حذف هذا المنشور؟
post-deleteText = يُحذف لدى الجميع مع صوره.
post-deleted = تم حذف المنشور.

comment-list = التعليقات
comment-count =
    { $count ->
        [zero] لا تعليقات
        [one] تعليق واحد
        [two] تعليقان
        [few] { $count } تعليقات
        [many] { $count } تعليقًا
       *[other] { $count } تعليق
    }
comment-none = لا تعليقات بعد.
comment-earlier = تحميل التعليقات السابقة
comment-by = تعليق من { $name }
comment-actions = إجراءات التعليق
comment-edited = معدّل
comment-text = التعليق
comment-new = تعليق جديد
comment-publish = تعليق
comment-reply = رد
comment-replyTo = رد على { $name }
comment-deleteTitle = هل تريد حذف هذا التعليق؟
comment-deleteText = يُحذف لدى الجميع.
comment-deleted = تم حذف التعليق.

reaction-list = التفاعلات
reaction-add = إضافة تفاعل
reaction-choose = الرموز التعبيرية
# The label contains the number that the button shows.
reaction-count =
    { $count ->
        [zero] { $emoji }، لا أحد
        [one] { $emoji }، { $count } شخص
        [two] { $emoji }، { $count } شخص
        [few] { $emoji }، { $count } أشخاص
        [many] { $emoji }، { $count } شخصًا
       *[other] { $emoji }، { $count } شخص
    }
reaction-failed = تعذّر حفظ التفاعل.
