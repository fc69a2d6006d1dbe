### The notice on all pages, and read-only mode, in the console.

notices-title = Aviso y modo de solo lectura
notices-text = Un aviso aparece en todas las páginas durante su período. En el modo de solo lectura, el servidor rechaza durante un período los cambios de cuentas, consentimientos y ajustes; los inicios de sesión, las sesiones y las apps continúan.
notices-notice = Aviso
notices-none = No hay ningún aviso.
notices-text-invalid = Introduce de 1 a 300 caracteres en una línea
notices-languages = Otros idiomas
notices-languages-hint = Uno por línea, por ejemplo: de = Wartung am Samstag
notices-languages-invalid = Usa una línea por idioma, por ejemplo: de = Wartung am Samstag
notices-from = Desde
notices-until = Hasta
notices-until-invalid = Introduce una hora posterior al inicio; el modo de solo lectura dura 7 días como máximo
notices-announced = Anunciado
notices-set = Poner aviso
notices-set-done = El aviso está puesto.
notices-remove = Quitar aviso
notices-remove-question = ¿Quitar el aviso?
notices-remove-text = Ninguna página lo muestra ya.
notices-removed = El aviso se ha quitado.
notices-read-only = Modo de solo lectura
notices-read-only-active = Se rechazan los cambios
notices-writable = Se pueden hacer cambios
notices-read-only-set = Activar el modo de solo lectura
notices-read-only-set-done = El modo de solo lectura está fijado.
notices-read-only-until-hint = Como máximo 7 días después del inicio. Entonces el modo termina sin más.
notices-read-only-end = Terminar el modo de solo lectura
notices-read-only-end-question = ¿Terminar el modo de solo lectura?
notices-read-only-end-text = Vuelve a ser posible hacer cambios: aquí de inmediato, en otros servidores en segundos.
notices-read-only-ended = El modo de solo lectura ha terminado.
