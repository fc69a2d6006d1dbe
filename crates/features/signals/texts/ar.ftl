### Streams of signals: the page of the console.

signals-title = تدفقات الإشارات
signals-text = خدمات تعلم خلال ثانية أن الوصول انتهى.
signals-none = لا تستمع أي خدمة بعد. تبدأ كل خدمة تدفقًا خاصًا بها.
signals-delivery = التسليم
signals-polled = الخدمة تسأل
signals-paused = متوقف مؤقتًا
signals-used = آخر استخدام
