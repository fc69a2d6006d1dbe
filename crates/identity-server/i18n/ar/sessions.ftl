### Devices and sessions.

sessions-end-others = تسجيل الخروج من كل الأجهزة الأخرى
sessions-others-ended = تم تسجيل الخروج من كل الأجهزة الأخرى.
