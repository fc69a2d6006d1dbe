### Consent and the account page.

consent-title = يطلب { $app } الوصول
consent-this-computer = تطبيق على هذا الكمبيوتر
consent-this-device = تطبيق على هذا الجهاز:
consent-unverified = لم يتحقق { $site } من هذا التطبيق. لا تتابع إلا إذا كنت تعرف التطبيق وبدأت العملية بنفسك.
consent-published = معروف بعنوانه فقط:
consent-answer = سيُرسَل ما تسمح به إلى:
consent-posing = يمكن لأي برنامج على هذا الكمبيوتر انتحال هوية هذا التطبيق.
consent-wants = يريد هذا التطبيق
consent-until-removed = يستمر الوصول إلى أن تتم إزالته. ستجد التطبيق في حسابك ضمن «التطبيقات المرتبطة».
consent-until = يستمر الوصول حتى { $date }. يمكنك إنهاؤه قبل ذلك من حسابك ضمن «التطبيقات المرتبطة».
consent-publisher = من { $name }
consent-optional = فقط إذا حدّدته:
consent-kept = ما يملكه التطبيق بالفعل
consent-policy = الخصوصية
consent-terms = الشروط
consent-allow = السماح
consent-deny = إلغاء

scope-sensitive = حسّاس
scope-new = جديد
scope-openid = معرفة هويتك عند تسجيل الدخول
scope-profile = الاطلاع على اسمك واسم المستخدم
scope-email = الاطلاع على عنوان بريدك الإلكتروني
scope-phone = الاطلاع على رقم هاتفك
scope-address = الاطلاع على عنوانك البريدي
scope-offline = الاحتفاظ بالوصول في غيابك
scope-groups = الاطلاع على المجموعات التي تنتمي إليها
scope-roles = الاطلاع على أدوارك
scope-tasks-read = الاطلاع على مهامك
scope-tasks-write = إنشاء مهامك وتعديلها
scope-tasks-delete = حذف مهامك
scope-tasks-read-all = الاطلاع على مهام الجميع
scope-tasks-write-all = تعديل مهام الجميع
scope-tasks-delete-all = حذف مهام الجميع
scope-other = استخدام «{ $scope }»

account-title = حسابك
account-administration = الإدارة
account-greeting = مرحبًا، { $name }
account-profile = الملف الشخصي
account-roles = الأدوار
account-created = تاريخ الانضمام
account-password-changed = تغيير كلمة المرور
account-sessions = الأجهزة والجلسات
account-apps = التطبيقات المرتبطة
account-no-apps = لا يملك أي تطبيق إذن الوصول إلى حسابك.
account-welcome = حسابك جاهز.
account-session-ended = تم تسجيل الخروج من تلك الجلسة.
account-app-removed = لم يعد التطبيق يملك إذن الوصول.
session-current = هذا الجهاز
session-seen = آخر استخدام:
session-since = تسجيل الدخول:
session-end = تسجيل الخروج
session-end-label = تسجيل الخروج من { $device }
app-since = الوصول منذ
app-until = حتى
app-scopes = { $count ->
    [zero] لا أذونات
    [one] إذن واحد
    [two] إذنان
    [few] { $count } أذونات
    [many] { $count } إذنًا
   *[other] { $count } إذن
}
app-remove = إزالة
app-remove-label = إزالة وصول { $app }
device-on = { $browser } على { $system }
device-unknown = جهاز غير معروف

# The navigation, the sign-in methods, and the organizations.
account-sign-in = تسجيل الدخول
account-sign-in-text = كيف تسجّل الدخول، وما الذي يحمي حسابك.
account-not-set = غير محددة
account-safe = حسابك محمي جيدًا.
account-one-factor = أضف طريقة ثانية لتسجيل الدخول.
account-invitations = الدعوات
account-invited = تدعوك { $organization } إلى الانضمام.
account-all-devices = جميع الأجهزة
account-access = الوصول إلى حسابك
account-apps-text = التطبيقات التي يمكنها استخدام حسابك. أزِل ما لم تعد تحتاج إليه.
orgs-text = المؤسسات التي تنتمي إليها وأدوارك فيها.
orgs-none = لا تنتمي إلى أي مؤسسة.
orgs-leave = مغادرة
orgs-leave-label = مغادرة { $organization }
orgs-leave-title = هل تريد مغادرة { $organization }؟
orgs-leave-text = ستفقد مجموعاتك وأدوارك فيها، وستتوقف مفاتيح API الخاصة بها عن العمل. للعودة تحتاج إلى دعوة.
orgs-left = لقد غادرت المؤسسة.
orgs-last-owner = أنت المالك الوحيد. يجب أن يصبح عضو آخر مالكًا قبل أن تتمكن من المغادرة.

# The check-up and the support code.
check-up-title = فحص الأمان
check-up-text = راجع ما حدث في حسابك خلال آخر 30 يومًا، حدثًا بعد آخر.
check-up-start = مراجعة النشاط الأخير
check-up-left = { $count ->
    [zero] لا توجد أحداث للمراجعة.
    [one] يوجد حدث واحد للمراجعة.
    [two] يوجد حدثان للمراجعة.
    [few] توجد { $count } أحداث للمراجعة.
    [many] يوجد { $count } حدثًا للمراجعة.
   *[other] يوجد { $count } حدث للمراجعة.
}
check-up-yes = نعم، كنت أنا
check-up-known = نعم، أعلم بذلك
check-up-no = لا، لم أكن أنا
check-up-nothing = لا يوجد ما يحتاج إلى مراجعة.
support-code-title = رمز الدعم
support-code-text = اقرأ هذا الرمز بصوت مسموع عندما تطلب المساعدة من الدعم. يعرض لهم حسابك ولا يمنحهم أي صلاحيات.
support-code-lasts = يعمل الرمز مرة واحدة خلال 15 دقيقة.
support-code-consents = اقرأ هذا الرمز بصوت مسموع عندما تطلب المساعدة من الدعم. يعرض لهم حسابك ويسمح لهم بالتصرف نيابة عنك في تطبيق واحد لبضع دقائق. ستصلك رسالة بذلك.
support-code-make = إنشاء رمز
support-code-again = إنشاء رمز آخر
