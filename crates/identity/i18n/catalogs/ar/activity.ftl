### What happened in an account, and what to do about what was somebody else.

activity-title = النشاط الأخير
activity-text = ما حدث في حسابك خلال آخر 90 يومًا.
activity-see-all = عرض كل الأنشطة
activity-filter = عرض
activity-all = الكل
activity-topic-sign-in = تسجيل الدخول
activity-topic-security = الأمان
activity-topic-apps = التطبيقات
activity-topic-account = الحساب
activity-nothing = لم يحدث شيء هنا.
activity-newest = الأحدث
activity-older = الأقدم
activity-not-me = لم أكن أنا
activity-not-me-label = لم أكن أنا: { $what }
activity-an-app = أحد التطبيقات

activity-login = تم تسجيل الدخول
activity-login-failed = تعذّر تسجيل الدخول: كلمة المرور غير صحيحة
activity-login-locked = تم تأجيل تسجيل الدخول بعد إدخال كلمات مرور خاطئة كثيرة
activity-first-step = كانت كلمة المرور صحيحة، وطُلب الرمز
activity-stepped-up = تم تسجيل الدخول مجددًا باستخدام رمز
activity-factor-failed = كان الرمز غير صحيح
activity-factor-added = تم تفعيل التحقق بخطوتين
activity-factor-removed = تم إيقاف التحقق بخطوتين
activity-codes-made = تم إنشاء رموز استرداد جديدة
activity-code-used = تم استخدام رمز استرداد
activity-logout = تم تسجيل الخروج
activity-session-ended = تم تسجيل الخروج من جهاز آخر
activity-disowned = أبلغت عن نشاط لم يصدر عنك
activity-registered = تم إنشاء الحساب
activity-register-known = حاول شخص ما إنشاء حساب باستخدام عنوان بريدك الإلكتروني
activity-user-changed = عدّل أحد المشرفين حسابك
activity-user-changed-other = عدّلت حسابًا آخر
activity-by-admin = بواسطة أحد المشرفين
activity-consent = سمحت بوصول { $app }
activity-consent-denied = رفضت وصول { $app }
activity-consent-revoked = أزلت وصول { $app }
activity-access-denied = تم رفض الوصول: غير مسموح به
activity-api-key = تم إنشاء مفتاح API
activity-api-key-used = تم استخدام مفتاح API لأول مرة
activity-api-key-revoked = تمت إزالة مفتاح API
activity-app-password = أُنشئت كلمة مرور تطبيق
activity-app-password-used = استُخدمت كلمة مرور تطبيق
activity-app-password-revoked = أُزيلت كلمة مرور تطبيق
activity-proof-replayed = قُدِّم مجددًا إثبات سبق أن استخدمه { $app }، وتم رفضه
activity-misused = استخدم { $app } تسجيل دخول قديمًا مرة أخرى، ولذلك تم إنهاء وصوله
activity-app-signed-out = تم إنهاء وصول { $app }
activity-app-exchanged = استبدل { $app } وصوله بوصول أضيق
activity-app-asserted = حصل { $app } على الوصول بناءً على إفادة جهة إصدار أخرى
activity-app-told = تم إبلاغ { $app } بتسجيل خروجك
activity-app-not-told = تعذّر إبلاغ { $app } بتسجيل خروجك
activity-app-changed = عدّلت إعدادات تطبيق
activity-role-changed = تم تغيير أدوارك
activity-role-changed-other = عدّلت الأدوار
activity-group-changed = عدّلت مجموعة
activity-organization-changed = عدّلت مؤسسة
activity-key-changed = عدّلت مفاتيح الخادم
activity-system-changed = عدّلت تشغيل الخادم
activity-audit-exported = نزّلت أحداثًا من سجل التدقيق
activity-users-exported = صدّرت قائمة المستخدمين
activity-list-exported = صدّرت قائمة تتضمن بيانات مستخدمين
activity-email-verified = تم تأكيد عنوان بريدك الإلكتروني
activity-email-requested = طُلب تغيير عنوان البريد الإلكتروني
activity-email-refused = تم رفض عنوان بريد إلكتروني جديد: كلمة المرور غير صحيحة
activity-email-changed = تم تغيير عنوان بريدك الإلكتروني
activity-email-undone = تم التراجع عن تغيير عنوان بريدك الإلكتروني
activity-reset-requested = طُلبت كلمة مرور جديدة
activity-reset = تم تعيين كلمة مرور جديدة عبر البريد الإلكتروني
activity-password-changed = تم تغيير كلمة المرور
activity-password-refused = لم يتم تغيير كلمة المرور: كلمة المرور غير صحيحة
activity-profile = تم تعديل الملف الشخصي
activity-profile-field = لقد غيّرت حقلًا من حقول الملفات الشخصية
activity-exported = تم تنزيل نسخة من بياناتك
activity-deletion = سيتم حذف الحساب
activity-deletion-cancelled = تم الاحتفاظ بالحساب
activity-deleted = تم حذف الحساب
activity-setup = تم إنشاء المشرف الأول

secure-step = الخطوة { $count } من 3
secure-title = تأمين حسابك
secure-text = إذا كان شخص آخر قد دخل إلى حسابك، فسجّل خروجه أولًا. ستبقى مسجّل الدخول هنا. سيتم إبطال مفاتيح API، وستتوقف الروابط التي أُرسلت إلى بريدك عن العمل؛ أنشئ غيرها عند الحاجة.
secure-end-others = تسجيل الخروج من كل الأجهزة الأخرى
secure-password-title = اختيار كلمة مرور جديدة
secure-password-text = قد يعرف مَن دخل إلى حسابك كلمة مرورك. كلمة المرور الجديدة تمنعه من الدخول.
secure-skip = ليس الآن
secure-review-title = نظرة عامة
secure-review-text = تأكد من أن أحدًا لم يترك شيئًا هنا.
secure-apps = { $count ->
    [zero] لا يملك أي تطبيق إذن الوصول.
    [one] يملك تطبيق واحد إذن الوصول.
    [two] يملك تطبيقان إذن الوصول.
    [few] تملك { $count } تطبيقات إذن الوصول.
    [many] يملك { $count } تطبيقًا إذن الوصول.
   *[other] يملك { $count } تطبيق إذن الوصول.
}
secure-look = عرض
secure-done = تم

# Days, support codes, and changes by administrators.
activity-from = اليوم الأول (UTC)
activity-to = اليوم الأخير (UTC)
activity-reason = السبب: { $reason }
activity-support-code = أنشأت رمز دعم
activity-support-code-used = تم استخدام رمز الدعم الخاص بك
activity-impersonation-started = يمكن لمسؤول أن يتصرف نيابة عنك في { $app } لبضع دقائق
activity-impersonation-used = سمح { $app } لمسؤول بالتصرف نيابة عنك
activity-impersonation-refused = طلب { $app } أكثر مما يحق لمسؤول يتصرف نيابة عنك
activity-impersonation-ended = لم يعد المسؤول يتصرف نيابة عنك في { $app }
activity-admin-created = أنشأ أحد المشرفين حسابك
activity-admin-disabled = عطّل أحد المشرفين حسابك
activity-admin-enabled = فعّل أحد المشرفين حسابك
activity-admin-unlocked = ألغى أحد المشرفين قفل حسابك
activity-admin-password = أعاد أحد المشرفين تعيين كلمة مرورك
activity-admin-passkey = أرسل إليك أحد المشرفين رابطًا لإضافة مفتاح مرور
activity-admin-verified = أكّد أحد المشرفين بريدك الإلكتروني
activity-admin-email = غيّر أحد المشرفين بريدك الإلكتروني
