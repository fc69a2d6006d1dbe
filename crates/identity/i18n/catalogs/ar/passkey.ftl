### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = استخدام مفتاح مرور
passkey-needs = لاستخدام مفتاح مرور (بصمة الإصبع أو الوجه أو رقم PIN للجهاز)، اسمح بتشغيل JavaScript.
passkey-rejected = لم يُقبل مفتاح المرور هذا. أعد المحاولة، أو سجّل الدخول بطريقة أخرى.
passkey-changed = يُبلغ جهازك الآن عن نوع من مفاتيح المرور غير الذي أضفته. سجّل الدخول بطريقة أخرى، وأزِل المفتاح من حسابك ثم أضفه من جديد.
passkey-failed = تعذّر على متصفحك أو مدير كلمات المرور استخدام مفتاح المرور. أعد المحاولة، أو اختر جهازًا آخر أو مدير كلمات مرور آخر.
passkey-known = لدى هذا الجهاز أو مدير كلمات المرور مفتاح مرور لحسابك بالفعل.
passkey-recommended = يُنصح به
passkey-synced = تمت مزامنته
passkey-device = على جهاز واحد
passkey-made = تاريخ الإضافة:
passkey-used = آخر استخدام:
passkey-unused = لم يُستخدم بعد
passkey-suspected = قد تكون هناك نسخة من مفتاح المرور هذا. أزِله وأضف مفتاحًا جديدًا.
passkey-change = إعادة التسمية أو الإزالة
passkey-change-label = إعادة تسمية { $name } أو إزالته
passkey-name = الاسم
passkey-rename = إعادة التسمية
passkey-remove = إزالة

second-passkey-title = تأكيد هويتك

passkeys-title = مفاتيح المرور
passkeys-text = سجّل الدخول ببصمة إصبعك أو وجهك أو رقم PIN لجهازك بدلًا من كلمة المرور.
passkeys-none = ليس لديك أي مفتاح مرور بعد.
passkeys-count = { $count ->
    [zero] لا يوجد
    [one] مفتاح مرور واحد
    [two] مفتاحا مرور
    [few] { $count } مفاتيح مرور
    [many] { $count } مفتاح مرور
   *[other] { $count } مفتاح مرور
}
passkeys-add = إضافة مفتاح مرور
passkeys-confirm = تسجيل الدخول مرة أخرى للإضافة
passkeys-full = لديك أكبر عدد من مفاتيح المرور يُسمح به لحساب واحد.
passkeys-added = تمت إضافة مفتاح المرور.
passkeys-renamed = تم تغيير اسم مفتاح المرور.
passkeys-removed = تمت إزالة مفتاح المرور. أزِله من جهازك أيضًا.
passkeys-rejected = تعذّرت إضافة مفتاح المرور هذا. يُرجى إعادة المحاولة.
passkeys-bad-name = استخدم اسمًا من 1 إلى 60 حرفًا
passkeys-only-way = مفتاح المرور هذا هو وسيلتك الوحيدة لتسجيل الدخول. عيّن كلمة مرور أو أضف مفتاح مرور آخر أولًا.
passkeys-only-factor = يتطلب حسابك التحقق بخطوتين. أضف مفتاح مرور آخر أو تطبيق مصادقة أولًا.

activity-passkey-failed = تعذّر تسجيل الدخول باستخدام مفتاح مرور
activity-passkey-stepped-up = تم تسجيل الدخول مجددًا باستخدام مفتاح مرور
activity-passkey-added = تمت إضافة مفتاح مرور
activity-passkey-removed = تمت إزالة مفتاح مرور

notice-passkey-added-subject = تمت إضافة مفتاح مرور
notice-passkey-added-text = تمت إضافة مفتاح مرور إلى حسابك في { $site }. يمكن لمن يملكه تسجيل الدخول بدون كلمة المرور.
notice-passkey-removed-subject = تمت إزالة مفتاح مرور
notice-passkey-removed-text = تمت إزالة مفتاح مرور من حسابك في { $site }. لم يعد يصلح لتسجيل الدخول.
passkey-offer = سجّل الدخول أسرع: ببصمتك أو وجهك أو رمز PIN لجهازك.
passkey-later = ليس الآن

mail-passkey-subject = أضف مفتاح مرور إلى حسابك
mail-passkey-text = تطلب منك إدارة { $site } إضافة مفتاح مرور إلى حسابك. افتح الرابط على الجهاز الذي سيحفظه: بعدها تسجّل الدخول فيه ببصمة الإصبع أو الوجه أو رقم PIN للجهاز.
