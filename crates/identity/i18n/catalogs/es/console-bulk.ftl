### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = Con los usuarios elegidos
console-bulk-choose = Elige qué hacer
console-bulk-group = Añadir a un grupo
console-bulk-all-count = { $count ->
    [one] Elegir el único que coincide
   *[other] Elegir los { $count } que coinciden
}
console-bulk-all-matching = Elegir todos los que coinciden
console-bulk-all-page = Elegir todos los de esta página
console-bulk-all-chosen = Están elegidos todos los usuarios que coinciden, en todas las páginas de la lista.
console-bulk-single = Elegir usuarios uno a uno
console-bulk-nothing = Elige al menos uno
console-bulk-no-action = Elige qué hacer con los usuarios elegidos
console-bulk-disable-question = ¿Desactivar estas cuentas?
console-bulk-disable-text = Los usuarios ya no pueden iniciar sesión y todo el acceso de las aplicaciones termina ahora. Los nombres, los roles y los grupos se conservan. Para deshacerlo, activa de nuevo las cuentas; el acceso retirado no vuelve.
console-bulk-enable-question = ¿Activar estas cuentas?
console-bulk-enable-text = Los usuarios pueden volver a iniciar sesión. El acceso retirado no vuelve. Para deshacerlo, desactiva de nuevo las cuentas.
console-bulk-end-question = ¿Cerrar todas las sesiones de estos usuarios?
console-bulk-end-text = Se cierra su sesión en todos los dispositivos y tienen que volver a iniciarla. Las cuentas quedan como están. También termina el acceso de las aplicaciones. No se puede deshacer.
console-bulk-group-question = ¿Añadir estos usuarios a un grupo?
console-bulk-group-text = Reciben los roles del grupo desde la próxima solicitud. Sus demás grupos y roles se conservan. Para deshacerlo, quita a los miembros del grupo.
console-bulk-verify = Marcar correos como verificados
console-bulk-verify-question = ¿Marcar los correos de estos usuarios como verificados?
console-bulk-verify-text = Sus correos cuentan como verificados y los usuarios inician sesión sin un enlace por correo. Hazlo solo si sabes que los correos son suyos. Para deshacerlo, abre cada usuario.
console-bulk-domain = Cambiar el dominio de los correos
console-bulk-domain-question = ¿Cambiar el dominio de los correos de estos usuarios?
console-bulk-domain-text = Los correos del dominio antiguo pasan al nuevo y siguen igual de verificados. Un correo que ya tiene otra cuenta se omite y aparece en la lista. Para deshacerlo, vuelve a cambiar el dominio.
console-bulk-domain-from = Dominio antiguo
console-bulk-domain-to = Dominio nuevo
console-bulk-domain-invalid = Escribe otro dominio, por ejemplo example.org
console-bulk-mail = Enviar un mensaje al correo anterior
console-bulk-password = Exigir una contraseña nueva
console-bulk-password-question = ¿Exigir una contraseña nueva a estos usuarios?
console-bulk-password-text = Sus contraseñas ya no sirven para iniciar sesión. Cada usuario elige otra, distinta de la anterior, con un enlace enviado por correo. Las sesiones, las claves de API y el acceso de las aplicaciones terminan, salvo que los conserves. Los usuarios sin contraseña quedan como están. No se puede deshacer.
console-bulk-keep = Conservar las sesiones, las claves de API y el acceso de las aplicaciones
console-bulk-password-mail = Enviar un mensaje a cada usuario
console-bulk-group-path = Grupo
console-bulk-group-hint = Ruta, como /sales/north, o ID
console-bulk-group-unknown = Escribe la ruta o el ID de un grupo
console-bulk-skips = Se omiten tu propia cuenta y las cuentas con más derechos que la tuya.
console-bulk-later = Más de 50 usuarios se cambian en segundo plano. Puedes seguirlo y detenerlo.
console-bulk-chosen = Elegidos
console-bulk-users = { $count ->
    [one] Un usuario
   *[other] { $count } usuarios
}
console-bulk-many = Sin contar: hay demasiadas cuentas que comprobar
console-bulk-filter = Filtro
console-bulk-progress = Progreso
console-bulk-tried = { $count ->
    [one] Un usuario hecho hasta ahora
   *[other] { $count } usuarios hechos hasta ahora
}
console-bulk-done = Cambiados
console-bulk-failed = Sin cambiar
console-bulk-started = Comenzado
console-bulk-ended = Terminado
console-bulk-stopped = Detenido
console-bulk-stop = Detener
console-bulk-stop-question = ¿Detener este cambio?
console-bulk-stop-text = Los usuarios ya cambiados quedan cambiados.
console-bulk-stop-done = El cambio se detuvo.
console-bulk-refresh = Actualizar
console-bulk-why-requested = Lo detuvo un administrador
console-bulk-why-deleted = Se eliminó la cuenta que lo comenzó
console-bulk-why-disabled = Se desactivó la cuenta que lo comenzó
console-bulk-why-permission = Falta el permiso para ello
console-bulk-why-interrupted = Se interrumpió el comando en la línea de comandos
console-bulk-not-found = No existe esa cuenta
console-bulk-error = Falló en este servidor. Inténtalo de nuevo.
console-chosen-nothing = Elige al menos un elemento
console-chosen-failed = Sin hacer
console-chosen-gone = Ya no existe o no puedes verlo.
console-chosen-used = Se usó mientras tanto.
console-chosen-sessions = Cerrar las sesiones elegidas
console-chosen-sessions-question = ¿Cerrar las sesiones elegidas?
console-chosen-sessions-text = Se cierra la sesión de los usuarios en estos dispositivos y tienen que volver a iniciarla. También termina el acceso de las aplicaciones. No se puede deshacer.
console-chosen-sessions-ended = { $count ->
    [one] Se cerró una sesión.
   *[other] Se cerraron { $count } sesiones.
}
console-chosen-sessions-failed = { $count ->
    [one] No se cerró una sesión.
   *[other] No se cerraron { $count } sesiones.
}
console-chosen-roles = Quitar los roles elegidos
console-chosen-roles-question = ¿Quitar los roles elegidos?
console-chosen-roles-text = Lo que permiten los roles deja de estar permitido desde la próxima solicitud. Para deshacerlo, abre los eventos en el registro de auditoría.
console-chosen-roles-removed = { $count ->
    [one] Se quitó un rol.
   *[other] Se quitaron { $count } roles.
}
console-chosen-roles-failed = { $count ->
    [one] No se quitó un rol.
   *[other] No se quitaron { $count } roles.
}
console-chosen-apps = Desactivar las aplicaciones elegidas
console-chosen-apps-question = ¿Desactivar las aplicaciones elegidas?
console-chosen-apps-text = Los usuarios ya no pueden iniciar sesión en estas aplicaciones y su acceso termina. Puedes activarlas de nuevo.
console-chosen-apps-ended = { $count ->
    [one] Se desactivó una aplicación.
   *[other] Se desactivaron { $count } aplicaciones.
}
console-chosen-apps-failed = { $count ->
    [one] No se desactivó una aplicación.
   *[other] No se desactivaron { $count } aplicaciones.
}
console-chosen-keys = Revocar las claves elegidas
console-chosen-keys-question = ¿Revocar las claves elegidas?
console-chosen-keys-text = Los programas que las usan dejarán de funcionar en medio minuto. Esto no se puede deshacer.
console-chosen-keys-ended = { $count ->
    [one] Se revocó una clave.
   *[other] Se revocaron { $count } claves.
}
console-chosen-keys-failed = { $count ->
    [one] No se revocó una clave.
   *[other] No se revocaron { $count } claves.
}
console-chosen-accounts = Desactivar las cuentas elegidas
console-chosen-accounts-ended = { $count ->
    [one] Se desactivó una cuenta.
   *[other] Se desactivaron { $count } cuentas.
}
console-chosen-accounts-failed = { $count ->
    [one] No se desactivó una cuenta.
   *[other] No se desactivaron { $count } cuentas.
}
