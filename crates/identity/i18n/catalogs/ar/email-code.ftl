# Signing in with a mailed code.

email-code-button = إرسال رمز إلى بريدي
email-code-title = تسجيل الدخول برمز
email-code-text = نرسل رمزًا إلى عنوان حسابك.
email-code-send = إرسال الرمز
email-code-enter = أدخِل الرمز الوارد في الرسالة
email-code-sent = إذا كان للحساب عنوان مؤكَّد، فالرسالة في طريقها. أبقِ هذه الصفحة مفتوحة.
email-code-hint = ثمانية أرقام تعمل مرة واحدة خلال 10 دقائق.
email-code-wrong = هذا الرمز غير مطابق. الرمز الصحيح في أحدث رسالة فقط.
email-code-again = إرسال رمز آخر
email-code-other = تسجيل الدخول بطريقة أخرى
email-code-title-link = هل تريد تسجيل الدخول هنا؟
email-code-text-link = تابِع فقط إذا كنت قد طلبت هذه الرسالة بنفسك.
mail-code-subject = { $code } هو رمزك في { $site }
mail-code-text = أدخِل الرمز { $code } لتسجيل الدخول إلى { $site }.
mail-code-button = تسجيل الدخول
mail-code-expires = يعمل الرمز والرابط مرة واحدة، خلال 10 دقائق، في المتصفح الذي طلبهما.
mail-code-otherwise = إذا لم تكن أنت، فيمكنك تجاهل هذه الرسالة. لا تخبر أحدًا بالرمز.
activity-email-code = طُلب رمز لتسجيل الدخول عبر البريد الإلكتروني
