### Sites behind a proxy.

sites-page-denied = No puede abrir esta página
sites-page-denied-text = Ha iniciado sesión, pero no tiene acceso. Si lo necesita, indique el ID a su administrador.
sites-page-weak = Se necesita un inicio de sesión más seguro
sites-page-weak-text = Esta página exige un inicio de sesión reciente, un segundo factor o una clave de acceso, y el suyo no lo tenía.
sites-page-failed = El inicio de sesión no terminó
sites-page-failed-text = Tardó demasiado, empezó en otro navegador o se canceló.
sites-page-signed-out = Ha cerrado la sesión aquí
sites-page-signed-out-text = Es posible que su sesión siga abierta en otras aplicaciones.
sites-page-unknown = Aquí no hay nada
sites-page-unknown-text = No hay ninguna aplicación configurada para esta dirección.
sites-page-unavailable = Ahora no se puede comprobar su acceso
sites-page-unavailable-text = Inténtelo de nuevo en un minuto.
sites-page-home = Página de inicio
sites-page-again = Intentar de nuevo

### Console pages of sites behind a proxy.

sites-title = Sitios detrás de un proxy
sites-text = Un sitio es una aplicación que no puede iniciar la sesión de los usuarios. Un proxy delante de ella pregunta a este servidor por cada solicitud, y decide la primera regla que coincide.
sites-none = No hay ningún sitio. Añada uno para proteger una aplicación web sin OpenID Connect.
sites-new = Nuevo sitio
sites-created = El sitio se ha creado.
sites-edit = Modificar sitio
sites-changed = El sitio se ha modificado.
sites-hosts = Nombres de host
sites-hosts-hint = Uno por línea, como wiki.example.com. En *.example.com, el asterisco sustituye una parte del nombre.
sites-rules = Reglas
sites-rules-hint = Una por línea; decide la primera que coincide. Ejemplos: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = Regla
sites-number = Número
sites-no-rules = Sin una regla, se deniegan todas las solicitudes.
sites-organization-hint = Para sus miembros cuentan también los roles, grupos y permisos de esta organización.
sites-headers = Nombres de cabeceras
sites-headers-hint = Una por línea, como user = X-WEBAUTH-USER: lo que recibe la aplicación y el nombre que lee. Hay user, groups, email, name y token, un JWT de un minuto que puede verificar. Lo que no tiene línea se omite.
sites-raw = Valores de cabeceras en UTF-8
sites-raw-hint = Si no, se codifican con porcentaje todos los caracteres salvo los simples.
sites-delete = Eliminar sitio
sites-delete-question = ¿Eliminar el sitio?
sites-delete-text = Se deniegan todas las solicitudes a sus hosts.
sites-deleted = El sitio se ha eliminado.
sites-check = Comprobar una solicitud
sites-check-text = Muestra qué ocurre con una solicitud y por qué regla. No se envía ninguna solicitud.
sites-url = Dirección
sites-url-hint = Por ejemplo https://wiki.example.com/admin
sites-user-hint = Vacío: un visitante sin sesión iniciada
sites-method = Método
sites-factor = Sesión iniciada con
sites-second-factor = Segundo factor
sites-allow = Permitida
sites-sign-in = Debe iniciar sesión
sites-asks-factor = Debe demostrar un segundo factor
sites-asks-passkey = Debe usar una llave de acceso
sites-deny = Denegada
sites-reason-no-rule = Ninguna regla coincide.
sites-reason-ambiguous = Con otras mayúsculas, o con o sin barra al final, coincidiría otra regla.
sites-reason-rule = La regla deniega a todos.
sites-reason-credential = La regla no acepta tokens de acceso ni claves de API.
sites-reason-not-allowed = El usuario no tiene ninguno de los roles, grupos y permisos de la regla.
sites-proxy-config = Configuración del proxy
sites-proxy-config-text = Para una aplicación en http://127.0.0.1:8080; la orden doorward site proxy-config tiene opciones para otras direcciones.
