### The pages of the console that change many users at once.

console-bulk-action = مع الأشخاص المختارين
console-bulk-choose = اختر ما يجب فعله
console-bulk-group = إضافة إلى مجموعة
console-bulk-all-count = { $count ->
    [zero] لا يوجد مطابق
    [one] اختيار المطابق الوحيد
    [two] اختيار المطابقَين
    [few] اختيار جميع المطابقين وعددهم { $count }
    [many] اختيار جميع المطابقين وعددهم { $count }
   *[other] اختيار جميع المطابقين وعددهم { $count }
}
console-bulk-all-matching = اختيار جميع المطابقين
console-bulk-all-page = اختيار الجميع في هذه الصفحة
console-bulk-all-chosen = جميع الأشخاص المطابقين مختارون، في كل صفحات القائمة.
console-bulk-single = اختيار أشخاص منفردين
console-bulk-nothing = اختر شخصًا واحدًا على الأقل
console-bulk-no-action = اختر ما يجب فعله مع الأشخاص المختارين
console-bulk-disable-question = إيقاف هذه الحسابات؟
console-bulk-disable-text = لا يستطيع الأشخاص تسجيل الدخول بعد الآن، وينتهي وصول التطبيقات كله الآن. تبقى الأسماء والأدوار والمجموعات. للتراجع شغّل الحسابات من جديد؛ الوصول المسحوب لا يعود.
console-bulk-enable-question = تشغيل هذه الحسابات؟
console-bulk-enable-text = يمكن للأشخاص تسجيل الدخول من جديد. الوصول المسحوب لا يعود. للتراجع أوقف الحسابات من جديد.
console-bulk-end-question = إنهاء جميع جلسات هؤلاء الأشخاص؟
console-bulk-end-text = يُسجَّل خروجهم من كل جهاز وعليهم تسجيل الدخول من جديد. تبقى الحسابات كما هي. لا يمكن التراجع عن ذلك.
console-bulk-group-question = إضافة هؤلاء الأشخاص إلى مجموعة؟
console-bulk-group-text = يحصلون على أدوار المجموعة ابتداءً من الطلب التالي. تبقى مجموعاتهم وأدوارهم الأخرى. للتراجع أزل الأعضاء من المجموعة.
console-bulk-group-path = المجموعة
console-bulk-group-hint = مسار مثل ‎/sales/north أو معرّف
console-bulk-group-unknown = أدخل مسار مجموعة أو معرّفها
console-bulk-skips = يُستثنى حسابك والحسابات ذات الصلاحيات الأكبر من صلاحياتك.
console-bulk-later = إذا زاد العدد على 50 شخصًا فيجري التغيير في الخلفية. يمكنك متابعته وإيقافه.
console-bulk-chosen = المختارون
console-bulk-users = { $count ->
    [zero] لا أحد
    [one] شخص واحد
    [two] شخصان
    [few] { $count } أشخاص
    [many] { $count } شخصًا
   *[other] { $count } شخصًا
}
console-bulk-many = لم يُحسب العدد: الحسابات المطلوب فحصها كثيرة جدًا
console-bulk-filter = التصفية
console-bulk-progress = التقدم
console-bulk-tried = { $count ->
    [zero] لم يُنجز أحد بعد
    [one] أُنجز شخص واحد حتى الآن
    [two] أُنجز شخصان حتى الآن
    [few] أُنجز { $count } أشخاص حتى الآن
    [many] أُنجز { $count } شخصًا حتى الآن
   *[other] أُنجز { $count } شخصًا حتى الآن
}
console-bulk-done = تم تغييرهم
console-bulk-failed = لم يُغيَّروا
console-bulk-started = البدء
console-bulk-ended = الانتهاء
console-bulk-stopped = متوقف
console-bulk-stop = إيقاف التغيير
console-bulk-stop-question = إيقاف هذا التغيير؟
console-bulk-stop-text = من جرى تغييره يبقى كذلك.
console-bulk-stop-done = تم إيقاف التغيير.
console-bulk-refresh = تحديث
console-bulk-why-requested = أوقفه أحد المسؤولين
console-bulk-why-deleted = حُذف حساب المسؤول الذي بدأه
console-bulk-why-disabled = أُوقف حساب المسؤول الذي بدأه
console-bulk-why-permission = الصلاحية المطلوبة غير متوفرة
console-bulk-why-interrupted = انقطع تنفيذ الأمر في سطر الأوامر
console-bulk-not-found = لا يوجد حساب كهذا
console-bulk-error = فشل على هذا الخادم. حاول مرة أخرى.
