### Connecting a device that has no browser of its own.

device-title = ربط جهاز
device-text = أدخِل الرمز الذي يعرضه جهازك.
device-code = الرمز
device-code-hint = ثمانية أحرف، مثل WDJB-MJHT.
device-compare-filled = لا تتابع إلا إذا كان جهازك يعرض هذا الرمز تمامًا.
device-missing = أدخِل الرمز
device-wrong = هذا الرمز غير صحيح أو انتهت صلاحيته. انظر إلى جهازك مرة أخرى.
device-another = على جهاز آخر
device-compare = لا تتابع إلا إذا رأيت هذا الرمز على جهازك:
device-started = بدأ:
device-allowed = تم ربط جهازك
device-allowed-text = أصبح بإمكان { $app } الوصول الآن. ارجع إلى جهازك. يمكنك إغلاق هذه الصفحة.
device-refused = لم يتم ربط جهازك
device-refused-text = ليس بإمكان { $app } الوصول. يمكنك إغلاق هذه الصفحة.
