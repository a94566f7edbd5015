busy-title = تقويماتك الأخرى
busy-text = أثناء أي حدث في أحدها، لا تكون لديك أوقات متاحة هنا. تُقرأ أوقات الأحداث فقط.
busy-none = لم تُضف أي تقويم.
busy-name = اسم التقويم
busy-url = عنوان التقويم
busy-urlHint = عنوان iCal السري للتقويم، الذي يبدأ بـ { "\u2066" }https://{ "\u2069" }. لن يُعرض مرة أخرى.
busy-add = إضافة تقويم
busy-added = أُضيف التقويم.
busy-events =
    { $count ->
        [zero] لا أحداث
        [one] حدث واحد
        [two] حدثان
        [few] { $count } أحداث
        [many] { $count } حدثًا
       *[other] { $count } حدث
    }
busy-lastRead = آخر قراءة:
busy-neverRead = لم يُقرأ بعد
busy-remove = إزالة التقويم: { $name }
busy-removed = أُزيل التقويم.
busy-conflict = في أحد تقويماتك الأخرى حدث في هذا الوقت.
