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
sites-page-id = المعرّف
sites-page-home = الصفحة الرئيسية
sites-page-again = حاول مرة أخرى
