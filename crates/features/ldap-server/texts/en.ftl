### App passwords: the pages of the account, and the mail.

app-password-title = App passwords
app-password-text = An app that cannot open the sign-in page of this site asks for an app password instead of your own. Make one for each app, and remove it when you no longer use the app.
app-password-none = You have no app passwords.
app-password-new = New app password
app-password-new-text = Your own password stays secret: an app with an app password can read your profile and your groups, and nothing else.
app-password-name = Name of the app
app-password-name-hint = The app in which you enter the password.
app-password-submit = Make app password
app-password-too-many = You have 20 app passwords. Remove one that you no longer use.
app-password-made = Your app password
app-password-made-text = Copy it now: it is shown only this once.
app-password-made-use = Enter it in the app, with your user name or this name:
app-password-made-done = I saved the app password
app-password-revoke = Remove app password
app-password-remove = Remove
app-password-revoke-label = Remove the app password { $name }
app-password-revoke-text = The app can no longer sign you in with it.
app-password-revoked = The app password is removed.
app-password-gone = The app password was removed before.
mail-app-password-subject = New app password
mail-app-password-text = An app password was made for your account at { $site }, for { $app }.
mail-app-password-button = See app passwords
mail-app-password-otherwise = If it was not you, remove it and change your password.
