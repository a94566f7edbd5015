problem-UNREACHABLE = تعذّر الوصول إلى الخادم. جارٍ إعادة المحاولة…
problem-UNAUTHENTICATED = يُرجى تسجيل الدخول مرة أخرى.
problem-INTERNAL_SERVER_ERROR = حدث خطأ ما في الخادم.
problem-TIMEOUT = تأخر الخادم كثيرًا في الاستجابة. حاول مرة أخرى.
problem-UNAVAILABLE = الخادم مشغول. حاول مرة أخرى بعد قليل.
problem-TOO_MANY_OPERATIONS = الخادم مشغول. حاول مرة أخرى بعد قليل.
problem-RATE_LIMITED = طلبات كثيرة جدًا. حاول مرة أخرى بعد قليل.
problem-rateLimitedFor =
    { $count ->
        [zero] طلبات كثيرة جدًا. حاول مرة أخرى الآن.
        [one] طلبات كثيرة جدًا. حاول مرة أخرى بعد ثانية واحدة.
        [two] طلبات كثيرة جدًا. حاول مرة أخرى بعد ثانيتين.
        [few] طلبات كثيرة جدًا. حاول مرة أخرى بعد { $count } ثوانٍ.
        [many] طلبات كثيرة جدًا. حاول مرة أخرى بعد { $count } ثانية.
       *[other] طلبات كثيرة جدًا. حاول مرة أخرى بعد { $count } ثانية.
    }
problem-FORBIDDEN = غير مسموح لك بفعل ذلك.
problem-NOT_FOUND = لم يعد هذا العنصر موجودًا.
problem-BAD_USER_INPUT = هذا الطلب غير صالح.
problem-INVALID = هذه القيمة غير صالحة.
problem-TOO_SHORT = هذا قصير جدًا.
problem-TOO_LONG = هذا طويل جدًا.
problem-CONFLICT = غيّر شخص آخر هذا العنصر. أعد تحميل الصفحة وحاول مرة أخرى.
problem-EMAIL_DOMAIN_NOT_ALLOWED = استخدم عنوان البريد الإلكتروني الذي منحك إياه الحرم الجامعي.
problem-EMAIL_TAKEN = يوجد حساب بهذا البريد الإلكتروني بالفعل.
problem-USERNAME_TAKEN = اسم المستخدم هذا مستخدَم بالفعل.
problem-PASSWORD_WEAK = اختر كلمة مرور أطول أو أقل شيوعًا.
problem-CREDENTIALS_WRONG = بيانات الدخول هذه غير صحيحة.
problem-REAUTHENTICATION_REQUIRED = يُرجى إدخال كلمة مرورك.
problem-TOKEN_INVALID = لم يعد هذا الرابط صالحًا.
problem-IDEMPOTENCY_MISMATCH = سبق إرسال هذا بمحتوى مختلف.
problem-RECIPIENT_UNAVAILABLE = لا يمكنك مراسلة هذا الشخص.
problem-EDIT_WINDOW_OVER = فات أوان تعديل هذا العنصر.
problem-UNSUPPORTED_MEDIA = الصور المدعومة هي JPEG وPNG وWebP وGIF فقط.
problem-HEIC_UNREADABLE = لا يستطيع هذا المتصفح قراءة صور HEIC. احفظ الصورة بصيغة JPEG، أو أرسلها من Safari أو من الهاتف الذي التقطها.
problem-TOO_MANY_IMAGES =
    { $count ->
        [zero] لا مكان هنا لصور أخرى. لم تُضف الصور الباقية.
        [one] تتسع المساحة لصورة واحدة فقط. لم تُضف الصور الباقية.
        [two] تتسع المساحة لصورتين فقط. لم تُضف الصور الباقية.
        [few] تتسع المساحة لـ { $count } صور فقط. لم تُضف الصور الباقية.
        [many] تتسع المساحة لـ { $count } صورة فقط. لم تُضف الصور الباقية.
       *[other] تتسع المساحة لـ { $count } صورة فقط. لم تُضف الصور الباقية.
    }
problem-TOO_LARGE = هذه الصورة كبيرة جدًا.
problem-QUOTA_EXCEEDED = لقد بلغت الحد الأقصى.
problem-SLOT_UNAVAILABLE = هذا الوقت غير متاح.
problem-SLOT_TAKEN = حجز شخص آخر هذا الوقت للتو.
problem-OVERLAP = لديك حجز آخر في هذا الوقت.
problem-BOOKING_LIMIT = بلغت حد الحجوزات لهذا اليوم.
problem-NOTICE_TOO_SHORT = فات أوان فعل ذلك.
problem-WRONG_STATE = لم يعد هذا ممكنًا.
problem-HAS_BOOKINGS = توجد حجوزات تمنع هذا التغيير.
problem-FILE_TOO_LARGE = الملف { $name } كبير جدًا. أقصى حجم للملف { $megabytes } ميغابايت.
problem-FILE_UNSUPPORTED_MEDIA = لا يمكن إرفاق { $name }. يمكن إرفاق PDF والنصوص والمستندات المكتبية الخالية من وحدات الماكرو وأرشيفات ZIP.
problem-TOO_MANY_FILES =
    { $count ->
        [zero] لا مكان هنا لملفات أخرى. لم تُضف الملفات الباقية.
        [one] تتسع المساحة لملف واحد فقط. لم تُضف الملفات الباقية.
        [two] تتسع المساحة لملفين فقط. لم تُضف الملفات الباقية.
        [few] تتسع المساحة لـ { $count } ملفات فقط. لم تُضف الملفات الباقية.
        [many] تتسع المساحة لـ { $count } ملفًا فقط. لم تُضف الملفات الباقية.
       *[other] تتسع المساحة لـ { $count } ملف فقط. لم تُضف الملفات الباقية.
    }
