### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = عن التطبيق
console-aspect-redirects = العناوين
console-aspect-power = ما يمكن أن يحصل عليه
console-aspect-authentication = كيف يثبت نفسه
console-aspect-protection = ما هو مطلوب
console-aspect-algorithms = الشكل والتواقيع
console-aspect-consent = موافقة الأشخاص
console-aspect-logout = تسجيل الخروج
console-setting-profile = ملف الأمان
console-setting-serves = الخدمات التي يقدمها
console-setting-format = شكل وصوله
console-setting-access-ttl = مدة صلاحية رموز الوصول بالثواني
console-setting-id-ttl = مدة صلاحية رموز الهوية بالثواني
console-setting-audience = المستلم الذي تذكره إثباتاته
console-setting-claims = بيانات الملف عند تسجيل الدخول
console-setting-pkce = إثبات لمرة واحدة عند تسجيل الدخول
console-setting-origins = المواقع التي يجوز لنصوصها البرمجية قراءة الردود
console-setting-dpop = الوصول مرتبط بمفتاح
console-setting-bound = الوصول مرتبط بالشهادة
console-setting-details = أنواع الوصول المفصل
console-setting-subject = الشهادة: الاسم الكامل
console-setting-dns = الشهادة: اسم المضيف
console-setting-uri = الشهادة: العنوان
console-setting-ip = الشهادة: عنوان IP
console-setting-email = الشهادة: البريد الإلكتروني
console-setting-par = تُرسل الطلبات مسبقا
console-setting-signed = الطلبات موقعة
console-setting-requests = عناوين الطلبات الموقعة
console-setting-keys = المفاتيح العامة
console-setting-keys-url = عنوان المفاتيح العامة
console-setting-id-alg = توقيع تسجيل الدخول
console-setting-userinfo-alg = توقيع ردود الملف الشخصي
console-setting-answer-alg = توقيع الردود عبر المتصفح
console-setting-lookup-alg = توقيع الردود عن الوصول
console-setting-sector = المضيف الذي تتشارك تطبيقاته معرفات الأشخاص
console-setting-backchannel = عنوان إشعارات تسجيل الخروج
console-setting-backchannel-session = تذكر هذه الإشعارات الجلسة
console-setting-frontchannel = الصفحة التي يحملها المتصفح عند تسجيل الخروج
console-setting-frontchannel-session = تتلقى هذه الصفحة الجلسة
console-setting-exchange = الخدمات التي يجوز أن يحصل على وصول إليها
console-setting-impersonation = يجوز أن يتصرف بصفة الشخص
console-setting-optional = الوصول الذي يمكن للأشخاص استبعاده
console-setting-consent-days = عدد الأيام حتى يُسأل الأشخاص مجددا
console-setting-publisher = الناشر
console-setting-fixed = محدد بموجب { $rule }
console-setting-invalid = غير ممكن: { $reason }
console-setting-required = يمكن استبدال هذا وليس إزالته
console-setting-one = املأ واحدا من هذه فقط
console-setting-days-invalid = أدخل عدد الأيام
console-setting-seconds-invalid = أدخل عدد الثواني
console-setting-keys-invalid = أدخل كائن JSON يحتوي على المفاتيح
console-choice-none = لا يوجد
console-choice-required = إلزامي
console-choice-auto = تلقائي
console-choice-optional = اختياري
console-effect = الأثر
console-effect-weaker = حماية أقل
console-effect-stronger = حماية أفضل
console-effect-neutral = تغيّر
console-app-review = هل تريد حفظ هذه التغييرات؟
console-app-review-text = تتعلق بما يمكن أن يحصل عليه التطبيق أو بكيفية حمايته. تحقق منها أولا.
console-change-again = العودة إلى النموذج
console-impact-users = الأشخاص الذين لديهم وصول الآن
console-impact-sessions = جلساتهم المفتوحة
console-impact-grants = مجموع مرات الوصول الممنوح
console-impact-refresh = منها قابل للتجديد دون تسجيل الدخول
console-impact-delay = يسري في كل مكان بعد
console-app-logo = الشعار
console-app-logo-now = الشعار الحالي
console-app-logo-hint = { "\u200F" }PNG أو JPEG أو GIF أو WebP، بحجم 2 ميغابايت على الأكثر. تُقص الصورة إلى مربع. تعرضه الصفحة التي تطلب الموافقة، إلا للتطبيقات التي سجلت نفسها.
console-app-logo-saved = حُفظ الشعار.
console-app-logo-remove = إزالة الشعار
console-app-logo-remove-question = هل تريد إزالة شعار هذا التطبيق؟
console-app-logo-remove-text = تعرض الصفحات بدلًا منه الحرف الأول من اسم التطبيق.
console-app-logo-removed = أُزيل الشعار.
console-also-as = كأمر أو استدعاء أو ملف
console-also-as-text = يعرض ما غيرته أعلاه دون حفظه.
console-also-as-show = إظهار النصوص
console-also-command = سطر الأوامر
console-also-call = استدعاء واجهة API للإدارة
console-also-file = الملف { $name }
console-impact-seconds = { $count ->
    [one] ثانية واحدة
    [two] ثانيتين
    [few] { $count } ثوان
   *[other] { $count } ثانية
}
console-impact-minutes = { $count ->
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $count } دقائق
   *[other] { $count } دقيقة
}
