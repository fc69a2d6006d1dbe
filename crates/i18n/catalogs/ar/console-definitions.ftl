### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = أو حتى
console-until-hint = اختياري: تاريخ ووقت بتوقيت UTC، يحلان محل الاختيار أعلاه.
console-until-invalid = اختر تاريخًا ووقتًا في المستقبل
console-role-organization-hint = معرّف المؤسسة التي يسري فيها الدور، مثل acme. فارغ: في كل مكان.
console-picker-more = تظهر أول 50 فقط. ابحث عن البقية.
console-picker-found = عدد النتائج:
console-definitions = التعريفات
console-definitions-text = ما تشير إليه الأدوار والتطبيقات والرموز. يُعدَّل من سطر الأوامر.
console-resources = الموارد
console-claims = المطالبات المخصصة
console-token-claims = المطالبات في رموز الوصول
console-profile-fields = حقول الملف الشخصي
console-resource = المورد
console-scope = النطاق
console-claim = المطالبة
console-outputs = موجود في
console-editable-by = يعدّله
console-visible-to = مرئي لـ
