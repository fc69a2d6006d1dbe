### Sign-out of SAML.

saml-signed-out-text = Estas aplicaciones no han respondido. Cierre la sesión en ellas o cierre el navegador.
saml-signed-out-back = Continuar

### Console pages of SAML.

saml-title = Aplicaciones SAML
saml-text = Estas aplicaciones hablan SAML 2.0. Dé a cada una los metadatos de este servidor.
saml-none = No hay ninguna aplicación que hable SAML.
saml-new = Nueva aplicación SAML
saml-new-text = Pegue los metadatos de la aplicación o indique su URL. Sin metadatos bastan el ID de entidad y un servicio consumidor de aserciones.
saml-created = La aplicación está registrada.
saml-edit = Cambiar los ajustes de SAML
saml-edit-text = Los metadatos sustituyen el ID de entidad, todas las direcciones y todos los certificados. Los campos vacíos no cambian nada.
saml-changed = La aplicación se ha cambiado.
saml-settings = Ajustes de SAML
saml-metadata = Metadatos
saml-metadata-hint = Un documento XML que empieza por EntityDescriptor.
saml-metadata-url = URL de los metadatos
saml-entity-id = ID de entidad
saml-entity-id-hint = El nombre de la aplicación en sus solicitudes.
saml-acs = Servicios consumidores de aserciones
saml-acs-hint = Una URL por línea. Las respuestas solo van a estas URL.
saml-sign-on = URL de inicio de sesión
saml-logout-url = URL de cierre de sesión
saml-signing = Certificados de firma (SHA-256)
saml-encryption = Certificado de cifrado (SHA-256)
saml-signed-requests = Las solicitudes deben estar firmadas
saml-signed = Partes firmadas de una respuesta
saml-encrypted = Las aserciones están cifradas
saml-name-id = Formato del nombre
saml-attributes = Nombres de los atributos
saml-unsolicited = Inicio de sesión sin solicitud
saml-known = Aplicación conocida
saml-url = URL de la aplicación conocida
saml-check = Mostrar el efecto
saml-configuration = Para escribir en la aplicación
saml-differences = Cambios
saml-certificates = Certificados
saml-sha256 = SHA-256
saml-signs-from = Firma desde
saml-keys-text = Una clave nueva está 14 días en los metadatos antes de firmar. Las aplicaciones que nunca los leen necesitan en ese plazo el certificado nuevo a mano.
