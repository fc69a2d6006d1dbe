### App passwords: the pages of the account, and the mail.

app-password-title = Password per app
app-password-text = Un’app che non può aprire la pagina di accesso di questo sito chiede una password per app invece della tua. Creane una per ogni app e rimuovila quando non usi più l’app.
app-password-none = Non hai password per app.
app-password-new = Nuova password per app
app-password-new-text = La tua password resta segreta: un’app con una password per app può leggere il tuo profilo e i tuoi gruppi, e nient’altro.
app-password-name = Nome dell’app
app-password-name-hint = L’app in cui inserisci la password.
app-password-submit = Crea password
app-password-too-many = Hai 20 password per app. Rimuovine una che non usi più.
app-password-made = La tua password per app
app-password-made-text = Copiala ora: viene mostrata solo questa volta.
app-password-made-use = Inseriscila nell’app, con il tuo nome utente o con questo nome:
app-password-made-done = Ho salvato la password per app
app-password-revoke = Rimuovi password per app
app-password-remove = Rimuovi
app-password-revoke-label = Rimuovi la password per app { $name }
app-password-revoke-text = L’app non potrà più farti accedere con questa password.
app-password-revoked = La password per app è stata rimossa.
app-password-gone = La password per app era già stata rimossa.
mail-app-password-subject = Nuova password per app
mail-app-password-text = È stata creata una password per app per il tuo account su { $site }, per { $app }.
mail-app-password-button = Vedi le password
mail-app-password-otherwise = Se non sei stato tu, rimuovila e cambia la tua password.
