### API keys: their list, the form for a new one, the key itself.

api-keys-title = مفاتيح API
api-keys-text = باستخدام مفتاح API، يمكن لبرنامجك العمل نيابةً عنك. تعامل معه كأنه كلمة مرور.
api-keys-none = ليس لديك أي مفاتيح API.
api-keys-active = النشطة: { $count }
api-keys-new = إنشاء مفتاح API
api-keys-revoked = لم يعد المفتاح يعمل.
api-keys-gone = لم يعد هذا المفتاح موجودًا.
api-key-revoke = إبطال
api-key-revoke-label = إبطال المفتاح { $name }
api-key-made = تاريخ الإنشاء:
api-key-ends = صالح حتى
api-key-used = آخر استخدام:
api-key-used-from = من
api-key-never-used = لم يُستخدم قط
api-key-only-from = من العناوين التالية فقط:
api-key-org = نيابةً عن

new-key-title = إنشاء مفتاح API
new-key-text = امنحه أقل ما يحتاج إليه، ولأقصر مدة يحتاج إليها.
new-key-name = الاسم
new-key-name-hint = ما الغرض منه؟ لا يراه أحد سواك.
new-key-scopes = ماذا يمكنه أن يفعل؟
new-key-no-scopes = ليس لديك بعد أي إذن يمكن منحه لمفتاح. اسأل القائمين على هذا الموقع.
new-key-expires = صالح حتى
new-key-expires-hint = تاريخ خلال سنة واحدة.
new-key-networks = من عناوين IP هذه فقط
new-key-networks-hint = اتركه فارغًا للسماح بأي عنوان. افصل بين العناوين بمسافات: { "\u200E" }192.0.2.7 198.51.100.0/24
new-key-submit = إنشاء المفتاح
new-key-name-missing = أدخِل اسمًا
new-key-name-long = أدخِل اسمًا أقصر
new-key-name-invalid = أدخِل اسمًا بدون أحرف خاصة
new-key-scopes-missing = اختر ما يمكن للمفتاح فعله
new-key-scopes-not-held = أنت نفسك لا تملك كل هذه الأذونات
new-key-expires-invalid = أدخِل تاريخًا مثل { $date }
new-key-expires-past = أدخِل تاريخًا في المستقبل
new-key-expires-late = أدخِل تاريخًا خلال سنة واحدة
new-key-network-invalid = «{ $network }» ليس عنوانًا ولا شبكة
new-key-networks-many = أدخِل عددًا أقل من العناوين
new-key-too-many = لديك أكبر عدد من المفاتيح يُسمح به لشخص واحد. أبطل مفتاحًا لم تعد بحاجة إليه.

key-made-title = مفتاح API الجديد
key-made-text = انسخه الآن. لن يُعرض مرة أخرى.
key-made-use = أرسِله في هذه الترويسة:
key-made-done = حفظت المفتاح

revoke-key-title = هل تريد إبطال هذا المفتاح؟
revoke-key-text = ستتوقف البرامج التي تستخدمه عن العمل خلال نصف دقيقة. لا يمكن التراجع عن هذا الإجراء.
revoke-key-submit = إبطال
revoke-key-cancel = الاحتفاظ به

activity-api-key-denied = جرت محاولة إنشاء مفتاح API بأذونات تتجاوز أذوناتك
activity-api-key-used-again = تم استخدام مفتاح API
activity-api-key-refused = تم رفض مفتاح API
