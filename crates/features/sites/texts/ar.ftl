### Sites behind a proxy.

sites-page-denied = لا يمكنك فتح هذه الصفحة
sites-page-denied-text = لقد سجّلت الدخول، لكن ليس لديك إذن بالوصول. إذا كنت بحاجة إليه فأعطِ المعرّف أدناه للمسؤول.
sites-page-weak = يلزم تسجيل دخول أقوى
sites-page-weak-text = تتطلب هذه الصفحة تسجيل دخول حديثًا أو عاملًا ثانيًا أو مفتاح مرور، ولم يتوفر ذلك في تسجيل دخولك.
sites-page-failed = لم يكتمل تسجيل الدخول
sites-page-failed-text = استغرق وقتًا طويلًا، أو بدأ في متصفح آخر، أو أُلغي.
sites-page-signed-out = لقد سجّلت الخروج هنا
sites-page-signed-out-text = ربما ما زلت مسجّل الدخول في تطبيقات أخرى.
sites-page-unknown = لا يوجد شيء هنا
sites-page-unknown-text = لم يُضبط أي تطبيق لهذا العنوان.
sites-page-unavailable = يتعذّر التحقق من وصولك الآن
sites-page-unavailable-text = حاول مرة أخرى بعد دقيقة.
sites-page-home = الصفحة الرئيسية
sites-page-again = حاول مرة أخرى

### Console pages of sites behind a proxy.

sites-title = مواقع خلف وكيل
sites-text = الموقع تطبيق لا يستطيع تسجيل دخول المستخدمين بنفسه. يسأل الوكيل أمامه هذا الخادم عن كل طلب، وتقرر أول قاعدة مطابقة.
sites-none = لا يوجد أي موقع. أضف موقعًا لحماية تطبيق ويب لا يدعم OpenID Connect.
sites-new = موقع جديد
sites-created = تم إنشاء الموقع.
sites-edit = تعديل الموقع
sites-changed = تم تعديل الموقع.
sites-hosts = أسماء المضيفين
sites-hosts-hint = واحد في كل سطر، مثل wiki.example.com. في *.example.com تحل النجمة محل جزء واحد من الاسم.
sites-rules = القواعد
sites-rules-hint = واحدة في كل سطر، وتقرر أول قاعدة مطابقة. أمثلة: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = القاعدة
sites-number = الرقم
sites-no-rules = بدون قاعدة يُرفض كل طلب.
sites-organization-hint = لأعضائها تُحتسب أيضًا أدوار هذه المؤسسة ومجموعاتها وصلاحياتها.
sites-headers = أسماء الترويسات
sites-headers-hint = واحدة في كل سطر، مثل user = X-WEBAUTH-USER: ما يتلقاه التطبيق والاسم الذي يقرؤه. المتاح هو user وgroups وemail وname وtoken، وهو رمز JWT لمدة دقيقة واحدة يستطيع التحقق منه. ما ليس له سطر يُحذف.
sites-raw = قيم الترويسات بترميز UTF-8
sites-raw-hint = وإلا تُرمَّز كل الأحرف ما عدا البسيطة بعلامة النسبة المئوية.
sites-delete = حذف الموقع
sites-delete-question = هل تريد حذف الموقع؟
sites-delete-text = تُرفض كل الطلبات إلى مضيفيه.
sites-deleted = تم حذف الموقع.
sites-check = فحص طلب
sites-check-text = يعرض ما يحدث لطلب ما وبموجب أي قاعدة. لا يُرسل أي طلب.
sites-url = العنوان
sites-url-hint = مثل https://wiki.example.com/admin
sites-user-hint = فارغ: زائر لم يسجل الدخول
sites-method = الطريقة
sites-factor = طريقة تسجيل الدخول
sites-second-factor = عامل ثانٍ
sites-allow = مسموح
sites-sign-in = يجب تسجيل الدخول
sites-asks-factor = يجب إثبات عامل ثانٍ
sites-asks-passkey = يجب استخدام مفتاح مرور
sites-deny = مرفوض
sites-reason-no-rule = لا توجد قاعدة مطابقة.
sites-reason-ambiguous = بحالة أحرف أخرى، أو مع شرطة مائلة في النهاية أو بدونها، تنطبق قاعدة أخرى.
sites-reason-rule = القاعدة ترفض الجميع.
sites-reason-credential = القاعدة لا تقبل رموز الوصول أو مفاتيح API.
sites-reason-not-allowed = ليس للمستخدم أي من أدوار القاعدة ومجموعاتها وصلاحياتها.
sites-proxy-config = إعداد الوكيل
sites-proxy-config-text = لتطبيق على العنوان http://127.0.0.1:8080؛ ويوفّر الأمر doorward site proxy-config خيارات لعناوين أخرى.
