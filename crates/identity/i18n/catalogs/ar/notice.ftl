### Security notices by mail.

notice-happened = المصدر: { $device }، الوقت: { $time }.
notice-happened-ip = المصدر: { $device }، العنوان { $ip }، الوقت: { $time }.
notice-otherwise = إذا كنت أنت، فليس عليك فعل شيء. وإلا فأمّن حسابك الآن: ستسجّل الصفحة خروج الأجهزة الأخرى وترشدك إلى كلمة مرور جديدة.
notice-button = تأمين حسابك

notice-factor-added-subject = تم تفعيل التحقق بخطوتين
notice-factor-added-text = تمت إضافة تطبيق مصادقة إلى حسابك في { $site }. يتطلب تسجيل الدخول الآن رمزه أيضًا.
notice-factor-removed-subject = تم إيقاف التحقق بخطوتين
notice-factor-removed-text = تمت إزالة تطبيق المصادقة ورموز الاسترداد من حسابك في { $site }. تكفي كلمة المرور وحدها الآن لتسجيل الدخول.
notice-codes-made-subject = تم إنشاء رموز استرداد جديدة
notice-codes-made-text = تم إنشاء رموز استرداد جديدة لحسابك في { $site }. لم تعد الرموز القديمة تعمل.
notice-code-used-subject = تم استخدام رمز استرداد
notice-code-used-text = تم استخدام رمز استرداد لتسجيل الدخول إلى حسابك في { $site }. { $count ->
    [zero] لم يتبقَّ أي رمز.
    [one] تبقى رمز واحد.
    [two] تبقى رمزان.
    [few] تبقت { $count } رموز.
    [many] تبقى { $count } رمزًا.
   *[other] تبقى { $count } رمز.
}
notice-code-used-few-text = تم استخدام رمز استرداد لتسجيل الدخول إلى حسابك في { $site }. { $count ->
    [zero] لم يتبقَّ أي رمز.
    [one] تبقى رمز واحد فقط.
    [two] تبقى رمزان فقط.
    [few] تبقت { $count } رموز فقط.
    [many] تبقى { $count } رمزًا فقط.
   *[other] تبقى { $count } رمز فقط.
} أنشئ رموزًا جديدة ضمن التحقق بخطوتين في حسابك.
notice-new-device-subject = تسجيل دخول جديد إلى حسابك
notice-new-device-text = سجّل شخص ما الدخول إلى حسابك في { $site } باستخدام جهاز لم نره من قبل.
notice-locked-subject = محاولات تسجيل دخول فاشلة كثيرة جدًا
notice-locked-text = أدخل شخص ما كلمة مرور خاطئة لحسابك في { $site } مرات كثيرة جدًا. يتطلب تسجيل الدخول من الأجهزة غير المعروفة الآن الانتظار { $count ->
    [zero] أقل من دقيقة.
    [one] دقيقة واحدة.
    [two] دقيقتين.
    [few] { $count } دقائق.
    [many] { $count } دقيقة.
   *[other] { $count } دقيقة.
} لا يشمل ذلك الأجهزة التي استخدمتها من قبل.
notice-codes-locked-subject = رموز خاطئة كثيرة جدًا
notice-codes-locked-text = أدخل شخص ما كلمة مرورك في { $site } ثم رموزًا خاطئة كثيرة جدًا. تتطلب الخطوة الثانية الآن الانتظار { $count ->
    [zero] أقل من دقيقة.
    [one] دقيقة واحدة.
    [two] دقيقتين.
    [few] { $count } دقائق.
    [many] { $count } دقيقة.
   *[other] { $count } دقيقة.
} أيًا كان هذا الشخص، فهو يعرف كلمة مرورك.
notice-api-key-subject = تم إنشاء مفتاح API
notice-api-key-text = تم إنشاء مفتاح API لحسابك في { $site }. يمكن للبرامج التي تملكه التصرف نيابةً عنك.
notice-disowned-subject = أبلغت عن نشاط في حسابك
notice-disowned-text = أبلغ شخص مسجّل الدخول إلى حسابك في { $site } بأن بعض النشاط فيه لم يصدر عنه. تم إبطال مفاتيح API الخاصة بالحساب، ولم تعد الروابط المرسلة سابقًا تعمل.
