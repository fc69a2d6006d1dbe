### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = Sobre la aplicación
console-aspect-redirects = Direcciones
console-aspect-power = Qué puede obtener
console-aspect-authentication = Cómo se identifica
console-aspect-protection = Qué se exige
console-aspect-algorithms = Forma y firmas
console-aspect-consent = Consentimiento de las personas
console-aspect-logout = Cierre de sesión
console-setting-profile = Perfil de seguridad
console-setting-serves = Servicios que presta
console-setting-format = Forma de su acceso
console-setting-audience = Destinatario que nombran sus pruebas
console-setting-claims = Datos del perfil al iniciar sesión
console-setting-pkce = Prueba única al iniciar sesión
console-setting-origins = Sitios cuyos scripts pueden leer respuestas
console-setting-dpop = El acceso está ligado a una clave
console-setting-bound = El acceso está ligado al certificado
console-setting-details = Tipos de acceso detallado
console-setting-subject = Certificado: nombre completo
console-setting-dns = Certificado: nombre del servidor
console-setting-uri = Certificado: dirección
console-setting-ip = Certificado: dirección IP
console-setting-email = Certificado: correo
console-setting-par = Las solicitudes se envían antes
console-setting-signed = Las solicitudes se firman
console-setting-requests = Direcciones de solicitudes firmadas
console-setting-keys = Claves públicas
console-setting-keys-url = Dirección de las claves públicas
console-setting-id-alg = Firma del inicio de sesión
console-setting-userinfo-alg = Firma de las respuestas del perfil
console-setting-answer-alg = Firma de las respuestas por el navegador
console-setting-lookup-alg = Firma de las respuestas sobre accesos
console-setting-sector = Servidor cuyas aplicaciones comparten los ID de las personas
console-setting-backchannel = Dirección para avisos de cierre de sesión
console-setting-backchannel-session = Estos avisos nombran la sesión
console-setting-frontchannel = Página que el navegador carga al cerrar sesión
console-setting-frontchannel-session = Esta página recibe la sesión
console-setting-exchange = Servicios para los que puede obtener acceso
console-setting-impersonation = Puede actuar como la persona
console-setting-optional = Acceso que las personas pueden omitir
console-setting-consent-days = Días hasta volver a preguntar a las personas
console-setting-publisher = Editor
console-setting-fixed = Fijado por { $rule }
console-setting-invalid = No es posible: { $reason }
console-setting-required = Se puede sustituir, no quitar
console-setting-one = Rellena solo uno de estos campos
console-setting-days-invalid = Introduce un número de días
console-setting-keys-invalid = Introduce un objeto JSON con las claves
console-choice-none = Ninguno
console-choice-required = Obligatorio
console-choice-auto = Automático
console-choice-optional = Opcional
console-effect = Efecto
console-effect-weaker = Menos protegida
console-effect-stronger = Mejor protegida
console-effect-neutral = Cambiado
console-app-review = ¿Guardar estos cambios?
console-app-review-text = Afectan a lo que la aplicación puede obtener o a cómo está protegida. Compruébalos antes.
console-change-again = Volver al formulario
console-impact-users = Personas con acceso ahora
console-impact-sessions = Sus sesiones abiertas
console-impact-grants = Accesos concedidos en total
console-impact-refresh = De ellos, renovables sin iniciar sesión
console-impact-delay = Vale en todas partes tras
console-app-logo = Logotipo
console-app-logo-now = Logotipo actual
console-app-logo-hint = PNG, JPEG, GIF o WebP, 2 MB como máximo. Se recorta en un cuadrado. Lo muestra la página que pide el consentimiento, salvo en las aplicaciones que se registraron ellas mismas.
console-app-logo-saved = Se guardó el logotipo.
console-app-logo-remove = Quitar el logotipo
console-app-logo-remove-question = ¿Quitar el logotipo de esta aplicación?
console-app-logo-remove-text = Las páginas muestran en su lugar la primera letra del nombre de la aplicación.
console-app-logo-removed = Se quitó el logotipo.
console-also-as = Como orden, llamada o archivo
console-also-as-text = Muestra lo que has cambiado arriba, sin guardarlo.
console-also-as-show = Mostrar los textos
console-also-command = Línea de órdenes
console-also-call = Llamada a la API de administración
console-also-file = Archivo { $name }
console-impact-seconds = { $count ->
    [one] Un segundo
   *[other] { $count } segundos
}
console-impact-minutes = { $count ->
    [one] Un minuto
   *[other] { $count } minutos
}
