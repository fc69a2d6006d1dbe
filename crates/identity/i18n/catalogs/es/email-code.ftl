# Signing in with a mailed code.

email-code-button = Enviarme un código por correo
email-code-title = Iniciar sesión con un código
email-code-text = Enviamos un código a la dirección de tu cuenta.
email-code-send = Enviar el código
email-code-enter = Introduce el código del correo
email-code-sent = Si la cuenta tiene una dirección confirmada, hay un correo en camino. Deja esta página abierta.
email-code-hint = Ocho dígitos. Sirven una vez, durante 10 minutos.
email-code-wrong = Ese código no coincide. Solo el correo más reciente tiene el correcto.
email-code-again = Enviar otro código
email-code-other = Iniciar sesión de otra forma
email-code-title-link = ¿Iniciar sesión aquí?
email-code-text-link = Continúa solo si tú pediste este correo.
mail-code-subject = { $code } es tu código para { $site }
mail-code-text = Introduce el código { $code } para iniciar sesión en { $site }.
mail-code-button = Iniciar sesión
mail-code-expires = El código y el enlace funcionan una sola vez, en un plazo de 10 minutos, en el navegador que los pidió.
mail-code-otherwise = Si no has sido tú, puedes ignorar este correo. No le digas el código a nadie.
activity-email-code = Se solicitó por correo un código para iniciar sesión
