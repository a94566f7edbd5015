mentoring-topics = المواضيع
mentoring-bookings = حجوزاتي
mentoring-teaching = عروضي
mentoring-search = ماذا تريد أن تتعلّم؟

topic-new = موضوع جديد
topic-edit = تعديل الموضوع
topic-title = العنوان
topic-exists = يوجد موضوع بهذا العنوان بالفعل:
topic-description = الوصف
topic-image = صورة الغلاف
topic-create = إنشاء الموضوع
topic-none = لم يُعثر على مواضيع
topic-empty = لا مواضيع بعد
topic-emptyText = الموضوع شيء يمكن تعلّمه. أنشئ موضوعًا ثم قدّم ساعات له.
topic-noneText = كن أول من ينشئه ويدرّسه.
topic-mentors =
    { $count ->
        [zero] لا مرشدين
        [one] مرشد واحد
        [two] مرشدان
        [few] { $count } مرشدين
        [many] { $count } مرشدًا
       *[other] { $count } مرشد
    }
topic-bookings =
    { $count ->
        [zero] لا حجوزات
        [one] حجز واحد
        [two] حجزان
        [few] { $count } حجوزات
        [many] { $count } حجزًا
       *[other] { $count } حجز
    }
topic-archived = مؤرشف
topic-archive = أرشفة
topic-unarchive = إلغاء الأرشفة
topic-archivedInstead = هذا الموضوع قيد الاستخدام، لذلك تمت أرشفته.
topic-deleted = تم حذف الموضوع.
topic-deleteTitle = هل تريد حذف هذا الموضوع؟
topic-deleteText = إذا كان قيد الاستخدام فستتم أرشفته.
topic-actions = إجراءات الموضوع
topic-teach = تدريس هذا الموضوع
topic-offers = المرشدون
topic-noOffers = لا مرشدين بعد
topic-noOffersText = تعرف هذا الموضوع؟ قدّم من وقتك.
topic-by = أنشأه { $name }

offer-title = { $topic } مع { $name }
offer-minutes =
    { $count ->
        [zero] { $count } دقيقة
        [one] دقيقة واحدة
        [two] دقيقتان
        [few] { $count } دقائق
        [many] { $count } دقيقة
       *[other] { $count } دقيقة
    }
offer-seats =
    { $count ->
        [zero] لا مقاعد
        [one] مقعد واحد
        [two] مقعدان
        [few] { $count } مقاعد
        [many] { $count } مقعدًا
       *[other] { $count } مقعد
    }
offer-inactive = متوقف مؤقتًا
offer-choose = اختر وقتًا
offer-zone = المنطقة الزمنية: { $zone }.
offer-mentorZone = المنطقة الزمنية للمرشد: { $zone }.
offer-own = هذا عرضك. يمكن للآخرين حجز الأوقات أدناه.
offer-closed = هذا العرض لا يقبل الحجوزات حاليًا.
offer-notice = أقل مهلة للإلغاء أو تغيير الوقت: { $time } قبل البدء.
offer-edit = تعديل العرض
offer-editOne = تعديل العرض: { $topic }
offer-new = تدريس { $topic }
offer-create = إنشاء العرض
offer-saved = تم حفظ العرض.
offer-delete = حذف العرض
offer-deleteTitle = هل تريد حذف هذا العرض؟
offer-deleteText = لن يكون حجزه ممكنًا بعد ذلك.
offer-cancelUpcoming = إلغاء الحجوزات القادمة
offer-deleted = تم حذف العرض.
offer-none = لا تدرّس شيئًا بعد
offer-noneText = اختر موضوعًا وحدّد ساعاتك، ليتمكن الآخرون من الحجز معك.
offer-findTopic = اختيار موضوع
offer-conflicts = ستقع هذه الحجوزات خارج الساعات الجديدة. غيّر وقتها أو ألغِها أولًا.

form-basics = الجلسة
form-rules = قواعد الحجز
form-description = ما الذي تقدّمه
form-location = المكان
form-locationHint = قاعة أو مكان آخر.
form-sessionMinutes = مدة الجلسة
form-seats = المقاعد
form-seatsHint = أكثر من مقعد يجعلها جلسة جماعية.
form-timeZone = منطقتك الزمنية
form-minimumNoticeMinutes = أقل مهلة قبل الحجز
form-cancellationNoticeMinutes = أقل مهلة قبل الإلغاء
form-horizonDays = عدد الأيام المتاحة للحجز مسبقًا
form-bufferMinutes = الاستراحة بين الجلسات
form-maxBookingsPerStudentPerDay = عدد حجوزات الطالب في اليوم
form-isActive = قبول الحجوزات
form-isActiveHint = الإيقاف المؤقت يُبقي الحجوزات الحالية.

hours-title = الساعات الأسبوعية
hours-text = الأوقات التي تكون متاحًا فيها، بحسب المنطقة الزمنية { $zone }.
hours-none = غير متاح
hours-add = إضافة ساعات يوم { $day }
hours-from = { $day }: من
hours-to = { $day }: إلى
hours-nextDay = اليوم التالي
hours-until = إلى
hours-remove = إزالة { $day } من { $from } إلى { $to }
hours-copy = نسخ يوم الاثنين إلى كل أيام العمل

exceptions-title = تواريخ استثنائية
exceptions-text = الساعات المحددة لتاريخ ما تحلّ محل الساعات الأسبوعية لذلك اليوم.
exceptions-add = إضافة تاريخ
exceptions-date = التاريخ
exceptions-closed = غير متاح طوال اليوم
exceptions-remove = إزالة { $day }

windows-title = ساعات لمرة واحدة
windows-text = في تاريخ محدد، إضافةً إلى الساعات الأسبوعية.
windows-add = إضافة ساعات

slots-alternatives = المتاح بدلًا منه
slots-current = المحجوز الآن: { $time }
slots-previous = الأسبوع السابق
slots-next = الأسبوع التالي
slots-week = الأوقات المتاحة من { $from } إلى { $to }
slots-none = لا أوقات متاحة هذا الأسبوع.
slots-noneAtAll = لا أوقات متاحة خلال { 30 } يومًا القادمة.
slots-first = الانتقال إلى أول وقت متاح
slots-left =
    { $count ->
        [zero] لا مقاعد متبقية
        [one] بقي مقعد واحد
        [two] بقي مقعدان
        [few] بقيت { $count } مقاعد
        [many] بقي { $count } مقعدًا
       *[other] بقي { $count } مقعد
    }

booking-title = الحجز
booking-confirm = حجز هذا الوقت
booking-question = عمّ تريد أن تتحدث؟
booking-book = حجز
booking-booked = تم تأكيد الحجز.
booking-reschedule = تغيير الوقت
booking-rescheduleTitle = اختر وقتًا جديدًا
booking-rescheduleTo = تغيير الوقت إلى { $time }
booking-rescheduled = تم تغيير وقت الحجز.
booking-cancel = إلغاء الحجز
booking-cancelTitle = هل تريد إلغاء هذا الحجز؟
booking-cancelText = يصبح الوقت متاحًا للآخرين على الفور.
booking-reason = السبب
booking-cancelled = تم إلغاء الحجز.
booking-keep = الإبقاء على الحجز
booking-complete = تمييز كمكتمل
booking-noShow = تسجيل تغيّب { $name }
booking-calendar = إضافة إلى التقويم
booking-message = مراسلة { $name }
booking-status = الحالة
booking-role = الدور
booking-STUDENT = كطالب
booking-MENTOR = كمرشد
booking-both = الكل
booking-none = لا حجوزات
booking-noneText = ابحث عن موضوع واحجز جلسة.
booking-location = المكان
booking-mentor = المرشد
booking-student = الطالب
booking-studentQuestion = السؤال
booking-bookedAt = تاريخ الحجز
booking-cancelledBy = ألغاه { $name }
booking-missedBy = لم يحضر { $name }

status-UPCOMING = قادم
status-REQUESTED = بانتظار الموافقة
status-DECLINED = مرفوض
status-EXPIRED = منتهي الصلاحية
status-COMPLETED = مكتمل
status-CANCELLED = ملغى
status-NO_SHOW = تغيّب
