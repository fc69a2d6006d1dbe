### Devices and sessions.

sessions-end-others = تسجيل الخروج من كل الأجهزة الأخرى
sessions-others-ended = تم تسجيل الخروج من كل الأجهزة الأخرى.

ended-title = لماذا انتهت جلستي؟
ended-list-title = الجلسات المنتهية
ended-list-text = أين كنت مسجل الدخول، ولماذا لم تعد كذلك.
ended-none = لم تنته أي جلسة مؤخرًا.
ended-idle = لم تُستخدم لفترة طويلة جدًا.
ended-expired = استمرت أقصى مدة يُسمح بها للجلسة.
ended-signed-out = سجلت الخروج من هناك.
ended-replaced = حل محلها تسجيل دخول آخر في المتصفح نفسه.
ended-password = تم تغيير كلمة المرور أو إعادة تعيينها.
ended-administrator = أنهاها أحد المشرفين.
ended-owner = أنهيتها من جهاز آخر.
ended-factor = تم تغيير التحقق بخطوتين.
ended-reuse = استُخدم أحد مفاتيحها مرتين. تم إنهاؤها لحمايتك.
ended-too-many = كان للحساب عدد كبير جدًا من الجلسات. تم إنهاء أقدمها.
