### Access reviews: the pages of reviewers and their mail.

reviews-title = Révisions d’accès
reviews-text = Décidez si ces rôles sont encore nécessaires.
reviews-none = Aucune révision d’accès n’attend vos décisions.
reviews-open = En attente : { $count }
reviews-decide = Décider
reviews-lines-text = Confirmez les rôles encore nécessaires et révoquez les autres. Un rôle révoqué prend fin immédiatement. D’autres réviseurs décident de vos propres rôles.
reviews-by-group = par le groupe { $group }
reviews-since = attribué
reviews-assigned-by = par { $name }
reviews-last-login = dernière connexion
reviews-never = jamais connecté
reviews-reason = Motif (facultatif, 200 caractères au plus)
reviews-confirm = Confirmer la sélection
reviews-revoke = Révoquer la sélection
reviews-done = Vos décisions sont enregistrées.
reviews-left = Vos décisions sont enregistrées. Certains rôles révoqués n’ont pas pu être retirés : le rôle d’un groupe ne prend fin qu’avec l’appartenance à celui-ci.
reviews-all-done = Vous avez décidé de tous les rôles de cette révision.
mail-review-subject = Révision d’accès : vos décisions sont attendues
mail-review-text = Vous êtes réviseur de « { $review } » sur { $site }. Décidez avant le { $moment } quels rôles sont encore nécessaires.
mail-review-button = Ouvrir la révision
mail-review-otherwise = Vous recevez cet e-mail car un administrateur vous a désigné comme réviseur.
