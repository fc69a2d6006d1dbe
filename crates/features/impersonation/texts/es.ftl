### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = Actuar como este usuario
impersonation-text = Verás una aplicación como la ve este usuario durante unos minutos. El usuario recibe un correo con tu nombre y tu motivo, y lo encuentra en Actividad. La aplicación no obtiene ningún acceso que el usuario no le haya dado, y no se abre ninguna página de la cuenta.
impersonation-app-hint = ID de la aplicación. Las demás aplicaciones y estas páginas siguen conociéndote como tú.
impersonation-reason-hint = 200 caracteres como máximo. El usuario lo recibe por correo y lo ve en la actividad de la cuenta.
impersonation-start = Actuar como usuario
impersonation-started = Ahora actúas como este usuario. La barra de arriba lo termina.
impersonation-until = Hasta
impersonation-open = Abrir aplicación
impersonation-go = Abre la aplicación e inicia sesión en ella: recibe al usuario, no a ti.
impersonation-go-yourself = Abre la aplicación en este navegador e inicia sesión en ella: recibe al usuario, no a ti.
impersonation-other = Actúas como otro usuario. Termina eso primero.
impersonation-bar = Actúas como { $name } en { $app } hasta { $moment }.
impersonation-end = Terminar
mail-impersonation-subject = Un administrador actúa en tu nombre
mail-impersonation-text = { $administrator }, de { $site }, puede actuar en tu nombre en { $app } hasta { $moment }. Motivo: { $reason }
mail-impersonation-button = Ver tu actividad
mail-impersonation-otherwise = Si no lo pediste, ponte en contacto con { $site }.
