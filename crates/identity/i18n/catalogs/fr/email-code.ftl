# Signing in with a mailed code.

email-code-button = M’envoyer un code par e-mail
email-code-title = Se connecter avec un code
email-code-text = Nous envoyons un code à l’adresse de votre compte.
email-code-send = Envoyer le code
email-code-enter = Saisissez le code reçu par e-mail
email-code-sent = Si le compte a une adresse confirmée, un e-mail est en route. Gardez cette page ouverte.
email-code-hint = Huit chiffres. Ils fonctionnent une fois, pendant 10 minutes.
email-code-wrong = Ce code ne correspond pas. Seul l’e-mail le plus récent contient le bon.
email-code-again = Envoyer un autre code
email-code-other = Se connecter autrement
email-code-title-link = Se connecter ici ?
email-code-text-link = Ne continuez que si vous avez vous-même demandé cet e-mail.
mail-code-subject = { $code } est votre code pour { $site }
mail-code-text = Saisissez le code { $code } pour vous connecter à { $site }.
mail-code-button = Se connecter
mail-code-expires = Le code et le lien fonctionnent une seule fois, pendant 10 minutes, dans le navigateur qui les a demandés.
mail-code-otherwise = Si ce n’était pas vous, vous pouvez ignorer cet e-mail. Ne communiquez le code à personne.
activity-email-code = Un code de connexion a été demandé par e-mail
