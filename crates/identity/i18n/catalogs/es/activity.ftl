### What happened in an account, and what to do about what was somebody else.

activity-title = Actividad reciente
activity-text = Lo que ha ocurrido en tu cuenta en los últimos 90 días.
activity-see-all = Ver toda la actividad
activity-filter = Mostrar
activity-all = Todo
activity-topic-sign-in = Inicio de sesión
activity-topic-security = Seguridad
activity-topic-apps = Apps
activity-topic-account = Cuenta
activity-nothing = Aquí no ha ocurrido nada.
activity-newest = Más recientes
activity-older = Anteriores
activity-not-me = No he sido yo
activity-not-me-label = No he sido yo: { $what }
activity-an-app = una app

activity-login = Inicio de sesión
activity-login-failed = Inicio de sesión fallido: contraseña incorrecta
activity-login-locked = Inicio de sesión en espera tras demasiadas contraseñas incorrectas
activity-first-step = La contraseña era correcta; se pidió el código
activity-stepped-up = Nuevo inicio de sesión con un código
activity-factor-failed = Un código era incorrecto
activity-factor-added = Se activó la verificación en dos pasos
activity-factor-removed = Se desactivó la verificación en dos pasos
activity-codes-made = Se crearon nuevos códigos de recuperación
activity-code-used = Se usó un código de recuperación
activity-logout = Cierre de sesión
activity-session-ended = Se cerró la sesión en otro dispositivo
activity-disowned = Notificaste una actividad que no era tuya
activity-registered = Se creó la cuenta
activity-register-known = Alguien intentó crear una cuenta con tu correo electrónico
activity-user-changed = La administración modificó tu cuenta
activity-user-changed-other = Modificaste otra cuenta
activity-by-admin = por la administración
activity-consent = Diste acceso a { $app }
activity-consent-denied = Denegaste el acceso a { $app }
activity-consent-revoked = Quitaste el acceso de { $app }
activity-access-denied = Se denegó un acceso: no permitido
activity-api-key = Se creó una clave de API
activity-api-key-used = Se usó una clave de API por primera vez
activity-api-key-revoked = Se eliminó una clave de API
activity-proof-replayed = Se presentó de nuevo una prueba que { $app } ya había usado, y se rechazó
activity-misused = { $app } volvió a usar un inicio de sesión antiguo, así que su acceso terminó
activity-app-signed-out = Terminó el acceso de { $app }
activity-app-exchanged = { $app } cambió su acceso por otro más limitado
activity-app-asserted = { $app } obtuvo acceso por la palabra de otro emisor
activity-app-told = Se avisó a { $app } de que cerraste sesión
activity-app-not-told = No se pudo avisar a { $app } de que cerraste sesión
activity-app-changed = Modificaste la configuración de una app
activity-role-changed = Se cambiaron tus roles
activity-role-changed-other = Cambiaste roles
activity-group-changed = Modificaste un grupo
activity-organization-changed = Modificaste una organización
activity-key-changed = Cambiaste las claves del servidor
activity-system-changed = Cambiaste el funcionamiento del servidor
activity-audit-exported = Descargaste eventos del registro de auditoría
activity-users-exported = Exportaste la lista de usuarios
activity-list-exported = Exportaste una lista con datos de usuarios
activity-email-verified = Se confirmó tu correo electrónico
activity-email-requested = Se solicitó un nuevo correo electrónico
activity-email-refused = Se rechazó un nuevo correo electrónico: contraseña incorrecta
activity-email-changed = Se cambió tu correo electrónico
activity-email-undone = Se deshizo un cambio de tu correo electrónico
activity-reset-requested = Se solicitó una nueva contraseña
activity-reset = Se estableció una nueva contraseña por correo
activity-password-changed = Se cambió la contraseña
activity-password-refused = No se cambió la contraseña: contraseña incorrecta
activity-profile = Se modificó el perfil
activity-profile-field = Modificaste un campo de los perfiles
activity-exported = Se descargó una copia de tus datos
activity-deletion = La cuenta se va a eliminar
activity-deletion-cancelled = Al final, la cuenta se conserva
activity-deleted = Se eliminó la cuenta
activity-setup = Se creó la primera cuenta de administración

secure-step = Paso { $count } de 3
secure-title = Protege tu cuenta
secure-text = Si otra persona estaba en tu cuenta, cierra primero su sesión. La tuya sigue abierta aquí. Tus claves de API se revocan y los enlaces que recibiste por correo dejan de funcionar; crea otros cuando los necesites.
secure-end-others = Cerrar sesión en los demás dispositivos
secure-password-title = Elige una contraseña nueva
secure-password-text = Quien estaba en tu cuenta quizá sepa tu contraseña. Con una nueva, no podrá volver a entrar.
secure-skip = Ahora no
secure-review-title = Echa un vistazo
secure-review-text = Comprueba que nadie más haya dejado algo aquí.
secure-apps = { $count ->
    [0] Ninguna app tiene acceso.
    [one] Una app tiene acceso.
   *[other] { $count } apps tienen acceso.
}
secure-look = Ver
secure-done = Listo

# Days, support codes, and changes by administrators.
activity-from = Primer día (UTC)
activity-to = Último día (UTC)
activity-reason = Motivo: { $reason }
activity-support-code = Creaste un código de soporte
activity-support-code-used = Se usó tu código de soporte
activity-admin-created = La administración creó tu cuenta
activity-admin-disabled = La administración desactivó tu cuenta
activity-admin-enabled = La administración activó tu cuenta
activity-admin-unlocked = La administración levantó el bloqueo de tu cuenta
activity-admin-password = La administración restableció tu contraseña
activity-admin-passkey = La administración te envió un enlace para añadir una llave de acceso
activity-admin-verified = La administración confirmó tu correo electrónico
activity-admin-email = La administración cambió tu correo electrónico
