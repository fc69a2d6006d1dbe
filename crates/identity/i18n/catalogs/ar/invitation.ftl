# Invitations into organizations: the page and the mail.

invitation-title = دعوة
invitation-heading = هل تريد الانضمام إلى { $organization }؟
invitation-by = يدعوك { $name } للانضمام.
invitation-for = هذه الدعوة موجّهة إلى
invitation-means = سيرى مالكو المؤسسة اسمك وعنوانك. يمكنك المغادرة لاحقًا من حسابك ضمن «المؤسسات».
invitation-accept = انضمام
invitation-decline = لا، شكرًا
invitation-later = القرار لاحقًا
invitation-sign-in = سجّل الدخول بهذا العنوان للرد. إذا لم يكن لديك حساب بعد، فأنشئ حسابًا به.
invitation-other = سجّلت الدخول بعنوان آخر، أو لم تؤكد عنوانك بعد. سجّل الخروج، ثم سجّل الدخول بالعنوان أعلاه.
step-invitation-accepted = لقد انضممت
step-invitation-accepted-text = أنت الآن عضو في المؤسسة. يحدد مالكوها ما يمكنك فعله باسمها.
step-invitation-declined = لقد رفضت الدعوة
step-invitation-declined-text = أنت لست عضوًا في المؤسسة، ولم يعد الرابط يعمل.

mail-invited-subject = لديك دعوة
mail-invited-text = أنت مدعو للانضمام إلى «{ $organization }» في { $site }.
mail-invited-by-text = يدعوك { $inviter } للانضمام إلى «{ $organization }» في { $site }.
mail-invited-button = عرض الدعوة
mail-invited-otherwise = إذا كان هذا لا يعني لك شيئًا، فيمكنك تجاهل هذه الرسالة. لن يحدث شيء بدونك.
mail-invited-footer = أرسل { $site } هذه الرسالة لأن شخصًا ما دعا هذا العنوان.
mail-expires-week = يعمل الرابط مرة واحدة، خلال 7 أيام.
