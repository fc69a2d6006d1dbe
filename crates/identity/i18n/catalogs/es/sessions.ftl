### Devices and sessions.

sessions-end-others = Cerrar sesión en los demás dispositivos
sessions-others-ended = Se ha cerrado la sesión en los demás dispositivos.

ended-title = ¿Por qué terminó mi sesión?
ended-list-title = Sesiones finalizadas
ended-list-text = Dónde tenía una sesión iniciada y por qué ya no la tiene.
ended-none = Ninguna sesión ha finalizado últimamente.
ended-idle = No se usó durante demasiado tiempo.
ended-expired = Duró el máximo que puede durar una sesión.
ended-signed-out = Usted cerró la sesión allí.
ended-replaced = Otro inicio de sesión la sustituyó en el mismo navegador.
ended-password = La contraseña se cambió o se restableció.
ended-administrator = Un administrador la finalizó.
ended-owner = Usted la finalizó desde otro dispositivo.
ended-factor = Se cambió la verificación en dos pasos.
ended-reuse = Una de sus claves se usó dos veces. Se finalizó para protegerle.
ended-too-many = La cuenta tenía demasiadas sesiones. Se finalizaron las más antiguas.
