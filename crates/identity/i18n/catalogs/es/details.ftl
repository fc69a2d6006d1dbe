### Lo que una aplicación pide en detalle (RFC 9396).

details-actions = La aplicación puede
details-datatypes = Qué datos
details-privileges = Con los derechos
details-identifier = Solo para
details-locations = Dónde
details-yes = sí
details-no = no

scope-openid-why = Para reconocerte cuando vuelvas.
scope-profile-why = Para saludarle por su nombre.
scope-email-why = Para poder escribirle.
scope-phone-why = Para poder llamarle o enviarle mensajes.
scope-address-why = Para poder enviarle cosas.
scope-offline-why = Para seguir funcionando cuando no estás.
scope-groups-why = Para decidir según tus grupos qué puedes hacer en ella.
scope-roles-why = Para decidir según tus roles qué puedes hacer en ella.
scope-read-why = Puede mirar, pero no cambiar nada.
scope-write-why = Lo que añade o cambia se hace en tu nombre.
scope-delete-why = Lo que elimina puede perderse para siempre.
scope-all-why = Eso incluye lo que pertenece a otras personas.

mail-approve-subject = Alguien pide su aprobación
mail-approve-text = { $app } pide su aprobación en { $site }. La solicitud espera diez minutos como máximo.
mail-approve-button = Ver la solicitud
approve-compare = Continúe solo si ve estas palabras donde empezó todo:
approve-yourself = Continúe solo si espera esto de alguien que conoce.
approve-allowed = Ha dado su aprobación
approve-allowed-text = { $app } continúa ahora. Puedes cerrar esta página.
approve-refused = Ha rechazado la solicitud
