### Mails about one's data and the end of the account.

mail-exported-subject = تم تنزيل بياناتك
mail-exported-text = تم تنزيل نسخة من كل ما يعرفه { $site } عنك.
mail-leaving-subject = سيتم حذف حسابك
mail-leaving-text = سيتم حذف حسابك في { $site } في { $moment }. حتى ذلك الحين لا يمكن لأحد استخدامه. للاحتفاظ به، سجّل الدخول واختر «الاحتفاظ بحسابي».
mail-leaving-button = الاحتفاظ بحسابي
mail-leaving-advice = إذا لم تكن أنت، فاحتفظ بالحساب واختر كلمة مرور جديدة فورًا.
mail-kept-subject = تم الاحتفاظ بحسابك
mail-kept-text = لن يتم حذف حسابك في { $site } بعد الآن. سجّل الدخول إلى تطبيقاتك مرة أخرى.
mail-deleted-subject = تم حذف حسابك
mail-deleted-text = تم حذف حسابك في { $site } بناءً على طلبك، مع كل ما كان يخصه. هذه آخر رسالة منا.
