### Error pages: what happened, and why.

error-expired = Este inicio de sesión ha caducado
error-expired-text = Se empezó hace demasiado tiempo. Empieza de nuevo y llegarás adonde ibas.
error-finished = Ya has iniciado sesión
error-finished-text = Este inicio de sesión ya se completó. No queda nada que hacer en esta página.
error-browser = Esta página pertenece a otro navegador
error-browser-text = Un inicio de sesión debe terminar en el navegador donde empezó. Comprueba que se permiten las cookies y empieza de nuevo.
error-stale = Esta página es demasiado antigua
error-stale-text = Estuvo abierta mucho tiempo, o iniciaste o cerraste sesión mientras tanto. Vuelve a abrirla.
error-app = Esta app no se conoce aquí
error-app-text = La app que te ha enviado aquí no está registrada o se ha desactivado.
error-redirect = Esta app ha enviado una dirección de retorno incorrecta
error-redirect-text = La dirección a la que debes volver no está registrada para la app. Por tu seguridad, nos detenemos aquí.
error-app-request = Esta app ha enviado una solicitud que no podemos leer
error-app-request-text = En la solicitud de la app falta algo o hay algo no permitido.
error-used = Este inicio de sesión ya se usó
error-used-text = La app solo puede usar su solicitud de inicio de sesión una vez. Vuelve a la app y empieza de nuevo.
error-request = No hemos podido leer esa solicitud
error-request-text = Falta algo o hay algo no permitido. Vuelve atrás e inténtalo de nuevo.
error-forbidden = No puedes abrir esta página
error-forbidden-text = Tu cuenta no tiene el permiso necesario.
error-not-found = Aquí no hay ninguna página
error-not-found-text = Puede que la dirección esté mal escrita o que la página se haya movido.
error-method = Eso no funciona aquí
error-method-text = Esta dirección no se puede usar de esa manera.
error-large = Es demasiado de una vez
error-large-text = Lo que se ha enviado supera el tamaño que acepta esta página.
error-slow = Ha tardado demasiado
error-slow-text = No todo lo enviado llegó a tiempo. No se ha cambiado nada. Comprueba tu conexión y vuelve a enviarlo.
error-media = No hemos podido leer ese formulario
error-media-text = Se ha enviado en un formato que esta página no acepta.
error-many = Demasiadas solicitudes
error-many-text = { $minutes ->
    [one] Espera un minuto y vuelve a intentarlo.
   *[other] Espera { $minutes } minutos y vuelve a intentarlo.
}
error-setup = La configuración necesita un enlace
error-setup-text = Ejecuta «doorward admin open» en el servidor para obtener uno. Un enlace funciona una vez y durante poco tiempo.
error-closed = Aquí no puedes crear una cuenta
error-closed-text = Quienes gestionan este sitio crean las cuentas. Pídeles una.
error-internal = Algo ha fallado por nuestra parte
error-internal-text = No se ha perdido nada. Vuelve a intentarlo; si sigue fallando, envíanos los detalles de abajo.
error-read-only = Ahora no se admiten cambios
error-read-only-text = { $minutes ->
    [one] Dentro de un minuto se podrán hacer cambios otra vez. Ahora no se cambió nada.
   *[other] Dentro de { $minutes } minutos se podrán hacer cambios otra vez. Ahora no se cambió nada.
}
error-away = Volvemos enseguida
error-away-text = { $minutes ->
    [one] Una parte de este servicio no está disponible por el momento. Vuelve a intentarlo en un minuto.
   *[other] Una parte de este servicio no está disponible por el momento. Vuelve a intentarlo en { $minutes } minutos.
}

error-tell-app = Comunica los detalles de abajo a quien desarrolla { $app }.
error-tell = Comunica los detalles de abajo a quien desarrolla la app.
error-details = Detalles
error-code = Código
error-description = Motivo
error-received = Dirección recibida
error-time = Hora
error-request-id = Solicitud

next-sign-in = Empezar de nuevo
next-account = Ir a tu cuenta
next-retry = Reintentar
next-app = Volver a la app

error-link = Este enlace ya no funciona
error-link-text = Ya se usó, es demasiado antiguo o se envió uno más reciente. Pide uno nuevo.
