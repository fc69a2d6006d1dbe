### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = Usar una llave de acceso
passkey-needs = Para usar una llave de acceso (huella, rostro o PIN del dispositivo), permite JavaScript.
passkey-rejected = No se aceptó esa llave de acceso. Vuelve a intentarlo o inicia sesión de otra forma.
passkey-changed = Tu dispositivo indica ahora otro tipo de llave de acceso que cuando la añadiste. Inicia sesión de otra forma, quítala de tu cuenta y añádela de nuevo.
passkey-failed = Tu navegador o gestor de contraseñas no ha podido usar la llave de acceso. Vuelve a intentarlo o elige otro dispositivo o gestor de contraseñas.
passkey-known = Este dispositivo o gestor de contraseñas ya tiene una llave de acceso para tu cuenta.
passkey-recommended = Recomendado
passkey-synced = Sincronizada
passkey-device = En un solo dispositivo
passkey-made = añadida el
passkey-used = Último uso
passkey-unused = Aún sin usar
passkey-suspected = Puede que haya una copia de esta llave de acceso. Quítala y añade una nueva.
passkey-change = Cambiar nombre o quitar
passkey-change-label = Cambiar nombre o quitar { $name }
passkey-name = Nombre
passkey-rename = Cambiar nombre
passkey-remove = Quitar

second-passkey-title = Confirma que eres tú

passkeys-title = Llaves de acceso
passkeys-text = Inicia sesión con tu huella, tu rostro o el PIN de tu dispositivo en lugar de una contraseña.
passkeys-none = Aún no tienes ninguna llave de acceso.
passkeys-count = { $count ->
    [0] Ninguna
    [one] { $count } llave de acceso
   *[other] { $count } llaves de acceso
}
passkeys-add = Añadir una llave de acceso
passkeys-confirm = Iniciar sesión de nuevo para añadir
passkeys-full = Tienes el máximo de llaves de acceso por cuenta.
passkeys-added = Se ha añadido la llave de acceso.
passkeys-renamed = La llave de acceso tiene su nuevo nombre.
passkeys-removed = Se ha quitado la llave de acceso. Quítala también de tu dispositivo.
passkeys-rejected = No se ha podido añadir esa llave de acceso. Vuelve a intentarlo.
passkeys-bad-name = Usa un nombre de 1 a 60 caracteres
passkeys-only-way = Esta llave de acceso es tu única forma de iniciar sesión. Establece antes una contraseña o añade otra llave de acceso.
passkeys-only-factor = Tu cuenta necesita la verificación en dos pasos. Añade antes otra llave de acceso o una app de autenticación.

activity-passkey-failed = Inicio de sesión fallido con una llave de acceso
activity-passkey-stepped-up = Nuevo inicio de sesión con una llave de acceso
activity-passkey-added = Se añadió una llave de acceso
activity-passkey-removed = Se quitó una llave de acceso

notice-passkey-added-subject = Se ha añadido una llave de acceso
notice-passkey-added-text = Se ha añadido una llave de acceso a tu cuenta en { $site }. Quien la tenga puede iniciar sesión sin la contraseña.
notice-passkey-removed-subject = Se ha quitado una llave de acceso
notice-passkey-removed-text = Se ha quitado una llave de acceso de tu cuenta en { $site }. Ya no permite iniciar sesión.
passkey-offer = Inicia sesión más rápido: con tu huella, tu rostro o el PIN del dispositivo.
passkey-later = Ahora no

mail-passkey-subject = Añade una llave de acceso a tu cuenta
mail-passkey-text = La administración de { $site } te pide que añadas una llave de acceso a tu cuenta. Abre el enlace en el dispositivo que la va a guardar: allí iniciarás sesión con tu huella, tu rostro o el PIN del dispositivo.
