### What every page shares.

title-error = Error: { $title }
skip = Ir al contenido
language = Idioma
theme = Tema
theme-auto = Automático
theme-light = Claro
theme-dark = Oscuro
help = Ayuda
privacy = Privacidad
terms = Términos
imprint = Aviso legal
problem-title = Hay un problema
banner-label = Aviso
banner-copy = Esta es una copia de prueba, creada: { $moment }. Nada aquí es real.
banner-read-only = Sin cambios hasta: { $moment }. Se puede iniciar sesión y leer.
continue-to = para continuar en { $app }
continue = Continuar
back-to-app = Volver a { $app }
account-other = Usar otra cuenta
copy = Copiar
copied = Copiado
show = Mostrar
hide = Ocultar
show-password = Mostrar contraseña
hide-password = Ocultar contraseña

# How long ago something was.
ago-now = ahora mismo
ago-minutes = { $count ->
    [one] hace { $count } minuto
   *[other] hace { $count } minutos
}
ago-hours = { $count ->
    [one] hace { $count } hora
   *[other] hace { $count } horas
}
ago-days = { $count ->
    [one] hace { $count } día
   *[other] hace { $count } días
}

# A day, and a moment of a mail.
date = { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year }
date-time = { $date }, { $time } UTC
date-minute = { $date }, { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
    [one] Demasiados intentos. Espera un minuto y vuelve a intentarlo.
   *[other] Demasiados intentos. Espera { $minutes } minutos y vuelve a intentarlo.
}
busy = Muchas personas están iniciando sesión ahora mismo. Vuelve a intentarlo en unos segundos.
stale-form = Esta página ha estado abierta mucho tiempo. Vuelve a enviarla.
