### Consent and the account page.

consent-title = { $app } solicita acceso
consent-this-computer = Una app en este equipo
consent-this-device = Una app en este dispositivo:
consent-unverified = No verificada por { $site }. Continúa solo si conoces esta app y tú has iniciado esta solicitud.
consent-published = Identificada solo por su dirección:
consent-answer = Lo que permitas se envía a:
consent-posing = Cualquier programa de este equipo podría hacerse pasar por esta app.
consent-wants = La app quiere
consent-until-removed = El acceso dura hasta que se quite. Encontrarás la app en tu cuenta, en «Apps conectadas».
consent-until = El acceso dura hasta el { $date }. Puedes retirarlo antes en tu cuenta, en «Apps conectadas».
consent-publisher = de { $name }
consent-optional = Solo si lo marcas:
consent-kept = Lo que ya tiene
consent-policy = Privacidad
consent-terms = Términos
consent-allow = Permitir
consent-deny = Cancelar

scope-sensitive = Sensible
scope-new = Nuevo
scope-openid = Saber quién eres cuando inicias sesión
scope-profile = Ver tu nombre y tu nombre de usuario
scope-email = Ver tu correo electrónico
scope-phone = Ver tu número de teléfono
scope-address = Ver tu dirección postal
scope-offline = Conservar el acceso mientras no estás
scope-groups = Ver los grupos a los que perteneces
scope-roles = Ver tus roles
scope-tasks-read = Ver tus tareas
scope-tasks-write = Crear y modificar tus tareas
scope-tasks-delete = Eliminar tus tareas
scope-tasks-read-all = Ver las tareas de todas las personas
scope-tasks-write-all = Modificar las tareas de todas las personas
scope-tasks-delete-all = Eliminar las tareas de todas las personas
scope-other = Usar «{ $scope }»

account-title = Tu cuenta
account-administration = Administración
account-greeting = Hola, { $name }
account-profile = Perfil
account-roles = Roles
account-created = Miembro desde
account-password-changed = Contraseña cambiada
account-sessions = Dispositivos y sesiones
account-apps = Apps conectadas
account-no-apps = Ninguna app tiene acceso a tu cuenta.
account-welcome = Tu cuenta está lista.
account-session-ended = Se ha cerrado esa sesión.
account-app-removed = La app ya no tiene acceso.
session-current = Este dispositivo
session-seen = Último uso
session-since = sesión iniciada el
session-end = Cerrar sesión
session-end-label = Cerrar sesión en { $device }
app-since = Acceso desde el
app-until = hasta el
app-scopes = { $count ->
    [one] { $count } permiso
   *[other] { $count } permisos
}
app-remove = Quitar
app-remove-label = Quitar el acceso de { $app }
device-on = { $browser } en { $system }
device-unknown = Dispositivo desconocido

# The navigation, the sign-in methods, and the organizations.
account-sign-in = Inicio de sesión
account-sign-in-text = Cómo inicias sesión y qué protege tu cuenta.
account-not-set = Sin definir
account-safe = Tu cuenta está bien protegida.
account-one-factor = Añade una segunda forma de iniciar sesión.
account-invitations = Invitaciones
account-invited = { $organization } te invita a unirte.
account-all-devices = Todos los dispositivos
account-access = Acceso a tu cuenta
account-apps-text = Apps que pueden usar tu cuenta. Quita las que ya no necesites.
orgs-text = Organizaciones a las que perteneces y tus roles en ellas.
orgs-none = No perteneces a ninguna organización.
orgs-leave = Salir
orgs-leave-label = Salir de { $organization }
orgs-leave-title = ¿Salir de { $organization }?
orgs-leave-text = Pierdes tus grupos y roles en ella, y tus claves de API para ella dejan de funcionar. Para volver, necesitas una invitación.
orgs-left = Has salido de la organización.
orgs-last-owner = Eres su único propietario. Otro miembro debe ser propietario antes de que puedas salir.

# The check-up and the support code.
check-up-title = Revisión de seguridad
check-up-text = Repasa lo que ocurrió en tu cuenta en los últimos 30 días, un hecho tras otro.
check-up-start = Revisar la actividad reciente
check-up-left = { $count ->
    [one] Un hecho por revisar.
   *[other] { $count } hechos por revisar.
}
check-up-yes = Sí, fui yo
check-up-known = Sí, lo sé
check-up-no = No, no fui yo
check-up-nothing = No hay nada que revisar.
support-code-title = Código de soporte
support-code-text = Lee este código en voz alta cuando pidas ayuda a soporte. Les muestra tu cuenta y no les da permisos.
support-code-lasts = El código sirve una vez, durante 15 minutos.
support-code-consents = Lee este código en voz alta cuando pidas ayuda a soporte. Les muestra tu cuenta y les permite actuar en tu nombre en una aplicación durante unos minutos. Recibirás un correo.
support-code-make = Crear un código
support-code-again = Crear otro código
