### The second step of a sign-in, and its set-up.

second-title = Introduce el código de tu app de autenticación
second-recovery-title = Introduce un código de recuperación
second-code = Código
second-code-hint = Seis dígitos. Cambian cada 30 segundos.
second-recovery-code = Código de recuperación
second-recovery-hint = Uno de los códigos que guardaste. Cada uno sirve una vez.
second-missing = Introduce el código
second-wrong = Ese código no coincide. Los códigos cambian cada 30 segundos.
second-clock = Ese código no coincide. Comprueba que tu teléfono tenga bien la hora.
second-recovery-wrong = Ese código no coincide. Cada código de recuperación sirve una vez.
second-locked = Demasiados códigos incorrectos. Usa un código de recuperación o consulta a quienes gestionan este sitio.
second-use-recovery = Usar un código de recuperación
second-use-app = Usar la app de autenticación

login-confirm = Inicia sesión de nuevo para hacer este cambio. Así se protege tu cuenta.
login-confirm-title = Confirma que eres tú

two-factor-title = Verificación en dos pasos
two-factor-text = Después de la contraseña, introduces un código de una app de tu teléfono.
two-factor-on = Activada
two-factor-off = Desactivada
two-factor-since = desde el
two-factor-start = Configurar una app de autenticación
two-factor-new-codes = Crear nuevos códigos de recuperación
two-factor-make-new = Crea otros nuevos y guárdalos bien.
two-factor-turn-off = Desactivar la verificación en dos pasos
two-factor-end-others = Cerrar sesión en los demás dispositivos
two-factor-left = { $count ->
    [0] No queda ningún código de recuperación.
    [one] Queda { $count } código de recuperación.
   *[other] Quedan { $count } códigos de recuperación.
}
two-factor-not-saved = Aún no has indicado que guardaste tus códigos de recuperación.
two-factor-required = Tu cuenta necesita la verificación en dos pasos. Configúrala para continuar.
two-factor-due = A partir del { $day }, tu cuenta necesitará la verificación en dos pasos. Configúrala ahora o más tarde.
two-factor-stays = Tu cuenta necesita la verificación en dos pasos. No se puede desactivar.
two-factor-turned-off = La verificación en dos pasos está desactivada.
two-factor-over = Ha tardado demasiado. Empieza de nuevo.
two-factor-manage = Gestionar
two-factor-set-up = Configurar

set-up-title = Configurar una app de autenticación
set-up-scan = Escanea esto con tu app de autenticación.
set-up-qr = Código QR para tu app de autenticación
set-up-by-hand = O introduce esta clave a mano:
set-up-code = Código de la app

codes-title = Guarda tus códigos de recuperación
codes-now-on = La verificación en dos pasos está activada.
codes-text = Con uno de ellos puedes iniciar sesión si no tienes tu teléfono. Cada uno sirve una vez. No se volverán a mostrar.
codes-download = Descargar
codes-print = Imprimir
codes-saved = He guardado estos códigos
