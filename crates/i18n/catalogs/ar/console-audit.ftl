### The audit log in the administration console.

console-more-filters = مزيد من عوامل التصفية
console-filter-remove = إزالة: { $filter }
console-day = اليوم (UTC)
console-mine = ما قمتُ به
console-audit-download = تنزيل بصيغة CSV
console-history = السجل الزمني
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
console-id-reserved = المعرّف «new» محجوز. أدخل معرّفًا آخر
console-chain = السلسلة
console-chain-in = مختوم
