### The audit log in the administration console.

console-filters = عوامل التصفية
console-more = المزيد
console-filter-remove = إزالة عامل التصفية «{ $filter }»
console-filter-remove-value = إزالة عامل التصفية «{ $name }: { $value }»
console-day = اليوم (UTC)
console-mine = ما قمتُ به
console-audit-download = تنزيل بصيغة CSV
console-history = سجل التدقيق
console-audit-change = ما الذي تغيّر
console-audit-detail = التفاصيل
console-field = الحقل
console-before = قبل
console-after = بعد
console-value = القيمة
console-done = تم
console-chain-sealed = مختوم في السجل
console-chain-waiting = لم يُختم بعد
console-chain-missing = غير موجود في سلسلة السجل
console-chain-position = الموضع في السلسلة

# Undo, marks and counts
console-many = أكثر من 1,000
console-id-reserved = هذا المعرّف محجوز. أدخل معرّفًا آخر
console-undo = تراجع
console-undo-question = هل تريد التراجع عن هذا التغيير؟
console-undo-text = تُعاد القيم السابقة للحدث بالفحوص نفسها كأي تغيير. تبقى الجلسات المنتهية والرسائل المرسلة كما هي. يُسجَّل التراجع ويمكن التراجع عنه أيضًا.
console-undone = أُعيدت القيم السابقة للحدث.
console-undo-changes = ما يعيده التراجع
console-undo-now = الآن
console-undo-after = بعد التراجع
console-undo-not = لا يمكن التراجع عن هذا الحدث
console-undo-back = العودة إلى الحدث
console-undoes = يتراجع عن
console-undo-no-change = لم يغيّر شيئًا.
console-undo-created = أنشأ كائنًا. عطّل الكائن أو احذفه بدلًا من ذلك.
console-undo-deleted = حذف كائنًا. لا يمكن استعادة الكائنات المحذوفة.
console-undo-secret = يتعلق بسرّ أو مفتاح أو رسالة، ولا يحتوي السجل عليها.
console-undo-ended = أنهى جلسات أو وصولًا أو عاملًا ثانيًا، ولا يمكن استعادتها.
console-undo-incomplete = لا يحتوي السجل على كل ما يلزم لاستعادة القيم السابقة بدقة.
console-undo-unsupported = لا يمكن التراجع عن تغييرات من هذا النوع هنا. غيّر الكائن مرة أخرى بدلًا من ذلك.
console-undo-past = انقضت النهاية المراد إعادتها.
console-undo-changed = القيمة الحالية ليست القيمة بعد الحدث: لقد تغيّرت منذ ذلك الحين.
console-undo-gone = لم يعد الكائن موجودًا، أو كائن تشير إليه القيم السابقة.
