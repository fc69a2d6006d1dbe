### Streams of signals: the page of the console.

signals-title = تدفقات الإشارات
signals-text = خدمات تعلم خلال ثانية أن الوصول انتهى.
signals-none = لا تستمع أي خدمة بعد. تبدأ كل خدمة تدفقًا خاصًا بها.
signals-delivery = التسليم
signals-polled = الخدمة تسأل
signals-paused = متوقف مؤقتًا
signals-used = آخر استخدام
signals-events = الأحداث
signals-lag = التأخر
signals-position = الموضع
signals-next = المحاولة التالية
signals-pause = إيقاف مؤقت
signals-pause-question = هل تريد إيقاف هذا التدفق مؤقتًا؟
signals-pause-text = تنتظر الإشارات. إلى أن يُفعَّل التدفق من جديد، تقبل الخدمة وصولًا قد انتهى.
signals-paused-done = أُوقف التدفق مؤقتًا.
signals-enable = تفعيل
signals-enable-question = هل تريد تفعيل هذا التدفق؟
signals-enable-text = تتلقى الخدمة الإشارات المنتظرة.
signals-enable-dropped = تتلقى الخدمة الإشارات الجديدة. أما إشارات فترة تعطيل التدفق فقد فُقدت.
signals-enabled = فُعِّل التدفق.
signals-delete = حذف التدفق
signals-delete-question = هل تريد حذف هذا التدفق؟
signals-delete-text = تُفقد الإشارات المنتظرة. والخدمة التي تسأل تبدأ تدفقًا جديدًا.
signals-deleted = حُذف التدفق.
