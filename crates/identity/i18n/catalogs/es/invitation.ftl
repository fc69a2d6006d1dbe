# Invitations into organizations: the page and the mail.

invitation-title = Invitación
invitation-heading = ¿Quieres unirte a { $organization }?
invitation-by = { $name } te invita.
invitation-for = Esta invitación es para
invitation-means = Sus propietarios verán tu nombre y tu dirección. Puedes salir de nuevo en tu cuenta, en Organizaciones.
invitation-accept = Unirme
invitation-decline = No, gracias
invitation-later = Decidir más tarde
invitation-sign-in = Inicia sesión con esa dirección para responder. Si aún no tienes cuenta, crea una con ella.
invitation-other = Has iniciado sesión con otra dirección o no has confirmado la tuya. Cierra sesión e inicia sesión con la dirección de arriba.
step-invitation-accepted = Te has unido
step-invitation-accepted-text = Ya formas parte de la organización. Sus propietarios deciden qué puedes hacer en su nombre.
step-invitation-declined = Has rechazado la invitación
step-invitation-declined-text = No formas parte de la organización y el enlace ya no funciona.

mail-invited-subject = Tienes una invitación
mail-invited-text = Tienes una invitación para unirte a «{ $organization }» en { $site }.
mail-invited-by-text = { $inviter } te invita a unirte a «{ $organization }» en { $site }.
mail-invited-button = Ver la invitación
mail-invited-otherwise = Si esto no te dice nada, puedes ignorar este correo. No ocurrirá nada sin ti.
mail-invited-footer = { $site } ha enviado este correo porque alguien invitó a esta dirección.
mail-expires-week = El enlace funciona una sola vez, en un plazo de 7 días.
