anyMentor-open = الحجز مع أي مرشد
anyMentor-title = { $topic } مع أي مرشد
anyMentor-text = هذه الأوقات المتاحة لدى جميع المرشدين. عند الحجز، يُختار لك مرشد متاح.
anyMentor-preferred = المرشد المفضل
anyMentor-preferredHint = إذا لم يكن لدى هذا المرشد مقعد في ذلك الوقت، فسيُختار لك مرشد آخر.
anyMentor-anyone = أي مرشد
