### ما يطلبه التطبيق بالتفصيل (RFC 9396).

details-actions = يمكن للتطبيق
details-datatypes = البيانات المعنية
details-privileges = بالصلاحيات
details-identifier = فقط لـ
details-locations = المكان
details-yes = نعم
details-no = لا

scope-openid-why = ليتعرف عليك عند عودتك.
scope-profile-why = ليرحب بك باسمك.
scope-email-why = ليتمكن من مراسلتك.
scope-phone-why = ليتمكن من الاتصال بك أو إرسال رسائل إليك.
scope-address-why = ليتمكن من إرسال أشياء إليك.
scope-offline-why = ليواصل العمل أثناء غيابك.
scope-groups-why = ليحدد وفق مجموعاتك ما يُسمح لك بفعله فيه.
scope-roles-why = ليحدد وفق أدوارك ما يُسمح لك بفعله فيه.
scope-read-why = يمكنه الاطلاع دون تغيير أي شيء.
scope-write-why = ما يضيفه أو يغيّره يتم باسمك.
scope-delete-why = ما يحذفه قد يضيع نهائيًا.
scope-all-why = يشمل ذلك ما يخص أشخاصًا آخرين.

mail-approve-subject = هناك من يطلب موافقتك
mail-approve-text = يطلب { $app } موافقتك في { $site }. ينتظر الطلب عشر دقائق على الأكثر.
mail-approve-button = عرض الطلب
approve-compare = لا تتابع إلا إذا رأيت هذه الكلمات حيث بدأ الأمر:
approve-yourself = لا تتابع إلا إذا كنت تتوقع هذا من شخص تعرفه.
approve-allowed = لقد وافقت
approve-allowed-text = يتابع { $app } الآن. يمكنك إغلاق هذه الصفحة.
approve-refused = لقد رفضت
