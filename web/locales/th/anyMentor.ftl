anyMentor-open = จองกับที่ปรึกษาคนใดก็ได้
anyMentor-title = { $topic } กับที่ปรึกษาคนใดก็ได้
anyMentor-text = นี่คือเวลาว่างของที่ปรึกษาทุกคน เมื่อจอง คุณจะได้ที่ปรึกษาที่ว่าง
anyMentor-preferred = ที่ปรึกษาที่ต้องการ
anyMentor-preferredHint = หากที่ปรึกษาคนนี้ไม่มีที่นั่งว่างในเวลานั้น คุณจะได้ที่ปรึกษาคนอื่น
anyMentor-anyone = คนใดก็ได้
