### The notice on all pages, and read-only mode, in the console.

notices-title = Avis et mode lecture seule
notices-text = Un avis figure sur toutes les pages pendant sa période. En mode lecture seule, le serveur refuse pendant une période les modifications des comptes, des consentements et des réglages ; les connexions, les sessions et les jetons continuent.
notices-notice = Avis
notices-none = Il n’y a aucun avis.
notices-text-invalid = Saisissez de 1 à 300 caractères sur une ligne
notices-languages = Autres langues
notices-languages-hint = Une par ligne, par exemple : de = Wartung am Samstag
notices-languages-invalid = Utilisez une ligne par langue, par exemple : de = Wartung am Samstag
notices-from = De
notices-until = Jusqu’à
notices-until-invalid = Saisissez une heure après le début ; le mode lecture seule dure au plus 7 jours
notices-announced = Annoncé
notices-set = Définir l’avis
notices-set-done = L’avis est défini.
notices-remove = Supprimer l’avis
notices-remove-question = Supprimer l’avis ?
notices-remove-text = Plus aucune page ne l’affiche.
notices-removed = L’avis est supprimé.
notices-read-only = Mode lecture seule
notices-read-only-active = Les modifications sont refusées
notices-writable = Les modifications sont possibles
notices-read-only-set = Définir le mode lecture seule
notices-read-only-set-done = Le mode lecture seule est défini.
notices-read-only-until-hint = Au plus 7 jours après le début. Le mode se termine alors tout seul.
notices-read-only-end = Terminer le mode lecture seule
notices-read-only-end-question = Terminer le mode lecture seule ?
notices-read-only-end-text = Les modifications sont de nouveau possibles : ici aussitôt, sur les autres serveurs en quelques secondes.
notices-read-only-ended = Le mode lecture seule est terminé.
