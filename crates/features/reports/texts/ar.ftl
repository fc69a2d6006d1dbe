### Reports in the console: the numbers of each month.

reports-title = التقارير
reports-text = أرقام كل شهر (UTC). يُحسب الشهر الحالي مرة في اليوم، ومرة أخيرة بعد نهايته.
reports-none = يحسب الخادم التقرير الأول خلال دقيقة.
reports-month = الشهر
reports-counted = وقت الحساب
reports-open = لم ينته بعد
reports-active-users = المستخدمون الذين سجّلوا الدخول
reports-new-users = مستخدمون جدد
reports-disabled-users = مستخدمون معطّلون
reports-deleted-users = مستخدمون محذوفون
reports-roles-assigned = أدوار مُسندة
reports-roles-revoked = أدوار مسحوبة
reports-members-added = أعضاء أُضيفوا إلى مجموعات ومؤسسات
reports-members-removed = أعضاء أُزيلوا من مجموعات ومؤسسات
reports-users = المستخدمون غير المعطّلين
reports-with-password = بكلمة مرور
reports-with-passkey = بمفتاح مرور
reports-with-authenticator = بتطبيق مصادقة
reports-with-provider = بحساب لدى خدمة تسجيل دخول
reports-with-second-factor = بعامل ثانٍ
reports-apps = عمليات تسجيل الدخول حسب التطبيق
reports-no-apps = لم تكن هناك عمليات تسجيل دخول إلى التطبيقات.
reports-other-apps = كل التطبيقات الأخرى
