### Signing in, registering, setting up, signing out.

login-title = Iniciar sesión
login-identifier = Nombre de usuario o correo
login-remember = Mantener la sesión iniciada en este dispositivo
login-submit = Iniciar sesión
login-or = o
login-new-here = ¿Es tu primera vez aquí?
login-create = Crear una cuenta
login-rejected = El nombre de usuario, el correo o la contraseña no son correctos.
login-missing-identifier = Introduce tu nombre de usuario o tu correo
login-missing-password = Introduce tu contraseña
login-again = Esta app te pide que inicies sesión de nuevo.
login-session-ended = Tu sesión ha terminado. Inicia sesión para continuar.
login-verify-email = Inicia sesión para confirmar tu dirección de correo electrónico.

register-title = Crea tu cuenta
register-submit = Crear cuenta
register-have = ¿Ya tienes una cuenta?

setup-title = Crea la primera cuenta de administración
setup-text = Esta cuenta puede gestionarlo todo aquí. Podrás añadir a más usuarios después.
setup-submit = Crear cuenta de administración

username = Nombre de usuario
username-hint = Letras, dígitos, puntos, guiones y guiones bajos.
username-optional = Opcional.
username-missing = Elige un nombre de usuario
username-taken = Este nombre de usuario ya está en uso. Elige otro.
username-invalid = Usa de 2 a 64 letras, dígitos, puntos, guiones o guiones bajos. Empieza por una letra o un dígito.
username-reserved = Este nombre de usuario está reservado. Elige otro.
email = Correo electrónico
email-missing = Introduce tu correo electrónico
email-taken = Ya existe una cuenta con este correo. Inicia sesión con ella.
email-invalid = Introduce un correo electrónico como name@example.com
email-undeliverable = No podemos enviar correos a esta dirección por los caracteres que hay antes de la @. Usa otra dirección.
email-verified = Verificado
email-unverified = Sin verificar
password = Contraseña
password-hint = Al menos { $min } caracteres. Unas cuantas palabras al azar funcionan bien.
password-confirm = Repite la contraseña
password-missing = Elige una contraseña
password-too-short = Usa al menos { $min } caracteres
password-too-long = Esta contraseña es demasiado larga. Usa 256 caracteres como máximo.
password-numeric = Esta contraseña solo tiene dígitos. Añade algunas palabras.
password-common = Esta contraseña está en listas de contraseñas comunes. Elige otra.
password-temporary = Esta es la contraseña anterior. Elige otra.
password-guessable = Esta contraseña es fácil de adivinar. Añade una o dos palabras más al azar.
password-like-username = Esta contraseña se parece demasiado a tu nombre de usuario
password-like-email = Esta contraseña se parece demasiado a tu correo electrónico
password-like-name = Esta contraseña se parece demasiado a tu nombre
password-like-site = Esta contraseña se parece demasiado al nombre de este sitio
password-mismatch = Las dos contraseñas no coinciden. Vuelve a escribirlas.

select-title = Elige una cuenta
select-current = Continuar como { $name }

logout-title = ¿Cerrar sesión?
logout-text = Puedes volver a iniciar sesión en { $site } cuando quieras.
logout-app = { $app } pide cerrar tu sesión. También terminará tu sesión aquí.
logout-submit = Cerrar sesión
logout-stay = Mantener la sesión
logged-out-title = Has cerrado sesión
logged-out-text = Si otras personas usan este dispositivo, cierra también el navegador.
logged-out-again = Iniciar sesión de nuevo
logged-out-nobody = No has iniciado sesión
logged-out-nobody-text = No hay ninguna sesión que cerrar en este navegador.
logged-out-nobody-sign-in = Iniciar sesión
logout-problem = La solicitud de cierre de sesión de la app no es válida; no se te enviará de vuelta a la app:
onward-title = ¿Continuar a { $host }?
onward-text = { $app } ha enviado una solicitud que no se puede atender.
onward-go = Continuar a { $host }

form-post-title = Volviendo a { $app }
form-post-text = Si no ocurre nada en unos segundos, pulsa Continuar.
