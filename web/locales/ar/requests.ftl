mentoring-timeOff = الإجازات

answer-none = لا إجابة

booking-request = إرسال الطلب
booking-requestThis = طلب هذا الوقت
booking-requestHint = يوافق المرشد على كل حجز. يبقى الوقت محفوظًا لك حتى ذلك الحين.
booking-requested = تم إرسال الطلب.
booking-declineReason = سبب المرشد
booking-join = الانضمام إلى الاجتماع عبر الإنترنت
booking-anyStatus = الكل
booking-from = من
booking-until = إلى
booking-topic = موضوع واحد
booking-limits = عوامل التصفية
booking-allWith = كل الحجوزات مع { $name }
booking-allOf = كل الحجوزات: { $topic }

request-waits = بانتظار موافقة المرشد حتى { $time }. الوقت محفوظ لك.
request-decide = ينتظر هذا الطلب موافقتك حتى { $time }. بعد ذلك تنتهي صلاحيته.
request-expired = لم يرد المرشد في الوقت المحدد. يمكنك اختيار وقت آخر.
request-until = بالانتظار حتى { $time }
request-count =
    { $count ->
        [zero] لا طلبات بانتظار موافقتك
        [one] طلب واحد بانتظار موافقتك
        [two] طلبان بانتظار موافقتك
        [few] { $count } طلبات بانتظار موافقتك
        [many] { $count } طلبًا بانتظار موافقتك
       *[other] { $count } طلب بانتظار موافقتك
    }
request-approve = موافقة
request-approveOne = موافقة: { $topic } مع { $name }، { $time }
request-approved = تمت الموافقة على الحجز.
request-decline = رفض
request-declineOne = رفض: { $topic } مع { $name }، { $time }
request-declineTitle = هل تريد رفض هذا الطلب؟
request-declineText = يصبح الوقت متاحًا للآخرين. يصل إلى الطالب إشعار بذلك، مع السبب إن ذكرته.
request-declined = تم رفض الطلب.

place-title = تغيير المكان
place-text = يسري التغيير على كل المشاركين في هذه الجلسة، ويصلهم إشعار بذلك.
place-changed = تم تغيير المكان.

offer-approval = بالموافقة

form-meetingUrl = اجتماع عبر الإنترنت
form-meetingUrlHint = رابط لا يراه سواك والطلاب الذين لديهم حجز.
form-isApprovalRequired = الموافقة على كل حجز
form-isApprovalRequiredHint = لديك { 24 } ساعة للرد. تبقى الحجوزات الحالية.

question-title = أسئلة للطلاب
question-text = يجيب عنها الطلاب عند الحجز. { 10 } أسئلة على الأكثر.
question-number = السؤال { $number }
question-label = السؤال
question-kind = الإجابة
question-TEXT = نص
question-CHOICE = خيار واحد
question-CHOICES = عدة خيارات
question-choices = الخيارات
question-choicesHint = خيار في كل سطر، { 20 } خيارًا على الأكثر.
question-required = الإجابة مطلوبة
question-add = إضافة سؤال
question-remove = إزالة السؤال { $number }
question-up = نقل السؤال { $number } إلى أعلى
question-down = نقل السؤال { $number } إلى أسفل

slots-view = العرض
slots-byWeek = أسبوع
slots-byMonth = شهر
slots-previousMonth = الشهر السابق
slots-nextMonth = الشهر التالي
slots-noneOnDay = لا أوقات متاحة
slots-count =
    { $count ->
        [zero] لا أوقات متاحة
        [one] وقت واحد متاح
        [two] وقتان متاحان
        [few] { $count } أوقات متاحة
        [many] { $count } وقتًا متاحًا
       *[other] { $count } وقت متاح
    }
slots-day = الأوقات المتاحة: { $day }
slots-weekKeys = تنقلك مفاتيح الأسهم بين الأوقات، وPage Up وPage Down بين الأسابيع.
slots-monthKeys = تنقلك مفاتيح الأسهم بين الأيام، وPage Up وPage Down بين الأشهر.

timeOff-add = إضافة إجازة
timeOff-text = لا يمكن حجز أي من عروضك خلال هذه المدة. ما زال بإمكانك الحجز كطالب. المنطقة الزمنية: { $zone }.
timeOff-wholeDays = أيام كاملة
timeOff-firstDay = أول يوم
timeOff-lastDay = آخر يوم
timeOff-start = البداية
timeOff-end = النهاية
timeOff-note = ملاحظة
timeOff-noteHint = لا يراها سواك.
timeOff-none = لا إجازات مقررة
timeOff-noneText = عطل أو امتحانات أو بعد ظهر حر: أضفها هنا مرة واحدة لكل عروضك.
timeOff-added = تمت إضافة الإجازة.
timeOff-addedAndCancelled =
    { $count ->
        [zero] تمت إضافة الإجازة. لم يُلغَ أي حجز.
        [one] تمت إضافة الإجازة. أُلغي حجز واحد.
        [two] تمت إضافة الإجازة. أُلغي حجزان.
        [few] تمت إضافة الإجازة. أُلغيت { $count } حجوزات.
        [many] تمت إضافة الإجازة. أُلغي { $count } حجزًا.
       *[other] تمت إضافة الإجازة. أُلغي { $count } حجز.
    }
timeOff-remove = إزالة الإجازة: { $range }
timeOff-removed = تمت إزالة الإجازة.
timeOff-conflicts =
    { $count ->
        [zero] لا حجوزات ولا طلبات في هذه المدة.
        [one] يقع حجز أو طلب واحد في هذه المدة. ألغِه أو غيّر وقته أولًا.
        [two] يقع حجزان أو طلبان في هذه المدة. ألغِهما أو غيّر وقتهما أولًا.
        [few] تقع { $count } حجوزات أو طلبات في هذه المدة. ألغِها أو غيّر وقتها أولًا.
        [many] يقع { $count } حجزًا أو طلبًا في هذه المدة. ألغِها أو غيّر وقتها أولًا.
       *[other] يقع { $count } حجز أو طلب في هذه المدة. ألغِها أو غيّر وقتها أولًا.
    }
timeOff-addAndCancel =
    { $count ->
        [zero] إضافة الإجازة
        [one] إضافة الإجازة وإلغاء حجز واحد
        [two] إضافة الإجازة وإلغاء حجزين
        [few] إضافة الإجازة وإلغاء { $count } حجوزات
        [many] إضافة الإجازة وإلغاء { $count } حجزًا
       *[other] إضافة الإجازة وإلغاء { $count } حجز
    }
timeOff-keep = الإبقاء على الحجوزات

summary-title = جلساتك كمرشد
summary-period = المدة
summary-all = الكل
summary-month = { 30 } يومًا
summary-year = { 12 } شهرًا
summary-completedCount = مكتملة
summary-studentCount = طلاب
summary-cancelledCount = ملغاة
summary-noShowCount = حالات تغيّب
summary-next = الجلسة التالية

mentor-title = تعلّم مع { $name }
mentor-open = صفحتك
mentor-share = مشاركة صفحتك
mentor-own = هذه هي الصفحة التي يمكنك مشاركتها: مواضيعك وأوقاتك المتاحة. هنا يختار الآخرون وقتًا.
mentor-none = لا عروض حاليًا
mentor-invitation = احجز جلسة مع { $name }
mentor-invitationText = أنشئ حسابًا أو سجّل الدخول لعرض المواضيع والأوقات المتاحة بحسب منطقتك الزمنية. ثم تعود إلى هذه الصفحة.
mentor-signUp = إنشاء حساب للحجز
mentor-chosen = احجز { $topic }
mentor-chosenText = أنشئ حسابًا أو سجّل الدخول لحجز هذا الوقت، ثم تعود إليه.
mentor-public = إظهار صفحتي كمرشد للجميع
mentor-publicHint = يرى غير المسجلين اسمك وصورتك ونصك ومواضيعك وأوقاتك المتاحة.

topic-order = الترتيب
topic-byTime = الأحدث أولًا
topic-byTitle = أبجديًا
topic-onlyArchived = المؤرشفة
