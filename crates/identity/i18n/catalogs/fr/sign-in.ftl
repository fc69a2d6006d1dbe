### Signing in, registering, setting up, signing out.

login-title = Connexion
login-identifier = Nom d’utilisateur ou adresse e-mail
login-remember = Rester connecté sur cet appareil
login-submit = Se connecter
login-or = ou
login-new-here = Première visite ?
login-create = Créer un compte
login-rejected = Le nom d’utilisateur, l’adresse e-mail ou le mot de passe est incorrect.
login-missing-identifier = Saisissez votre nom d’utilisateur ou votre adresse e-mail
login-missing-password = Saisissez votre mot de passe
login-again = Cette application vous demande de vous reconnecter.
login-session-ended = Votre session est terminée. Connectez-vous pour continuer.
login-verify-email = Connectez-vous pour confirmer votre adresse e-mail.

register-title = Créer votre compte
register-submit = Créer le compte
register-have = Vous avez déjà un compte ?

setup-title = Créer le premier compte administrateur
setup-text = Ce compte peut tout gérer ici. Vous pourrez ajouter d’autres utilisateurs plus tard.
setup-submit = Créer le compte administrateur

username = Nom d’utilisateur
username-hint = Lettres, chiffres, points, tirets et tirets bas.
username-optional = Facultatif.
username-missing = Choisissez un nom d’utilisateur
username-taken = Ce nom d’utilisateur est déjà pris. Choisissez-en un autre.
username-invalid = Utilisez de 2 à 64 lettres, chiffres, points, tirets ou tirets bas. Commencez par une lettre ou un chiffre.
username-reserved = Ce nom d’utilisateur est réservé. Choisissez-en un autre.
email = Adresse e-mail
email-missing = Saisissez votre adresse e-mail
email-taken = Un compte existe avec cette adresse e-mail. Connectez-vous plutôt.
email-invalid = Saisissez une adresse e-mail comme name@example.com
email-undeliverable = Nous ne pouvons pas envoyer d’e-mail à cette adresse à cause des caractères placés avant le @. Utilisez une autre adresse.
email-verified = Vérifiée
email-unverified = Non vérifiée
password = Mot de passe
password-hint = Au moins { $min } caractères. Quelques mots choisis au hasard conviennent bien.
password-confirm = Répétez le mot de passe
password-missing = Choisissez un mot de passe
password-too-short = Utilisez au moins { $min } caractères
password-too-long = Ce mot de passe est trop long. Utilisez 256 caractères au maximum.
password-numeric = Ce mot de passe ne contient que des chiffres. Ajoutez des mots.
password-common = Ce mot de passe figure sur des listes de mots de passe courants. Choisissez-en un autre.
password-temporary = C’est l’ancien mot de passe. Choisissez-en un autre.
password-guessable = Ce mot de passe est facile à deviner. Ajoutez encore un ou deux mots au hasard.
password-like-username = Ce mot de passe ressemble trop à votre nom d’utilisateur
password-like-email = Ce mot de passe ressemble trop à votre adresse e-mail
password-like-name = Ce mot de passe ressemble trop à votre nom
password-like-site = Ce mot de passe ressemble trop au nom de ce site
password-mismatch = Les deux mots de passe sont différents. Saisissez-les à nouveau.

select-title = Choisir un compte
select-current = Continuer en tant que { $name }

logout-title = Se déconnecter ?
logout-text = Vous pourrez vous reconnecter à { $site } à tout moment.
logout-app = { $app } demande à vous déconnecter. Cela met aussi fin à votre session ici.
logout-submit = Se déconnecter
logout-stay = Rester connecté
logged-out-title = Déconnexion effectuée
logged-out-text = Si d’autres personnes utilisent cet appareil, fermez aussi le navigateur.
logged-out-again = Se reconnecter
logged-out-nobody = Vous n’êtes pas connecté
logged-out-nobody-text = Il n’y a aucune session à terminer dans ce navigateur.
logged-out-nobody-sign-in = Se connecter
logout-problem = La demande de déconnexion de l’application n’est pas valide ; vous ne serez pas renvoyé vers l’application :
onward-title = Continuer vers { $host } ?
onward-text = { $app } a envoyé une requête qui ne peut pas être traitée.
onward-go = Continuer vers { $host }

form-post-title = Retour à { $app }
form-post-text = Si rien ne se passe d’ici quelques secondes, choisissez « Continuer ».
