mentoring-waitlists = قوائم الانتظار

waitlist-slot = مكتمل، انضم إلى قائمة الانتظار
waitlist-place = مكتمل، ترتيبك في قائمة الانتظار { $position }
waitlist-held = محجوز لك مؤقتًا
waitlist-dayFull = كل الأوقات محجوزة
waitlist-join = الانضمام إلى قائمة الانتظار
waitlist-text = إذا توفر مقعد، فسيُحفظ لك لمدة تصل إلى ساعة. ستتلقى إشعارًا ورسالة بريد إلكتروني.
waitlist-noOne = لا أحد ينتظر بعد.
waitlist-count =
    { $count ->
        [zero] لا أحد ينتظر بعد.
        [one] شخص واحد ينتظر.
        [two] شخصان ينتظران.
        [few] { $count } أشخاص ينتظرون.
        [many] { $count } شخصًا ينتظرون.
       *[other] { $count } شخص ينتظرون.
    }
waitlist-joined = أنت في قائمة الانتظار
waitlist-free = توفر مقعد من جديد. احجزه الآن.
waitlist-leave = مغادرة قائمة الانتظار
waitlist-leaveOne = مغادرة قائمة الانتظار: { $topic }، { $time }
waitlist-left = غادرت قائمة الانتظار.
waitlist-position = ترتيبك في قائمة الانتظار { $position }.
waitlist-heldUntil = يُحفظ لك مقعد حتى { $time }.
waitlist-book = احجز الآن
waitlist-bookOne = احجز الآن: { $topic }، { $time }
waitlist-none = لست في أي قائمة انتظار
waitlist-noneText = إذا كان الوقت محجوزًا بالكامل، فاختره للانضمام إلى قائمة انتظاره.
