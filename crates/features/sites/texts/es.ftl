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
sites-page-id = ID
sites-page-home = Página de inicio
sites-page-again = Intentar de nuevo
