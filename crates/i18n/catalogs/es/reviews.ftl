### Access reviews: the pages of reviewers and their mail.

reviews-title = Revisiones de acceso
reviews-text = Decide si estos roles siguen siendo necesarios.
reviews-none = Ninguna revisión de acceso espera tus decisiones.
reviews-open = Pendientes: { $count }
reviews-decide = Decidir
reviews-lines-text = Confirma los roles que siguen siendo necesarios y revoca los demás. Un rol revocado termina de inmediato. Sobre tus propios roles deciden otros revisores.
reviews-by-group = a través del grupo { $group }
reviews-since = asignado
reviews-assigned-by = por { $name }
reviews-last-login = último inicio de sesión
reviews-never = nunca ha iniciado sesión
reviews-reason = Motivo (opcional, 200 caracteres como máximo)
reviews-confirm = Confirmar los elegidos
reviews-revoke = Revocar los elegidos
reviews-done = Tus decisiones se han guardado.
reviews-left = Tus decisiones se han guardado. No se pudieron quitar todos los roles revocados: el rol de un grupo termina solo con la pertenencia a él.
reviews-all-done = Has decidido sobre todos los roles de esta revisión.
mail-review-subject = Revisión de acceso: se necesitan tus decisiones
mail-review-text = Eres revisor de «{ $review }» en { $site }. Decide antes del { $moment } qué roles siguen siendo necesarios.
mail-review-button = Abrir la revisión
mail-review-otherwise = Recibes este correo porque un administrador te nombró revisor.
