### Mails about one's data and the end of the account.

mail-exported-subject = Se han descargado tus datos
mail-exported-text = Se ha descargado una copia de todo lo que { $site } sabe de ti.
mail-leaving-subject = Tu cuenta se va a eliminar
mail-leaving-text = Tu cuenta en { $site } se eliminará el { $moment }. Hasta entonces, nadie puede usarla. Para conservarla, inicia sesión y elige «Conservar mi cuenta».
mail-leaving-button = Conservar mi cuenta
mail-leaving-advice = Si no has sido tú, conserva la cuenta y elige una contraseña nueva de inmediato.
mail-kept-subject = Tu cuenta se conserva
mail-kept-text = Tu cuenta en { $site } ya no se va a eliminar. Inicia sesión de nuevo en tus apps.
mail-deleted-subject = Tu cuenta se ha eliminado
mail-deleted-text = Tu cuenta en { $site } se ha eliminado, como pediste, con todo lo que le pertenecía. Este es nuestro último correo.
