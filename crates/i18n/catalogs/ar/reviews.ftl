### Access reviews: the pages of reviewers and their mail.

reviews-title = مراجعات الوصول
reviews-text = قرّر ما إذا كانت هذه الأدوار لا تزال لازمة.
reviews-none = لا توجد مراجعة وصول تنتظر قراراتك.
reviews-open = بانتظار القرار: { $count }
reviews-decide = اتخاذ القرار
reviews-lines-text = أكّد الأدوار التي لا تزال لازمة واسحب غيرها. ينتهي الدور المسحوب فورًا. يقرّر مراجعون آخرون بشأن أدوارك.
reviews-by-group = عبر المجموعة { $group }
reviews-since = أُسند
reviews-assigned-by = بواسطة { $name }
reviews-last-login = آخر تسجيل دخول
reviews-never = لم يسجّل الدخول قط
reviews-reason = السبب (اختياري، 200 حرف على الأكثر)
reviews-confirm = تأكيد المحدد
reviews-revoke = سحب المحدد
reviews-done = حُفظت قراراتك.
reviews-left = حُفظت قراراتك. تعذّرت إزالة بعض الأدوار المسحوبة: لا ينتهي دور المجموعة إلا بانتهاء العضوية فيها.
reviews-all-done = لقد اتخذت قرارًا بشأن كل دور في هذه المراجعة.
mail-review-subject = مراجعة الوصول: قراراتك مطلوبة
mail-review-text = أنت مراجع في «{ $review }» لدى { $site }. قرّر قبل { $moment } أي الأدوار لا تزال لازمة.
mail-review-button = فتح المراجعة
mail-review-otherwise = تلقيت هذه الرسالة لأن مسؤولًا عيّنك مراجعًا.
