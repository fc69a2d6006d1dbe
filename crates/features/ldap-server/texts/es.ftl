### App passwords: the pages of the account, and the mail.

app-password-title = Contraseñas de aplicación
app-password-text = Una aplicación que no puede abrir la página de inicio de sesión de este sitio pide una contraseña de aplicación en lugar de la tuya. Crea una para cada aplicación y elimínala cuando ya no la uses.
app-password-none = No tienes contraseñas de aplicación.
app-password-new = Nueva contraseña de aplicación
app-password-new-text = Tu propia contraseña permanece secreta: una aplicación con una contraseña de aplicación puede leer tu perfil y tus grupos, y nada más.
app-password-name = Nombre de la aplicación
app-password-name-hint = La aplicación en la que escribes la contraseña.
app-password-submit = Crear contraseña
app-password-too-many = Tienes 20 contraseñas de aplicación. Elimina una que ya no uses.
app-password-made = Tu contraseña de aplicación
app-password-made-text = Cópiela ahora: solo se muestra esta vez.
app-password-made-use = Escríbela en la aplicación, con tu nombre de usuario o este nombre:
app-password-made-done = He guardado la contraseña de aplicación
app-password-revoke = Eliminar contraseña de aplicación
app-password-remove = Eliminar
app-password-revoke-label = Eliminar la contraseña de aplicación { $name }
app-password-revoke-text = La aplicación ya no podrá iniciar tu sesión con ella.
app-password-revoked = La contraseña de aplicación se ha eliminado.
app-password-gone = La contraseña de aplicación ya se había eliminado.
mail-app-password-subject = Nueva contraseña de aplicación
mail-app-password-text = Se creó una contraseña de aplicación para tu cuenta en { $site }, para { $app }.
mail-app-password-button = Ver contraseñas
mail-app-password-otherwise = Si no fuiste tú, elimínala y cambia tu contraseña.
