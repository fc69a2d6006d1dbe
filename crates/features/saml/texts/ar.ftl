### Sign-out of SAML.

saml-signed-out-text = لم تستجب هذه التطبيقات. سجّل الخروج منها أو أغلق المتصفح.
saml-signed-out-back = متابعة

### Console pages of SAML.

saml-title = تطبيقات SAML
saml-text = تستخدم هذه التطبيقات SAML 2.0. قدّم لكل منها بيانات هذا الخادم الوصفية.
saml-none = لا يوجد تطبيق يستخدم SAML.
saml-new = تطبيق SAML جديد
saml-new-text = ألصق البيانات الوصفية للتطبيق أو اذكر عنوان URL الخاص بها. من دونها يكفي معرّف الكيان وخدمة واحدة لاستهلاك التأكيدات.
saml-created = تم تسجيل التطبيق.
saml-edit = تغيير إعدادات SAML
saml-edit-text = تستبدل البيانات الوصفية معرّف الكيان وكل العناوين وكل الشهادات. الحقول الفارغة لا تغيّر شيئًا.
saml-changed = تم تغيير التطبيق.
saml-settings = إعدادات SAML
saml-metadata = البيانات الوصفية
saml-metadata-hint = مستند XML يبدأ بـ EntityDescriptor.
saml-metadata-url = عنوان URL للبيانات الوصفية
saml-entity-id = معرّف الكيان
saml-entity-id-hint = اسم التطبيق في طلباته.
saml-acs = خدمات استهلاك التأكيدات
saml-acs-hint = عنوان URL واحد في كل سطر. تُرسل الردود إلى هذه العناوين فقط.
saml-sign-on = عنوان URL لتسجيل الدخول
saml-logout-url = عنوان URL لتسجيل الخروج
saml-signing = شهادات التوقيع (SHA-256)
saml-encryption = شهادة التشفير (SHA-256)
saml-signed-requests = يجب توقيع الطلبات
saml-signed = الأجزاء الموقّعة من الرد
saml-encrypted = التأكيدات مشفّرة
saml-name-id = صيغة الاسم
saml-attributes = أسماء السمات
saml-unsolicited = تسجيل الدخول دون طلب
saml-known = تطبيق معروف
saml-url = عنوان URL للتطبيق المعروف
saml-check = عرض الأثر
saml-configuration = ما يُدخل في التطبيق
saml-differences = التغييرات
saml-certificates = الشهادات
saml-sha256 = SHA-256
saml-signs-from = توقّع منذ
saml-keys-text = يبقى المفتاح الجديد في البيانات الوصفية 14 يومًا قبل أن يوقّع. التطبيقات التي لا تقرؤها أبدًا تحتاج إلى الشهادة الجديدة يدويًا خلال هذه المدة.
