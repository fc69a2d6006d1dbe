### Signing in, registering, setting up, signing out.

login-title = تسجيل الدخول
login-identifier = اسم المستخدم أو البريد الإلكتروني
login-remember = إبقائي مسجّل الدخول على هذا الجهاز
login-submit = تسجيل الدخول
login-or = أو
login-new-here = ليس لديك حساب؟
login-create = إنشاء حساب
login-rejected = اسم المستخدم أو البريد الإلكتروني أو كلمة المرور غير صحيحة.
login-missing-identifier = أدخِل اسم المستخدم أو البريد الإلكتروني
login-missing-password = أدخِل كلمة المرور
login-again = يطلب منك هذا التطبيق تسجيل الدخول مرة أخرى.
login-session-ended = انتهت جلستك. سجّل الدخول للمتابعة.
login-verify-email = سجّل الدخول لتأكيد بريدك الإلكتروني.

register-title = إنشاء حسابك
register-submit = إنشاء حساب
register-have = هل لديك حساب؟

setup-title = إنشاء المشرف الأول
setup-text = يمكن لهذا الحساب إدارة كل شيء هنا. يمكنك إضافة مستخدمين آخرين لاحقًا.
setup-submit = إنشاء المشرف

username = اسم المستخدم
username-hint = أحرف وأرقام ونقاط وشرطات وشرطات سفلية.
username-optional = اختياري.
username-missing = اختر اسم مستخدم
username-taken = اسم المستخدم هذا محجوز. اختر اسمًا آخر.
username-invalid = استخدم من 2 إلى 64 حرفًا أو رقمًا أو نقطة أو شرطة أو شرطة سفلية. ابدأ بحرف أو رقم.
username-reserved = اسم المستخدم هذا غير متاح. اختر اسمًا آخر.
email = البريد الإلكتروني
email-missing = أدخِل عنوان بريدك الإلكتروني
email-taken = يوجد حساب بعنوان البريد الإلكتروني هذا. سجّل الدخول بدلًا من ذلك.
email-invalid = أدخِل عنوان بريد إلكتروني مثل name@example.com
email-undeliverable = لا يمكننا إرسال بريد إلى هذا العنوان بسبب الأحرف التي تسبق علامة @. استخدِم عنوانًا آخر.
email-verified = تم التحقق
email-unverified = لم يتم التحقق
password = كلمة المرور
password-hint = عدد الأحرف: { $min } على الأقل. بضع كلمات عشوائية خيار جيد.
password-confirm = تكرار كلمة المرور
password-missing = اختر كلمة مرور
password-too-short = استخدم كلمة مرور لا يقل عدد أحرفها عن { $min }
password-too-long = كلمة المرور هذه طويلة جدًا. استخدم 256 حرفًا على الأكثر.
password-numeric = تتكون كلمة المرور هذه من أرقام فقط. أضف بعض الكلمات.
password-common = كلمة المرور هذه واردة في قوائم كلمات المرور الشائعة. اختر غيرها.
password-temporary = كلمة المرور هذه هي السابقة. اختر غيرها.
password-guessable = من السهل تخمين كلمة المرور هذه. أضف كلمة عشوائية أو كلمتين.
password-like-username = كلمة المرور هذه تشبه اسم المستخدم كثيرًا
password-like-email = كلمة المرور هذه تشبه عنوان بريدك الإلكتروني كثيرًا
password-like-name = كلمة المرور هذه تشبه اسمك كثيرًا
password-like-site = كلمة المرور هذه تشبه اسم هذا الموقع كثيرًا
password-mismatch = كلمتا المرور غير متطابقتين. اكتبهما مرة أخرى.

select-title = اختيار حساب
select-current = المتابعة باسم { $name }

logout-title = هل تريد تسجيل الخروج؟
logout-text = يمكنك تسجيل الدخول إلى { $site } مجددًا في أي وقت.
logout-app = يطلب { $app } تسجيل خروجك. سينهي ذلك جلستك هنا أيضًا.
logout-submit = تسجيل الخروج
logout-stay = البقاء مسجّل الدخول
logged-out-title = تم تسجيل خروجك
logged-out-text = إذا كان آخرون يستخدمون هذا الجهاز، فأغلق المتصفح أيضًا.
logged-out-again = تسجيل الدخول مرة أخرى
logged-out-nobody = لم تسجّل الدخول
logged-out-nobody-text = لا توجد جلسة لإنهائها في هذا المتصفح.
logged-out-nobody-sign-in = تسجيل الدخول
logout-problem = طلب تسجيل الخروج من التطبيق غير صالح، لذلك لن تُعاد إلى التطبيق:
onward-title = هل تريد المتابعة إلى { $host }؟
onward-text = أرسل { $app } طلبًا لا يمكن تنفيذه.
onward-go = المتابعة إلى { $host }

form-post-title = جارٍ إعادتك إلى { $app }
form-post-text = إذا لم يحدث شيء خلال بضع ثوانٍ، فاضغط على «متابعة».
