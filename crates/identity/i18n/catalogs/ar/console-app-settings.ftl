### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = الموافقة
console-setting-profile = ملف الأمان
console-setting-serves = الموارد التي يخدمها هذا العميل (يجوز له فحص الرموز)
console-setting-format = تنسيق رمز الوصول
console-setting-audience = الجمهور في تأكيدات العميل
console-setting-claims = المطالبات في رمز المعرّف
console-setting-pkce = PKCE
console-setting-origins = مصادر CORS المسموح بها
console-setting-dpop = رموز وصول مرتبطة بـ DPoP
console-setting-bound = رموز وصول مرتبطة بالشهادة
console-setting-details = أنواع تفاصيل التفويض
console-setting-subject = الشهادة: الاسم المميز للموضوع (DN)
console-setting-dns = الشهادة: اسم DNS
console-setting-uri = الشهادة: عنوان URI
console-setting-ip = الشهادة: عنوان IP
console-setting-email = الشهادة: البريد الإلكتروني
console-setting-par = طلبات التفويض المدفوعة (PAR)
console-setting-signed = كائنات الطلب الموقَّعة (JAR)
console-setting-requests = عناوين URI لكائنات الطلب
console-setting-keys = المفاتيح العامة (JWKS)
console-setting-keys-url = عنوان URI لـ JWKS
console-setting-id-alg = خوارزمية توقيع رمز المعرّف
console-setting-userinfo-alg = خوارزمية توقيع UserInfo
console-setting-answer-alg = خوارزمية توقيع رد التفويض
console-setting-lookup-alg = خوارزمية توقيع فحص الرموز
console-setting-sector = معرّف القطاع
console-setting-backchannel = عنوان URI للخروج عبر القناة الخلفية
console-setting-backchannel-session = الخروج عبر القناة الخلفية: معرّف الجلسة مطلوب
console-setting-frontchannel = عنوان URI للخروج عبر القناة الأمامية
console-setting-frontchannel-session = الخروج عبر القناة الأمامية: معرّف الجلسة مطلوب
console-setting-ping = نقطة نهاية إشعارات CIBA
console-setting-exchange = تبادل الرموز: الجماهير المسموح بها
console-setting-impersonation = انتحال الهوية بتبادل الرموز
console-setting-optional = النطاقات الاختيارية
console-setting-publisher = الناشر
console-setting-fixed = محدد بموجب { $rule }
console-setting-unused = لا يستخدم تطبيق من هذا النوع هذا الإعداد. لإزالة القيمة، أفرغ الحقل أو اختر القيمة الافتراضية.
console-setting-invalid = غير ممكن: { $reason }
console-setting-required = يمكن استبدال هذا وليس إزالته
console-setting-one = املأ واحدا من هذه فقط
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
console-impact-users = المستخدمون الذين لديهم وصول
console-impact-sessions = جلساتهم المفتوحة
console-impact-grants = مجموع مرات الوصول الممنوح
console-impact-refresh = منها ما له رمز تحديث
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
