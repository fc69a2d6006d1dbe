### The notice on all pages, and read-only mode, in the console.

notices-title = الإشعار ووضع القراءة فقط
notices-text = يظهر الإشعار في كل صفحة خلال مدته. في وضع القراءة فقط يرفض الخادم لمدة معينة تغييرات الحسابات والموافقات والإعدادات، ويستمر تسجيل الدخول والجلسات والرموز.
notices-notice = الإشعار
notices-none = لا يوجد إشعار.
notices-text-invalid = أدخل من 1 إلى 300 حرف في سطر واحد
notices-languages = لغات أخرى
notices-languages-hint = لغة في كل سطر، مثل: de = Wartung am Samstag
notices-languages-invalid = استخدم سطرًا لكل لغة، مثل: de = Wartung am Samstag
notices-from = من
notices-until = حتى
notices-until-invalid = أدخل وقتًا بعد البداية؛ يدوم وضع القراءة فقط 7 أيام على الأكثر
notices-announced = معلن
notices-set = تعيين الإشعار
notices-set-done = تم تعيين الإشعار.
notices-remove = إزالة الإشعار
notices-remove-question = هل تريد إزالة الإشعار؟
notices-remove-text = لن تعرضه أي صفحة بعد الآن.
notices-removed = تمت إزالة الإشعار.
notices-read-only = وضع القراءة فقط
notices-read-only-active = التغييرات مرفوضة
notices-writable = التغييرات ممكنة
notices-read-only-set = تعيين وضع القراءة فقط
notices-read-only-set-done = تم تعيين وضع القراءة فقط.
notices-read-only-until-hint = 7 أيام على الأكثر بعد البداية. عندها ينتهي الوضع تلقائيًا.
notices-read-only-end = إنهاء وضع القراءة فقط
notices-read-only-end-question = هل تريد إنهاء وضع القراءة فقط؟
notices-read-only-end-text = تصبح التغييرات ممكنة مجددًا: هنا فورًا، وعلى الخوادم الأخرى خلال ثوانٍ.
notices-read-only-ended = انتهى وضع القراءة فقط.
