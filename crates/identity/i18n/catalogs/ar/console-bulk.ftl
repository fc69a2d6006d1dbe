### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = مع المستخدمين المختارين
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
console-bulk-all-chosen = جميع المستخدمين المطابقين مختارون، في كل صفحات القائمة.
console-bulk-single = اختيار مستخدمين منفردين
console-bulk-nothing = اختر مستخدمًا واحدًا على الأقل
console-bulk-no-action = اختر ما يجب فعله مع المستخدمين المختارين
console-bulk-disable-question = تعطيل هذه الحسابات؟
console-bulk-disable-text = لا يستطيع المستخدمون تسجيل الدخول بعد الآن، وينتهي وصول التطبيقات كله الآن. تبقى الأسماء والأدوار والمجموعات. للتراجع فعّل الحسابات من جديد؛ الوصول المسحوب لا يعود.
console-bulk-enable-question = تفعيل هذه الحسابات؟
console-bulk-enable-text = يمكن للمستخدمين تسجيل الدخول من جديد. الوصول المسحوب لا يعود. للتراجع عطّل الحسابات من جديد.
console-bulk-end-question = إنهاء جميع جلسات هؤلاء المستخدمين؟
console-bulk-end-text = يُسجَّل خروجهم من كل جهاز وعليهم تسجيل الدخول من جديد. تبقى الحسابات كما هي. وينتهي وصول التطبيقات أيضًا. لا يمكن التراجع عن ذلك.
console-bulk-group-question = إضافة هؤلاء المستخدمين إلى مجموعة؟
console-bulk-group-text = يحصلون على أدوار المجموعة ابتداءً من الطلب التالي. تبقى مجموعاتهم وأدوارهم الأخرى. للتراجع أزل الأعضاء من المجموعة.
console-bulk-verify = اعتبار البريد مُتحقَّقًا منه
console-bulk-verify-question = هل تريد اعتبار بريد هؤلاء المستخدمين مُتحقَّقًا منه؟
console-bulk-verify-text = يُعدّ بريدهم مُتحقَّقًا منه ويسجّل المستخدمون الدخول دون رابط في رسالة. افعل ذلك فقط إذا كنت تعرف أن البريد يخصهم. للتراجع افتح كل مستخدم.
console-bulk-domain = تغيير نطاق البريد
console-bulk-domain-question = هل تريد تغيير نطاق بريد هؤلاء المستخدمين؟
console-bulk-domain-text = ينتقل البريد في النطاق القديم إلى الجديد ويبقى مُتحقَّقًا منه إن كان كذلك. البريد الذي يخص حسابًا آخر يُستثنى ويُدرَج في القائمة. للتراجع أعد النطاق السابق.
console-bulk-domain-from = النطاق القديم
console-bulk-domain-to = النطاق الجديد
console-bulk-domain-invalid = أدخل نطاقًا آخر مثل example.org
console-bulk-mail = إرسال رسالة إلى البريد السابق
console-bulk-password = طلب كلمة مرور جديدة
console-bulk-password-question = طلب كلمة مرور جديدة من هؤلاء المستخدمين؟
console-bulk-password-text = لم يعد تسجيل الدخول بكلمات مرورهم ممكنًا. يختار كل مستخدم كلمة أخرى غير السابقة عبر رابط يصله بالبريد. تنتهي الجلسات ومفاتيح API ووصول التطبيقات ما لم تُبقِها. يبقى المستخدمون بلا كلمة مرور كما هم. لا يمكن التراجع عن ذلك.
console-bulk-keep = إبقاء الجلسات ومفاتيح API ووصول التطبيقات
console-bulk-password-mail = إرسال رسالة إلى كل مستخدم
console-bulk-group-path = المجموعة
console-bulk-group-hint = مسار مثل ‎/sales/north أو معرّف
console-bulk-group-unknown = أدخل مسار مجموعة أو معرّفها
console-bulk-skips = يُستثنى حسابك والحسابات ذات الصلاحيات الأكبر من صلاحياتك.
console-bulk-later = إذا زاد العدد على 50 مستخدمًا فيجري التغيير في الخلفية. يمكنك متابعته وإيقافه.
console-bulk-chosen = المختارون
console-bulk-users = { $count ->
    [zero] لا مستخدمين
    [one] مستخدم واحد
    [two] مستخدمان
    [few] { $count } مستخدمين
    [many] { $count } مستخدمًا
   *[other] { $count } مستخدم
}
console-bulk-many = لم يُحسب العدد: الحسابات المطلوب فحصها كثيرة جدًا
console-bulk-filter = التصفية
console-bulk-progress = التقدم
console-bulk-tried = { $count ->
    [zero] لم يُنجز أي مستخدم بعد
    [one] أُنجز مستخدم واحد حتى الآن
    [two] أُنجز مستخدمان حتى الآن
    [few] أُنجز { $count } مستخدمين حتى الآن
    [many] أُنجز { $count } مستخدمًا حتى الآن
   *[other] أُنجز { $count } مستخدم حتى الآن
}
console-bulk-done = تم تغييرهم
console-bulk-failed = لم يُغيَّروا
console-bulk-started = البدء
console-bulk-ended = الانتهاء
console-bulk-stopped = متوقف
console-bulk-stop = إيقاف التغيير
console-bulk-stop-question = إيقاف هذا التغيير؟
console-bulk-stop-text = المستخدمون الذين جرى تغييرهم يبقون كذلك.
console-bulk-stop-done = تم إيقاف التغيير.
console-bulk-refresh = تحديث
console-bulk-why-requested = أوقفه أحد المشرفين
console-bulk-why-deleted = حُذف حساب المشرف الذي بدأه
console-bulk-why-disabled = عُطِّل حساب المشرف الذي بدأه
console-bulk-why-permission = الصلاحية المطلوبة غير متوفرة
console-bulk-why-interrupted = انقطع تنفيذ الأمر في سطر الأوامر
console-bulk-not-found = لا يوجد حساب كهذا
console-bulk-error = فشل على هذا الخادم. حاول مرة أخرى.
console-chosen-nothing = اختر عنصرًا واحدًا على الأقل
console-chosen-failed = لم يُنفَّذ
console-chosen-gone = لم يعد موجودًا أو لا يمكنك رؤيته.
console-chosen-used = استُخدم في هذه الأثناء.
console-chosen-sessions = إنهاء الجلسات المختارة
console-chosen-sessions-question = هل تريد إنهاء الجلسات المختارة؟
console-chosen-sessions-text = يُسجَّل خروج المستخدمين من هذه الأجهزة وعليهم تسجيل الدخول من جديد. وينتهي وصول التطبيقات أيضًا. لا يمكن التراجع عن ذلك.
console-chosen-sessions-ended = { $count ->
    [zero] لم تنتهِ أي جلسة.
    [one] انتهت جلسة واحدة.
    [two] انتهت جلستان.
    [few] انتهت { $count } جلسات.
    [many] انتهت { $count } جلسة.
   *[other] انتهت { $count } جلسة.
}
console-chosen-sessions-failed = { $count ->
    [zero] لا توجد جلسة لم تنتهِ.
    [one] لم تنتهِ جلسة واحدة.
    [two] لم تنتهِ جلستان.
    [few] لم تنتهِ { $count } جلسات.
    [many] لم تنتهِ { $count } جلسة.
   *[other] لم تنتهِ { $count } جلسة.
}
console-chosen-roles = سحب الأدوار المختارة
console-chosen-roles-question = هل تريد سحب الأدوار المختارة؟
console-chosen-roles-text = ما تسمح به الأدوار لا يعود مسموحًا ابتداءً من الطلب التالي. للتراجع افتح الأحداث في سجل التدقيق.
console-chosen-roles-removed = { $count ->
    [zero] لم يُسحب أي دور.
    [one] سُحب دور واحد.
    [two] سُحب دوران.
    [few] سُحبت { $count } أدوار.
    [many] سُحب { $count } دورًا.
   *[other] سُحب { $count } دورًا.
}
console-chosen-roles-failed = { $count ->
    [zero] لا يوجد دور لم يُسحب.
    [one] لم يُسحب دور واحد.
    [two] لم يُسحب دوران.
    [few] لم تُسحب { $count } أدوار.
    [many] لم يُسحب { $count } دورًا.
   *[other] لم يُسحب { $count } دورًا.
}
console-chosen-apps = تعطيل التطبيقات المختارة
console-chosen-apps-question = هل تريد تعطيل التطبيقات المختارة؟
console-chosen-apps-text = لا يستطيع المستخدمون تسجيل الدخول إلى هذه التطبيقات بعد الآن، وينتهي وصولها. يمكنك تفعيلها من جديد.
console-chosen-apps-ended = { $count ->
    [zero] لم يُعطَّل أي تطبيق.
    [one] عُطِّل تطبيق واحد.
    [two] عُطِّل تطبيقان.
    [few] عُطِّلت { $count } تطبيقات.
    [many] عُطِّل { $count } تطبيقًا.
   *[other] عُطِّل { $count } تطبيق.
}
console-chosen-apps-failed = { $count ->
    [zero] لا يوجد تطبيق لم يُعطَّل.
    [one] لم يُعطَّل تطبيق واحد.
    [two] لم يُعطَّل تطبيقان.
    [few] لم تُعطَّل { $count } تطبيقات.
    [many] لم يُعطَّل { $count } تطبيقًا.
   *[other] لم يُعطَّل { $count } تطبيق.
}
console-chosen-keys = إبطال المفاتيح المختارة
console-chosen-keys-question = هل تريد إبطال المفاتيح المختارة؟
console-chosen-keys-text = ستتوقف البرامج التي تستخدمها عن العمل خلال نصف دقيقة. لا يمكن التراجع عن هذا الإجراء.
console-chosen-keys-ended = { $count ->
    [zero] لم يُبطل أي مفتاح.
    [one] أُبطل مفتاح واحد.
    [two] أُبطل مفتاحان.
    [few] أُبطلت { $count } مفاتيح.
    [many] أُبطل { $count } مفتاحًا.
   *[other] أُبطل { $count } مفتاح.
}
console-chosen-keys-failed = { $count ->
    [zero] لا يوجد مفتاح لم يُبطل.
    [one] لم يُبطل مفتاح واحد.
    [two] لم يُبطل مفتاحان.
    [few] لم تُبطل { $count } مفاتيح.
    [many] لم يُبطل { $count } مفتاحًا.
   *[other] لم يُبطل { $count } مفتاح.
}
console-chosen-accounts = تعطيل الحسابات المختارة
console-chosen-accounts-ended = { $count ->
    [zero] لم يُعطَّل أي حساب.
    [one] عُطِّل حساب واحد.
    [two] عُطِّل حسابان.
    [few] عُطِّلت { $count } حسابات.
    [many] عُطِّل { $count } حسابًا.
   *[other] عُطِّل { $count } حساب.
}
console-chosen-accounts-failed = { $count ->
    [zero] لا يوجد حساب لم يُعطَّل.
    [one] لم يُعطَّل حساب واحد.
    [two] لم يُعطَّل حسابان.
    [few] لم تُعطَّل { $count } حسابات.
    [many] لم يُعطَّل { $count } حسابًا.
   *[other] لم يُعطَّل { $count } حساب.
}
