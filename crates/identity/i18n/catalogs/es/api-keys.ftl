### API keys: their list, the form for a new one, the key itself.

api-keys-title = Claves de API
api-keys-text = Con una clave de API, un programa tuyo puede actuar en tu nombre. Trátala como una contraseña.
api-keys-none = No tienes claves de API.
api-keys-active = { $count ->
    [one] { $count } activa
   *[other] { $count } activas
}
api-keys-new = Crear una clave de API
api-keys-revoked = La clave ya no funciona.
api-keys-gone = Esa clave ya no existe.
api-key-revoke = Revocar
api-key-revoke-label = Revocar la clave { $name }
api-key-made = creada el
api-key-ends = Válida hasta el
api-key-used = último uso
api-key-used-from = desde
api-key-never-used = nunca usada
api-key-only-from = Solo desde
api-key-org = En nombre de

new-key-title = Crear una clave de API
new-key-text = Dale solo lo que necesite y solo por el tiempo que lo necesite.
new-key-name = Nombre
new-key-name-hint = ¿Para qué sirve? Solo tú ves esto.
new-key-scopes = ¿Qué puede hacer?
new-key-no-scopes = Aún no tienes ningún permiso que una clave pueda usar. Consulta a quienes gestionan este sitio.
new-key-expires = Válida hasta el
new-key-expires-hint = Una fecha dentro de un año como máximo.
new-key-networks = Solo desde estas direcciones IP
new-key-networks-hint = Déjalo vacío para permitir cualquiera. Separa varias con espacios: 192.0.2.7 198.51.100.0/24
new-key-submit = Crear la clave
new-key-name-missing = Introduce un nombre
new-key-name-long = Introduce un nombre más corto
new-key-name-invalid = Introduce un nombre sin caracteres especiales
new-key-scopes-missing = Elige qué puede hacer la clave
new-key-scopes-not-held = Tú no tienes todos esos permisos
new-key-expires-invalid = Introduce una fecha, por ejemplo { $date }
new-key-expires-past = Introduce una fecha futura
new-key-expires-late = Introduce una fecha dentro de un año como máximo
new-key-network-invalid = «{ $network }» no es una dirección ni una red
new-key-networks-many = Introduce menos direcciones
new-key-too-many = Tienes el máximo de claves por persona. Revoca una que ya no necesites.

key-made-title = Tu nueva clave de API
key-made-text = Cópiala ahora. No se volverá a mostrar.
key-made-use = Envíala en este encabezado:
key-made-done = He guardado la clave

revoke-key-title = ¿Revocar esta clave?
revoke-key-text = Los programas que la usan dejarán de funcionar en medio minuto. Esto no se puede deshacer.
revoke-key-submit = Revocar
revoke-key-cancel = Conservarla

activity-api-key-denied = Se intentó crear una clave de API con más permisos que los tuyos
activity-api-key-used-again = Se usó una clave de API
activity-api-key-refused = Se rechazó una clave de API
