### Proving an address, passwords, moving to another address.

step-check-mail = Revisa tu correo
step-check-mail-text = Hemos enviado un correo a la dirección que indicaste. El enlace que contiene funciona durante 24 horas. Ábrelo y después inicia sesión. Si no llega, mira en la carpeta de spam o inicia sesión para enviarlo otra vez.
step-prove-email = Confirma tu correo electrónico
step-prove-email-text = Te hemos enviado un correo. Abre el enlace que contiene para continuar. Si no llega, mira en la carpeta de spam o envíalo otra vez.
step-resend = Enviarlo otra vez
step-resent = El correo va de nuevo en camino.
step-enough-mails = Ya hay varios correos en camino. Vuelve a intentarlo dentro de una hora.
step-confirm-email = ¿Es esta tu dirección?
step-confirm-email-text = Confírmala para terminar de crear tu cuenta. Si no has pedido una cuenta, cierra esta página.
step-confirm-email-button = Confirmar dirección

login-forgot = ¿Olvidaste la contraseña?
forgot-title = ¿Olvidaste tu contraseña?
forgot-text = Dinos quién eres. Enviaremos un correo a la dirección de tu cuenta.
forgot-submit = Enviar el correo
step-reset-sent-text = Si la cuenta existe, hay un correo en camino. El enlace que contiene funciona durante 30 minutos.
reset-title = Elige una contraseña nueva
reset-ends = Se cerrará la sesión en todos los dispositivos y apps.
new-password = Contraseña nueva
current-password = Contraseña actual
current-password-missing = Introduce tu contraseña actual
current-password-wrong = Esta no es tu contraseña actual
change-password-title = Cambiar la contraseña
end-others = Cerrar sesión en los demás dispositivos y apps
cancel = Cancelar
step-password-set = Tu contraseña se ha guardado
step-password-set-text = Se ha cerrado la sesión en todos los dispositivos. Inicia sesión con la contraseña nueva.
account-password-done = Se ha cambiado tu contraseña.
change-email-title = Cambiar el correo electrónico
change-email-present = Correo actual:
change-email-new = Nuevo correo electrónico
change-email-hint = Enviaremos un enlace a esta dirección. La dirección cambiará cuando abras el enlace.
change-email-same = Esta ya es tu dirección
change-email-submit = Enviar el enlace
change-email-sent = Hay un correo en camino a la nueva dirección. Abre el enlace en un plazo de 24 horas.
step-confirm-move-text = Confírmala y tu cuenta usará esta dirección a partir de ahora.
step-moved = Tu dirección ha cambiado
step-moved-text = Tu cuenta usa ahora la nueva dirección. Hemos avisado a la anterior.
step-confirm-undo = ¿Deshacer el cambio?
step-confirm-undo-text = Tu cuenta volverá a usar esta dirección y se cerrará la sesión en todos los dispositivos.
step-confirm-undo-button = Deshacer
step-undone = Has recuperado tu dirección
step-undone-text = Se ha cerrado la sesión en todos los dispositivos. Puede que alguien sepa tu contraseña, así que elige una nueva ahora.

inbox-title = Bandeja de entrada
inbox-text = Correos que ha guardado esta instancia de desarrollo.
inbox-empty = Aún no hay correos.
inbox-open = Abrir el enlace
# First start
step-operator = ¿Entrar en la consola?
step-operator-text = Este enlace inicia la sesión de la cuenta de arriba, una vez. Continúa solo si creaste el enlace en el servidor o lo recibiste de quien administra el servidor.
