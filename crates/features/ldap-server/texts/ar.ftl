### App passwords: the pages of the account, and the mail.

app-password-title = كلمات مرور التطبيقات
app-password-text = التطبيق الذي لا يستطيع فتح صفحة تسجيل الدخول لهذا الموقع يطلب كلمة مرور تطبيق بدلاً من كلمة مرورك. أنشئ واحدة لكل تطبيق، وأزلها عندما لا تعود تستخدم التطبيق.
app-password-none = ليست لديك كلمات مرور تطبيقات.
app-password-new = كلمة مرور تطبيق جديدة
app-password-new-text = تبقى كلمة مرورك سرية: التطبيق الذي لديه كلمة مرور تطبيق يستطيع قراءة ملفك الشخصي ومجموعاتك، ولا شيء غير ذلك.
app-password-name = اسم التطبيق
app-password-name-hint = التطبيق الذي تُدخل فيه كلمة المرور.
app-password-submit = إنشاء كلمة مرور تطبيق
app-password-too-many = لديك 20 كلمة مرور تطبيق. أزل واحدة لم تعد تستخدمها.
app-password-made = كلمة مرور التطبيق
app-password-made-text = انسخها الآن: تظهر هذه المرة فقط.
app-password-made-use = أدخلها في التطبيق، مع اسم المستخدم أو هذا الاسم:
app-password-made-done = حفظت كلمة مرور التطبيق
app-password-revoke = إزالة كلمة مرور التطبيق
app-password-remove = إزالة
app-password-revoke-label = إزالة كلمة مرور التطبيق { $name }
app-password-revoke-text = لن يستطيع التطبيق تسجيل دخولك بها بعد الآن.
app-password-revoked = أُزيلت كلمة مرور التطبيق.
app-password-gone = سبق أن أُزيلت كلمة مرور التطبيق.
mail-app-password-subject = كلمة مرور تطبيق جديدة
mail-app-password-text = أُنشئت كلمة مرور تطبيق لحسابك في { $site }، من أجل { $app }.
mail-app-password-button = عرض كلمات مرور التطبيقات
mail-app-password-otherwise = إذا لم تكن أنت، فأزلها وغيّر كلمة مرورك.
