settings-data = بياناتك

export-title = نسخة من بياناتك
export-text = ملفك الشخصي ومنشوراتك ورسائلك وحجوزاتك وصورك وملفاتك في ملف ZIP واحد. يمكنك طلبها مرة واحدة في اليوم.
export-request = طلب نسخة
export-again = طلب نسخة جديدة
export-againHint = النسخة الجديدة تحلّ محل هذه النسخة.
export-pending = جارٍ إعداد نسختك…
export-pendingHint = يمكنك مغادرة هذه الصفحة: سيصلك إشعار عندما تصبح جاهزة.
export-ready = نسختك جاهزة ({ $size }).
export-expires = تُحذف في { $time }.
export-download = تنزيل
export-failed = تعذّر إعداد النسخة. اطلبها مرة أخرى.
export-retryAt = يمكنك طلب النسخة التالية ابتداءً من { $time }.
export-delete = حذف حسابك

receipt-title = إيصال
receipt-text = ما جرى لبياناتك في { $time }. يصلك الإيصال بالبريد الإلكتروني أيضًا. احفظه الآن: فهو لا يُخزَّن.
receipt-kind = البيانات
receipt-deletedCount = محذوفة
receipt-anonymisedCount = باقية دون اسم
receipt-keptCount = باقية
receipt-save = حفظ الإيصال

data-APPOINTMENTS = العروض
data-BOOKINGS = الحجوزات
data-COMMENTS = التعليقات
data-FILES = الملفات
data-IMAGES = الصور
data-MESSAGES = الرسائل
data-POSTS = المنشورات
data-PROFILE = الملف الشخصي والإعدادات
data-REACTIONS = التفاعلات
data-REPORTS = البلاغات
data-SESSIONS = الجلسات
data-TOPICS = المواضيع
