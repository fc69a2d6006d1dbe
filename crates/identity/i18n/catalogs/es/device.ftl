### Connecting a device that has no browser of its own.

device-title = Conectar un dispositivo
device-text = Introduce el código que muestra tu dispositivo.
device-code = Código
device-code-hint = Ocho letras, por ejemplo WDJB-MJHT.
device-compare-filled = Continúa solo si tu dispositivo muestra exactamente este código.
device-missing = Introduce el código
device-wrong = Ese código no es correcto o ha caducado. Vuelve a mirar tu dispositivo.
device-another = En otro dispositivo
device-compare = Continúa solo si ves este código en tu dispositivo:
device-started = Inicio:
device-allowed = Tu dispositivo está conectado
device-allowed-text = { $app } ya tiene acceso. Vuelve a tu dispositivo. Puedes cerrar esta página.
device-refused = Tu dispositivo no se ha conectado
device-refused-text = { $app } no tiene acceso. Puedes cerrar esta página.
