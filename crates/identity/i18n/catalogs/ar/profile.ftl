### The profile.

profile-title = ملفك الشخصي
profile-text = كل هذا اختياري. لا يراه أي تطبيق إلا إذا سمحت له بذلك.
profile-saved = تم حفظ ملفك الشخصي.
profile-not-saved-yet = تم تسجيل خروجك قبل حفظ هذا. ما كتبته موجود هنا: احفظه الآن.
profile-changed-meanwhile = تم تعديل حسابك في نافذة أخرى في هذه الأثناء. لم يُحفظ شيء بعد: راجع البيانات واحفظها مرة أخرى.
profile-picture = الصورة
profile-picture-alt = صورتك
profile-picture-hint = { "\u200F" }PNG أو JPEG أو GIF أو WebP، بحجم 2 ميغابايت على الأكثر.
profile-picture-submit = تحميل
profile-picture-remove = إزالة الصورة
profile-picture-kept = تم حفظ صورتك الجديدة.
profile-picture-gone = تمت إزالة صورتك.
profile-picture-missing = اختر ملفًا أولًا
profile-picture-too-large = هذه الصورة كبيرة جدًا. اختر صورة لا تتجاوز 2 ميغابايت و16 مليون بكسل.
profile-picture-none = هذا الملف ليس صورة يمكننا قراءتها. اختر ملفًا بتنسيق PNG أو JPEG أو GIF أو WebP.
profile-group-name = الاسم
profile-group-about = نبذة عنك
profile-group-reach = الهاتف والموقع الإلكتروني
profile-group-address = العنوان
profile-group-place = اللغة والوقت
profile-group-mail = الرسائل
profile-given-name = الاسم الأول
profile-middle-name = الاسم الأوسط
profile-family-name = اسم العائلة
profile-nickname = اللقب
profile-bio = نبذة عني
profile-bio-hint = 500 حرف على الأكثر. لا يراها أي تطبيق.
profile-birthdate = تاريخ الميلاد
profile-birthdate-hint = مثلًا { "\u200E" }1984-05-23، أو السنة فقط.
profile-gender = الجنس
profile-phone = رقم الهاتف
profile-phone-hint = مع رمز البلد، مثلًا { "\u200E" }+20 2 12345678.
profile-website = الموقع الإلكتروني
profile-website-hint = مثلًا https://example.org
profile-url = صفحة التعريف
profile-street = الشارع
profile-postal-code = الرمز البريدي
profile-locality = المدينة أو البلدة
profile-region = المحافظة أو المنطقة
profile-country = البلد
profile-locale = اللغة
profile-locale-browser = حسب المتصفح
profile-zone = المنطقة الزمنية
profile-zone-hint = مدينة كبيرة في منطقتك، مثل Cairo أو New York.
profile-mail-hint = تصل الرسائل المتعلقة بأمان حسابك دائمًا.
profile-product-news = أخبار المنتج
profile-newsletter = النشرة الإخبارية
profile-submit = حفظ
profile-too-long = { $max ->
    [zero] لا يتسع هذا لأي حرف
    [one] لا يتسع هذا إلا لحرف واحد
    [two] لا يتسع هذا إلا لحرفين
    [few] لا يتسع هذا إلا إلى { $max } أحرف
    [many] لا يتسع هذا إلا إلى { $max } حرفًا
   *[other] لا يتسع هذا إلا إلى { $max } حرف
}
profile-characters = يحتوي هذا على أحرف لا يمكن عرضها، مثل فواصل الأسطر أو علامات الاتجاه
profile-future = لم يأتِ هذا اليوم بعد
profile-birthdate-form = اكتبه هكذا: { "\u200E" }1984-05-23، أو السنة فقط
profile-phone-form = ابدأ بعلامة + ورمز البلد، مثلًا { "\u200E" }+20 2 12345678
profile-website-form = اكتب العنوان كاملًا، بدءًا من https://
profile-locale-unknown = لا نعرف هذه اللغة
profile-zone-unknown = لا نعرف هذه المنطقة الزمنية. اكتبها هكذا: Africa/Cairo
profile-group-fields = معلومات أخرى
profile-field-number = اكتب رقمًا، مثل 42 أو 1.5
profile-field-date = اكتب تاريخًا، مثل 2026-01-31
profile-field-choice = اختر إحدى القيم المعروضة
profile-field-too-large = لا يمكن حفظ كل هذا. اختصر بعض النصوص
profile-field-read-only = لا يمكنك تغيير هذا الحقل
