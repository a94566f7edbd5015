### What moderators and admins did, and what stays after the deletion of an account.

staff-operator = مشغّل الخادم
staff-former-moderator = مشرف سابق
staff-some-user = مستخدم
staff-former-user = مستخدم سابق
staff-content-removed = أزال { $actor } نصًا. الكاتب: { $user }.
staff-guest-removed = أزال { $actor } زائرًا من الردهة: { $user }.
staff-invitation-revoked = ألغى { $actor } دعوة. المنشئ: { $user }.
staff-member-locked-until = قفل { $actor } حسابًا حتى { $end }: { $user }.
staff-member-locked = قفل { $actor } حسابًا بلا تاريخ انتهاء: { $user }.
staff-member-unlocked = ألغى { $actor } قفل حساب: { $user }.
staff-member-warned = حذّر { $actor } عضوًا: { $user }.
staff-registration-approved = وافق { $actor } على تسجيل: { $user }.
staff-registration-declined = رفض { $actor } تسجيلًا.
staff-report-unassigned = ألغى { $actor } إسناد بلاغ.
staff-report-assigned = أسند { $actor } بلاغًا إلى { $user }.
staff-report-resolved = عالج { $actor } بلاغًا عن { $user }.
staff-role-changed = غيّر { $actor } دور { $user } إلى { $role }.
staff-topic-changed = عدّل { $actor } موضوعًا. المنشئ: { $user }.
role-member = عضو
role-moderator = مشرف
role-admin = مدير
role-guest = زائر

bookings-kept = تبقى الحجوزات للمشارك الآخر من دون اسمك.
files-kept = تبقى ملفات النص المبلَّغ عنه مع البلاغ حتى 30 يومًا بعد قرار المشرفين.
images-kept = تبقى صور النص المبلَّغ عنه مع البلاغ حتى 30 يومًا بعد قرار المشرفين.
messages-kept = تبقى الرسائل لأعضاء المحادثة الآخرين من دون اسمك.
reports-kept = يحتاج المشرفون إلى البلاغات عن المحتوى للبت فيها.
sessions-kept = تبقى عمليات تسجيل الدخول وتغييرات الحساب في سجل مشغّل الخادم لمدة محدودة من دون اسمك وعنوان IP الخاص بك.
topics-kept = تبقى المواضيع للمرشدين والطلاب الذين يستخدمونها من دون اسمك.
