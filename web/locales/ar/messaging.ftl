messages-none = لا محادثات بعد
messages-noneText = ابدأ محادثة جديدة، أو راسل شخصًا من ملفه الشخصي.
messages-choose = اختر محادثة
messages-chooseText = أو ابدأ محادثة جديدة.
messages-list = المحادثات
messages-new = محادثة جديدة
messages-newShort = جديدة
messages-addPeople = إضافة أشخاص
messages-addPeopleHint = شخص واحد، أو حتى { 49 } شخصًا لمجموعة.
messages-start = بدء المحادثة
messages-selected = الأشخاص المختارون
messages-add = إضافة

thread-title = محادثة مع { $names }
thread-log = الرسائل
thread-memberCount =
    { $count ->
        [zero] لا أعضاء
        [one] عضو واحد
        [two] عضوان
        [few] { $count } أعضاء
        [many] { $count } عضوًا
       *[other] { $count } عضو
    }
thread-members = الأعضاء
thread-leave = مغادرة المجموعة
thread-leaveText = لن تصلك رسائلها بعد الآن.
thread-actions = إجراءات المحادثة
thread-earlier = تحميل الرسائل السابقة
thread-later = تحميل الرسائل التالية
thread-markUnread = تمييز كغير مقروءة
thread-markedUnread = تم تمييزها كغير مقروءة.
thread-unread = رسائل جديدة
thread-latest = الانتقال إلى أحدث رسالة
thread-empty = لا رسائل بعد. ألقِ التحية!
thread-closed = لا يمكنك إرسال رسائل في هذه المحادثة حاليًا.
thread-ended = لم يعد لديك وصول إلى هذه المحادثة.
thread-typingOne = جارٍ الكتابة من { $name }…
thread-typingMany =
    { $count ->
        [zero] لا أحد يكتب
        [one] شخص واحد يكتب…
        [two] شخصان يكتبان…
        [few] { $count } أشخاص يكتبون…
        [many] { $count } شخصًا يكتبون…
       *[other] { $count } شخص يكتبون…
    }

group-heading = المجموعة { $title }
group-settings = إعدادات المجموعة
group-title = اسم المجموعة
group-titleHint = عند تسمية المجموعة تتولى إدارة أعضائها وصورتها.
group-image = صورة المجموعة
group-addImage = إضافة صورة للمجموعة
group-changeImage = تغيير صورة المجموعة
group-removeImage = إزالة الصورة
group-history = مشاركة الرسائل السابقة
group-historyHint = الأعضاء الذين ينضمون من الآن يمكنهم قراءة ما كُتب من قبل.
group-historyOn = يمكن للأعضاء الجدد قراءة الرسائل السابقة.
group-historyOff = لا يمكن للأعضاء الجدد قراءة الرسائل السابقة.
group-create = إنشاء المجموعة
group-owner = المالك
group-add = إضافة إلى المجموعة
group-memberActions = إجراءات { $name }
group-remove = إزالة من المجموعة
group-removeTitle = هل تريد إزالة { $name }؟
group-removeText = لن يستطيع هذا الشخص قراءة المجموعة بعد الآن.
group-transfer = نقل ملكية المجموعة
group-transferTitle = هل تريد نقل ملكية المجموعة إلى { $name }؟
group-transferText = سيدير هذا الشخص المجموعة، وتبقى أنت عضوًا.
group-someone = عضو
group-added = أضاف { $actor } العضو { $name }
group-left = غادر { $name } المجموعة
group-removed = أزال { $actor } العضو { $name }
group-owns = أصبح { $name } مالك المجموعة
group-titleChanged = غيّر { $actor } اسم المجموعة
group-imageChanged = غيّر { $actor } صورة المجموعة
group-historyChanged = غيّر { $actor } من يمكنه قراءة الرسائل السابقة

mute-start = كتم
mute-end = إلغاء الكتم
mute-on = مكتومة
mute-text = لا يُعلن عن الرسائل الجديدة ولا تُحتسب كرسائل غير مقروءة. لا يرى الآخرون ذلك.
mute-hour = لمدة ساعة
mute-hours = لمدة { 8 } ساعات
mute-forGood = حتى ألغي الكتم
mute-started = تم كتم المحادثة.
mute-ended = تم إلغاء كتم المحادثة.

message-write = اكتب رسالة
message-send = إرسال
message-you = أنت
message-byYou = أنت: { $text }
message-image = أرسل صورة
message-file = أرسل ملفًا
message-noText = صورة أو ملف
message-reply = رد
message-replyTo = رد على { $name }
message-cancelReply = إلغاء الرد
message-inReplyTo = ردًا على
message-gone = لم تعد تلك الرسالة متاحة.
message-deleted = حُذفت هذه الرسالة.
message-edited = معدّلة
message-actions = إجراءات الرسالة
message-edit = تعديل الرسالة
message-waiting = بانتظار الإرسال
message-sending = جارٍ الإرسال…
message-sent = أُرسلت
message-read = قُرئت
message-readBy = قرأها { $names }
message-failed = لم تُرسل
message-discard = تجاهل
message-deleteTitle = هل تريد حذف هذه الرسالة؟
message-deleteText = تُحذف لدى الجميع هنا.
message-today = اليوم
message-yesterday = أمس

mention-list = أشخاص للإشارة إليهم
mention-found =
    { $count ->
        [zero] لا اقتراحات
        [one] اقتراح واحد
        [two] اقتراحان
        [few] { $count } اقتراحات
        [many] { $count } اقتراحًا
       *[other] { $count } اقتراح
    }

lobby-title = الردهة
lobby-text = يرى كل من في الردهة ما تكتبه هنا.
lobby-visit = زيارة الردهة
lobby-enter = دخول الردهة
lobby-back = العودة إلى الردهة باسم { $name }
lobby-leave = مغادرة
lobby-pseudonym = اسمك في الردهة
lobby-pseudonymHint = من { 3 } إلى { 15 } حرفًا أو رقمًا أو شرطة سفلية.
lobby-here = الموجودون الآن
lobby-count =
    { $count ->
        [zero] لا أحد في الردهة
        [one] شخص واحد في الردهة
        [two] شخصان في الردهة
        [few] { $count } أشخاص في الردهة
        [many] { $count } شخصًا في الردهة
       *[other] { $count } شخص في الردهة
    }
lobby-joined = انضم { $name }
lobby-left = غادر { $name }
lobby-write = اكتب في الردهة
lobby-empty = المكان هادئ هنا. ألقِ التحية!
lobby-outside = لست في الردهة
lobby-guest = زائر
lobby-removeGuest = إزالة { $name }
lobby-removeGuestAction = إزالة الزائر
lobby-removeGuestText = تنتهي الزيارة على الفور ويصبح الاسم متاحًا من جديد. تبقى الرسائل.
lobby-guestRemoved = تمت إزالة { $name }.
lobby-join = أعجبتك الردهة؟ أنشئ حسابًا واحتفظ برسائلك.
