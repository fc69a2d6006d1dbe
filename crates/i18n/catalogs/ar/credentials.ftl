### Proving an address, passwords, moving to another address.

step-check-mail = تحقق من بريدك
step-check-mail-text = أرسلنا رسالة إلى العنوان الذي أدخلته. يعمل الرابط الوارد فيها لمدة 24 ساعة. افتحه، ثم سجّل الدخول. إذا لم تصل الرسالة، فابحث في مجلد الرسائل غير المرغوب فيها أو سجّل الدخول لإعادة إرسالها.
step-prove-email = تأكيد عنوان بريدك الإلكتروني
step-prove-email-text = أرسلنا إليك رسالة. افتح الرابط الوارد فيها للمتابعة. إذا لم تصل، فابحث في مجلد الرسائل غير المرغوب فيها أو أعد إرسالها.
step-resend = إعادة الإرسال
step-resent = تمت إعادة إرسال الرسالة.
step-enough-mails = أرسلنا عدة رسائل بالفعل. أعد المحاولة بعد ساعة.
step-confirm-email = هل هذا عنوانك؟
step-confirm-email-text = أكّده لإكمال إنشاء حسابك. إذا لم تطلب حسابًا، فأغلق هذه الصفحة.
step-confirm-email-button = تأكيد العنوان

login-forgot = هل نسيتها؟
forgot-title = هل نسيت كلمة المرور؟
forgot-text = أخبرنا مَن أنت. سنرسل رسالة إلى عنوان حسابك.
forgot-submit = إرسال الرسالة
step-reset-sent-text = إذا كان هناك حساب كهذا، فالرسالة في طريقها إليك. يعمل الرابط الوارد فيها لمدة 30 دقيقة.
reset-title = اختيار كلمة مرور جديدة
reset-ends = سيتم عندئذٍ تسجيل الخروج من كل الأجهزة والتطبيقات.
new-password = كلمة المرور الجديدة
current-password = كلمة المرور الحالية
current-password-missing = أدخِل كلمة المرور الحالية
current-password-wrong = هذه ليست كلمة المرور الحالية
change-password-title = تغيير كلمة المرور
end-others = تسجيل الخروج من كل الأجهزة والتطبيقات الأخرى
cancel = إلغاء
step-password-set = تم تعيين كلمة المرور
step-password-set-text = تم تسجيل الخروج من كل الأجهزة. سجّل الدخول باستخدام كلمة المرور الجديدة.
account-password-done = تم تغيير كلمة المرور.
change-email-title = تغيير عنوان البريد الإلكتروني
change-email-present = العنوان الحالي:
change-email-new = عنوان البريد الإلكتروني الجديد
change-email-hint = سنرسل رابطًا إلى هذا العنوان. يتغير العنوان عندما تفتح الرابط.
change-email-same = هذا هو عنوانك بالفعل
change-email-submit = إرسال الرابط
change-email-sent = أُرسلت رسالة إلى العنوان الجديد. افتح الرابط الوارد فيها خلال 24 ساعة.
step-confirm-move-text = أكّده ليستخدم حسابك هذا العنوان من الآن فصاعدًا.
step-moved = تم تغيير عنوانك
step-moved-text = يستخدم حسابك العنوان الجديد الآن. وقد أبلغنا العنوان السابق بذلك.
step-confirm-undo = هل تريد التراجع عن التغيير؟
step-confirm-undo-text = سيستخدم حسابك هذا العنوان مجددًا، وسيتم تسجيل الخروج من كل الأجهزة.
step-confirm-undo-button = التراجع عن التغيير
step-undone = تمت استعادة عنوانك
step-undone-text = تم تسجيل الخروج من كل الأجهزة. قد يعرف شخص ما كلمة مرورك، لذا اختر كلمة مرور جديدة الآن.

inbox-title = البريد الوارد
inbox-text = الرسائل التي احتفظت بها نسخة التطوير هذه.
inbox-empty = لا توجد رسائل بعد.
inbox-open = فتح الرابط
# First start
step-operator = هل تريد تسجيل الدخول إلى لوحة الإدارة؟
step-operator-text = يسجّل هذا الرابط الدخول إلى الحساب أعلاه مرة واحدة. تابِع فقط إذا أنشأت الرابط على الخادم أو استلمته ممن يشغّل الخادم.
