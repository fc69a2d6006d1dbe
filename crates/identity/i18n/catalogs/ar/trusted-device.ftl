# Browsers on which the second step is spared.

second-trust = { $days ->
    [zero] الوثوق بهذا الجهاز
    [one] الوثوق بهذا الجهاز ليوم واحد
    [two] الوثوق بهذا الجهاز ليومين
    [few] الوثوق بهذا الجهاز لمدة { $days } أيام
    [many] الوثوق بهذا الجهاز لمدة { $days } يومًا
   *[other] الوثوق بهذا الجهاز لمدة { $days } يوم
}
trusted-title = الأجهزة الموثوق بها
trusted-text = لا تُطلب منك الخطوة الثانية عليها. تكفي كلمة المرور، إلا للتغييرات التي تحتاج إلى كلتيهما.
trusted-since = موثوق به منذ
trusted-until = حتى
trusted-remove = إزالة
trusted-remove-all = إزالة الكل
trusted-gone = ستُطلب منك الخطوة الثانية من جديد.
activity-trusted = تم الوثوق بجهاز: لا خطوة ثانية عليه لبعض الوقت
activity-distrusted = تم سحب الثقة من جهاز
notice-trusted-subject = أنت تثق بجهاز جديد
notice-trusted-text = من الآن ولبعض الوقت، لا يطلب تسجيل الدخول إلى { $site } على ذلك الجهاز سوى كلمة مرورك.
