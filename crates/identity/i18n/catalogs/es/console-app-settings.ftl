### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = Consentimiento
console-setting-profile = Perfil de seguridad
console-setting-serves = Recursos que sirve este cliente (puede hacer introspección)
console-setting-format = Formato del token de acceso
console-setting-audience = Audiencia de las aserciones del cliente
console-setting-claims = Claims en el token de ID
console-setting-pkce = PKCE
console-setting-origins = Orígenes CORS permitidos
console-setting-dpop = Tokens de acceso vinculados por DPoP
console-setting-bound = Tokens de acceso vinculados al certificado
console-setting-details = Tipos de detalles de autorización
console-setting-subject = Certificado: DN del sujeto
console-setting-dns = Certificado: nombre DNS
console-setting-uri = Certificado: URI
console-setting-ip = Certificado: dirección IP
console-setting-email = Certificado: correo
console-setting-par = Solicitudes de autorización enviadas (PAR)
console-setting-signed = Objetos de solicitud firmados (JAR)
console-setting-requests = URI de objetos de solicitud
console-setting-keys = Claves públicas (JWKS)
console-setting-keys-url = URI de JWKS
console-setting-id-alg = Algoritmo de firma del token de ID
console-setting-userinfo-alg = Algoritmo de firma de UserInfo
console-setting-answer-alg = Algoritmo de firma de la respuesta de autorización
console-setting-lookup-alg = Algoritmo de firma de la introspección
console-setting-sector = Identificador de sector
console-setting-backchannel = URI de cierre de sesión por back-channel
console-setting-backchannel-session = Cierre por back-channel: ID de sesión obligatorio
console-setting-frontchannel = URI de cierre de sesión por front-channel
console-setting-frontchannel-session = Cierre por front-channel: ID de sesión obligatorio
console-setting-ping = Punto de notificación CIBA
console-setting-exchange = Intercambio de tokens: audiencias permitidas
console-setting-impersonation = Suplantación por intercambio de tokens
console-setting-optional = Ámbitos opcionales
console-setting-publisher = Editor
console-setting-fixed = Fijado por { $rule }
console-setting-unused = Una aplicación de este tipo no usa este ajuste. Para quitar su valor, vacía el campo o elige el valor predeterminado.
console-setting-invalid = No es posible: { $reason }
console-setting-required = Se puede sustituir, no quitar
console-setting-one = Rellena solo uno de estos campos
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
console-impact-users = Usuarios con acceso
console-impact-sessions = Sus sesiones abiertas
console-impact-grants = Accesos concedidos en total
console-impact-refresh = De ellos, con token de actualización
console-impact-delay = Vale en todas partes tras
console-app-logo = Logotipo
console-app-logo-now = Logotipo actual
console-app-logo-hint = PNG, JPEG, GIF o WebP, 2 MB como máximo. Se recorta en un cuadrado. Lo muestra la página que pide el consentimiento, salvo en las aplicaciones que se registraron ellas mismas.
console-app-logo-saved = Se guardó el logotipo.
console-app-logo-remove = Quitar el logotipo
console-app-logo-remove-question = ¿Quitar el logotipo de esta aplicación?
console-app-logo-remove-text = Las páginas muestran en su lugar la primera letra del nombre de la aplicación.
console-app-logo-removed = Se quitó el logotipo.
console-also-as = Como comando, llamada o archivo
console-also-as-text = Muestra lo que has cambiado arriba, sin guardarlo.
console-also-as-show = Mostrar los textos
console-also-command = Línea de comandos
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
