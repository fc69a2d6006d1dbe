### App passwords: the pages of the account, and the mail.

app-password-title = Contraseñas de aplicación
app-password-text = Una aplicación que no puede abrir la página de inicio de sesión de este sitio pide una contraseña de aplicación en lugar de la suya. Cree una para cada aplicación y elimínela cuando ya no la use.
app-password-none = No tiene contraseñas de aplicación.
app-password-new = Nueva contraseña de aplicación
app-password-new-text = Su propia contraseña permanece secreta: una aplicación con una contraseña de aplicación puede leer su perfil y sus grupos, y nada más.
app-password-name = Aplicación
app-password-name-hint = La aplicación en la que introduce la contraseña.
app-password-submit = Crear contraseña
app-password-too-many = Tiene 20 contraseñas de aplicación. Elimine una que ya no use.
app-password-made = Su contraseña de aplicación
app-password-made-text = Cópiela ahora: solo se muestra esta vez.
app-password-made-use = Introdúzcala en la aplicación, con su nombre de usuario o este nombre:
app-password-revoke = Eliminar contraseña de aplicación
app-password-revoke-label = Eliminar la contraseña de aplicación { $name }
app-password-revoke-text = La aplicación ya no podrá iniciar su sesión con ella.
app-password-revoked = La contraseña de aplicación se ha eliminado.
app-password-gone = La contraseña de aplicación ya se había eliminado.
mail-app-password-subject = Nueva contraseña de aplicación
mail-app-password-text = Se creó una contraseña de aplicación para su cuenta en { $site }, para { $app }.
mail-app-password-button = Ver contraseñas
mail-app-password-otherwise = Si no fue usted, elimínela y cambie su contraseña.
