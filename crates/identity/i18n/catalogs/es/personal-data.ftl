### A copy of one's data, and the end of the account.

data-title = Tus datos
data-prove-text = Para descargar tus datos o eliminar tu cuenta, debes haber demostrado hace poco que eres tú. La comprobación vale después durante 15 minutos.
data-prove = Confirmar que eres tú
data-export-title = Descargar tus datos
data-export-text = Todo lo que sabemos de ti, en un archivo JSON: cuenta, perfil, foto, sesiones, apps, roles y actividad. No incluye contraseñas ni secretos.
data-export-submit = Descargar
data-delete-title = Eliminar tu cuenta
data-delete-grace = { $days ->
    [one] La sesión se cierra de inmediato en todas las apps y dispositivos. Un día después, la cuenta desaparece para siempre; hasta entonces, puedes iniciar sesión y conservarla.
   *[other] La sesión se cierra de inmediato en todas las apps y dispositivos. { $days } días después, la cuenta desaparece para siempre; hasta entonces, puedes iniciar sesión y conservarla.
}
data-delete-soon = La sesión se cierra de inmediato en todas las apps y dispositivos. Antes de un día, la cuenta desaparece para siempre; hasta entonces, puedes iniciar sesión y conservarla.
data-name-label = Escribe tu nombre de usuario ({ $name }) para eliminar la cuenta
data-name-missing = Escribe tu nombre de usuario para eliminar la cuenta
data-name-other = Este no es tu nombre de usuario
data-last-administrator = Nadie más administra este sitio. Nombra antes a otra persona para que lo administre.
data-last-owner = Nadie más es propietario de la organización { $name }. Nombra antes a otra persona.
data-delete-submit = Eliminar mi cuenta
leaving-title = Tu cuenta se eliminará el { $day }
leaving-account = Cuenta:
leaving-text = Hasta entonces, nadie puede usarla y ninguna app tiene acceso a ella. Si has cambiado de opinión, consérvala.
leaving-keep = Conservar mi cuenta
account-kept = Tu cuenta se conserva. Inicia sesión de nuevo en tus apps.
