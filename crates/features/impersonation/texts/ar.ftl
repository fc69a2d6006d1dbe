### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = التصرف بصفة هذا المستخدم
impersonation-text = ترى تطبيقًا واحدًا كما يراه هذا المستخدم لبضع دقائق. تصل إلى المستخدم رسالة باسمك وسببك، ويجدها ضمن النشاط. لا يحصل التطبيق على أي وصول لم يمنحه المستخدم له، ولا تُفتح أي صفحة من صفحات الحساب.
impersonation-app-hint = معرّف التطبيق. تظل كل التطبيقات الأخرى وهذه الصفحات تعرفك بصفتك أنت.
impersonation-reason-hint = 200 حرف على الأكثر. يتلقاه المستخدم بالبريد ويراه في نشاط الحساب.
impersonation-start = التصرف بصفة المستخدم
impersonation-started = أنت تتصرف الآن بصفة هذا المستخدم. ينهي الشريط في الأعلى ذلك.
impersonation-until = حتى
impersonation-open = فتح التطبيق
impersonation-go = افتح التطبيق وسجّل الدخول فيه: سيحصل على المستخدم لا عليك.
impersonation-go-yourself = افتح التطبيق في هذا المتصفح وسجّل الدخول فيه: سيحصل على المستخدم لا عليك.
impersonation-other = أنت تتصرف بصفة مستخدم آخر. أنهِ ذلك أولًا.
impersonation-bar = أنت تتصرف بصفة { $name } في { $app } حتى { $moment }.
impersonation-end = إنهاء
mail-impersonation-subject = مسؤول يتصرف نيابة عنك
mail-impersonation-text = يمكن لـ { $administrator } من { $site } أن يتصرف نيابة عنك في { $app } حتى { $moment }. السبب: { $reason }
mail-impersonation-button = عرض نشاطك
mail-impersonation-otherwise = إذا لم تطلب ذلك فتواصل مع { $site }.
