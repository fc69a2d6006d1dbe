### Sign-out of SAML.

saml-signed-out-text = لم تستجب هذه التطبيقات. سجّل الخروج منها أو أغلق المتصفح.
saml-signed-out-back = متابعة
