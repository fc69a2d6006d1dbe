### The second step of a sign-in, and its set-up.

second-title = أدخِل الرمز من تطبيق المصادقة
second-recovery-title = أدخِل رمز استرداد
second-code = الرمز
second-code-hint = ستة أرقام تتغير كل 30 ثانية.
second-recovery-code = رمز الاسترداد
second-recovery-hint = أحد الرموز التي حفظتها. يعمل كل رمز مرة واحدة.
second-missing = أدخِل الرمز
second-wrong = هذا الرمز غير مطابق. تتغير الرموز كل 30 ثانية.
second-clock = هذا الرمز غير مطابق. تأكد من أن ساعة هاتفك مضبوطة.
second-recovery-wrong = هذا الرمز غير مطابق. يعمل كل رمز استرداد مرة واحدة.
second-locked = رموز خاطئة كثيرة جدًا. استخدم رمز استرداد، أو اسأل القائمين على هذا الموقع.
second-use-recovery = استخدام رمز استرداد
second-use-app = استخدام تطبيق المصادقة

login-confirm = سجّل الدخول مرة أخرى لإجراء هذا التغيير. هذا يحمي حسابك من الآخرين.
login-confirm-title = تأكيد هويتك

two-factor-title = التحقق بخطوتين
two-factor-text = بعد كلمة المرور، تُدخل رمزًا من تطبيق على هاتفك.
two-factor-on = مفعّل
two-factor-off = متوقف
two-factor-since = منذ
two-factor-start = إعداد تطبيق مصادقة
two-factor-new-codes = إنشاء رموز استرداد جديدة
two-factor-make-new = أنشئ رموزًا جديدة واحفظها في مكان آمن.
two-factor-turn-off = إيقاف التحقق بخطوتين
two-factor-end-others = تسجيل الخروج من كل الأجهزة الأخرى
two-factor-left = { $count ->
    [zero] لم يتبقَّ أي رمز استرداد.
    [one] تبقى رمز استرداد واحد.
    [two] تبقى رمزا استرداد.
    [few] تبقت { $count } رموز استرداد.
    [many] تبقى { $count } رمز استرداد.
   *[other] تبقى { $count } رمز استرداد.
}
two-factor-not-saved = لم تؤكد بعد أنك حفظت رموز الاسترداد.
two-factor-required = يتطلب حسابك التحقق بخطوتين. أعِدّه للمتابعة.
two-factor-due = ابتداءً من { $day } سيتطلب حسابك التحقق بخطوتين. أعِدّه الآن أو لاحقًا.
two-factor-stays = يتطلب حسابك التحقق بخطوتين. لا يمكن إيقافه.
two-factor-turned-off = التحقق بخطوتين متوقف.
two-factor-over = استغرق ذلك وقتًا طويلًا. يُرجى البدء من جديد.
two-factor-manage = إدارة
two-factor-set-up = إعداد

set-up-title = إعداد تطبيق مصادقة
set-up-scan = امسح هذا الرمز باستخدام تطبيق المصادقة.
set-up-qr = رمز QR لتطبيق المصادقة
set-up-by-hand = أو أدخِل هذا المفتاح يدويًا:
set-up-code = الرمز من التطبيق

codes-title = حفظ رموز الاسترداد
codes-now-on = تم تفعيل التحقق بخطوتين.
codes-text = يمكنك تسجيل الدخول بأحدها عندما لا يكون هاتفك معك. يعمل كل رمز مرة واحدة. لن تُعرض مرة أخرى.
codes-download = تنزيل
codes-print = طباعة
codes-saved = حفظت هذه الرموز
