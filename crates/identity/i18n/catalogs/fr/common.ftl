### What every page shares.

title-error = Erreur : { $title }
skip = Aller au contenu
language = Langue
theme = Thème
theme-auto = Automatique
theme-light = Clair
theme-dark = Sombre
help = Aide
privacy = Confidentialité
terms = Conditions d’utilisation
imprint = Mentions légales
problem-title = Un problème est survenu
banner-label = Avis
banner-copy = Ceci est une copie de test, créée le : { $moment }. Rien ici n’est réel.
banner-read-only = Aucune modification jusqu’à : { $moment }. La connexion et la lecture restent possibles.
continue-to = pour continuer vers { $app }
continue = Continuer
back-to-app = Retour à { $app }
account-other = Utiliser un autre compte
copy = Copier
copied = Copié
show = Afficher
hide = Masquer
show-password = Afficher le mot de passe
hide-password = Masquer le mot de passe

# How long ago something was.
ago-now = à l’instant
ago-minutes = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
ago-hours = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
ago-days = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}

# A day, and a moment of a mail.
date = { $day ->
    [1] 1er
   *[other] { $day }
} { $month ->
    [1] janvier
    [2] février
    [3] mars
    [4] avril
    [5] mai
    [6] juin
    [7] juillet
    [8] août
    [9] septembre
    [10] octobre
    [11] novembre
   *[12] décembre
} { $year }
date-time = { $date }, { $time } UTC
date-minute = { $date }, { $time } UTC

# Problems of any form.
too-many-tries = { $minutes ->
    [one] Trop de tentatives. Attendez une minute, puis réessayez.
   *[other] Trop de tentatives. Attendez { $minutes } minutes, puis réessayez.
}
busy = Beaucoup de personnes se connectent en ce moment. Veuillez réessayer dans quelques secondes.
stale-form = Cette page est restée longtemps ouverte. Veuillez l’envoyer à nouveau.
