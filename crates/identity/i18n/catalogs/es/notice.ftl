### Security notices by mail.

notice-happened = Ocurrió desde { $device } el { $time }.
notice-happened-ip = Ocurrió desde { $device }, dirección { $ip }, el { $time }.
notice-otherwise = Si has sido tú, no tienes que hacer nada. Si no, protege tu cuenta ahora: la página cierra la sesión en los demás dispositivos y te lleva a una contraseña nueva.
notice-button = Proteger tu cuenta

notice-factor-added-subject = Se ha activado la verificación en dos pasos
notice-factor-added-text = Se ha añadido una app de autenticación a tu cuenta en { $site }. Al iniciar sesión también se pedirá su código.
notice-factor-removed-subject = Se ha desactivado la verificación en dos pasos
notice-factor-removed-text = Se han quitado la app de autenticación y los códigos de recuperación de tu cuenta en { $site }. Ahora basta la contraseña para iniciar sesión.
notice-codes-made-subject = Se han creado nuevos códigos de recuperación
notice-codes-made-text = Se han creado nuevos códigos de recuperación para tu cuenta en { $site }. Los anteriores ya no funcionan.
notice-code-used-subject = Se ha usado un código de recuperación
notice-code-used-text = Se ha usado un código de recuperación para iniciar sesión en tu cuenta en { $site }. { $count ->
    [one] Queda un código.
   *[other] Quedan { $count } códigos.
}
notice-code-used-few-text = Se ha usado un código de recuperación para iniciar sesión en tu cuenta en { $site }. { $count ->
    [0] No queda ninguno.
    [one] Solo queda uno.
   *[other] Solo quedan { $count }.
} Crea otros en «Verificación en dos pasos», en tu cuenta.
notice-new-device-subject = Nuevo inicio de sesión en tu cuenta
notice-new-device-text = Alguien ha iniciado sesión en tu cuenta en { $site } con un dispositivo no visto hasta ahora.
notice-locked-subject = Demasiados inicios de sesión fallidos
notice-locked-text = Alguien ha introducido demasiadas veces una contraseña incorrecta para tu cuenta en { $site }. Para iniciar sesión desde un dispositivo desconocido, ahora hay que esperar { $count ->
    [one] un minuto.
   *[other] { $count } minutos.
} Esto no afecta a los dispositivos que ya has usado.
notice-codes-locked-subject = Demasiados códigos incorrectos
notice-codes-locked-text = Alguien ha introducido tu contraseña en { $site } y después demasiados códigos incorrectos. Para el segundo paso, ahora hay que esperar { $count ->
    [one] un minuto.
   *[other] { $count } minutos.
} Sea quien sea, sabe tu contraseña.
notice-api-key-subject = Se ha creado una clave de API
notice-api-key-text = Se ha creado una clave de API para tu cuenta en { $site }. Los programas que la tengan pueden actuar por ti.
notice-disowned-subject = Has notificado actividad en tu cuenta
notice-disowned-text = Alguien con la sesión iniciada en tu cuenta en { $site } ha notificado que una actividad no era suya. Las claves de API de la cuenta se han revocado y los enlaces enviados antes por correo ya no funcionan.
