### What every page shares.

title-error = خطأ: { $title }
skip = الانتقال إلى المحتوى
language = اللغة
theme = المظهر
theme-auto = تلقائي
theme-light = فاتح
theme-dark = داكن
help = المساعدة
privacy = الخصوصية
terms = الشروط
imprint = إشعار قانوني
problem-title = حدثت مشكلة
banner-label = إشعار
banner-copy = هذه نسخة للاختبار، أُنشئت: { $moment }. لا شيء هنا حقيقي.
banner-read-only = لا تغييرات حتى { $moment }. تسجيل الدخول والقراءة مستمران.
continue-to = للمتابعة إلى { $app }
continue = متابعة
back-to-app = العودة إلى { $app }
account-other = استخدام حساب آخر
copy = نسخ
copied = تم النسخ
show = إظهار
hide = إخفاء
show-password = إظهار كلمة المرور
hide-password = إخفاء كلمة المرور

# How long ago something was.
ago-now = الآن
ago-minutes = { $count ->
    [zero] قبل { $count } دقيقة
    [one] قبل دقيقة واحدة
    [two] قبل دقيقتين
    [few] قبل { $count } دقائق
    [many] قبل { $count } دقيقة
   *[other] قبل { $count } دقيقة
}
ago-hours = { $count ->
    [zero] قبل { $count } ساعة
    [one] قبل ساعة واحدة
    [two] قبل ساعتين
    [few] قبل { $count } ساعات
    [many] قبل { $count } ساعة
   *[other] قبل { $count } ساعة
}
ago-days = { $count ->
    [zero] قبل { $count } يوم
    [one] قبل يوم واحد
    [two] قبل يومين
    [few] قبل { $count } أيام
    [many] قبل { $count } يومًا
   *[other] قبل { $count } يوم
}

# A day, and a moment of a mail. Every part of them is set apart; the mark says which way they run.
date = { "\u200F" }{ $day } { $month ->
    [1] يناير
    [2] فبراير
    [3] مارس
    [4] أبريل
    [5] مايو
    [6] يونيو
    [7] يوليو
    [8] أغسطس
    [9] سبتمبر
    [10] أكتوبر
    [11] نوفمبر
   *[12] ديسمبر
} { $year }
date-time = { "\u200F" }{ $date }، { $time } UTC
date-minute = { "\u200F" }{ $date }، { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
    [zero] محاولات كثيرة جدًا. أعد المحاولة الآن.
    [one] محاولات كثيرة جدًا. انتظر دقيقة واحدة ثم أعد المحاولة.
    [two] محاولات كثيرة جدًا. انتظر دقيقتين ثم أعد المحاولة.
    [few] محاولات كثيرة جدًا. انتظر { $minutes } دقائق ثم أعد المحاولة.
    [many] محاولات كثيرة جدًا. انتظر { $minutes } دقيقة ثم أعد المحاولة.
   *[other] محاولات كثيرة جدًا. انتظر { $minutes } دقيقة ثم أعد المحاولة.
}
busy = يسجّل كثير من الأشخاص الدخول الآن. يُرجى إعادة المحاولة بعد بضع ثوانٍ.
stale-form = كانت هذه الصفحة مفتوحة لمدة طويلة. يُرجى إرسالها مرة أخرى.
