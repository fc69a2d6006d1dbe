### The audit log in the administration console.

console-filters = Filtres
console-more = Plus
console-filter-remove = Retirer le filtre « { $filter } »
console-filter-remove-value = Retirer le filtre « { $name } : { $value } »
console-day = Jour (UTC)
console-mine = Les miens
console-audit-download = Télécharger en CSV
console-history = Journal d’audit
console-audit-change = Ce qui a changé
console-audit-detail = Détails
console-field = Champ
console-before = Avant
console-after = Après
console-value = Valeur
console-done = Fait
console-chain-sealed = Scellé dans le journal
console-chain-waiting = Pas encore scellé
console-chain-missing = Absent de la chaîne du journal
console-chain-position = Place dans la chaîne

# Undo, marks and counts
console-many = Plus de 1 000
console-id-reserved = Cet identifiant est réservé. Saisissez un autre identifiant
console-undo = Annuler la modification
console-undo-question = Annuler cette modification ?
console-undo-text = Les valeurs d’avant l’événement sont rétablies, avec les mêmes contrôles que toute modification. Les sessions terminées et les messages envoyés restent tels quels. L’annulation est enregistrée et peut être annulée.
console-undone = Les valeurs d’avant l’événement sont rétablies.
console-undo-changes = Ce que l’annulation rétablit
console-undo-now = Maintenant
console-undo-after = Après l’annulation
console-undo-not = Cet événement ne peut pas être annulé
console-undo-back = Retour à l’événement
console-undoes = Annule
console-undo-no-change = Il n’a rien modifié.
console-undo-created = Il a créé un objet. Désactivez ou supprimez plutôt cet objet.
console-undo-deleted = Il a supprimé un objet. Les objets supprimés ne peuvent pas être rétablis.
console-undo-secret = Il concerne un secret, une clé ou un message. Le journal ne les contient pas.
console-undo-ended = Il a mis fin à des sessions, à un accès ou à un second facteur. Ils ne peuvent pas être rétablis.
console-undo-incomplete = Le journal ne contient pas tout ce qu’il faut pour rétablir exactement les anciennes valeurs.
console-undo-unsupported = Les modifications de ce type ne peuvent pas être annulées ici. Modifiez plutôt l’objet à nouveau.
console-undo-past = La date de fin à rétablir est passée.
console-undo-changed = La valeur actuelle n’est pas celle d’après l’événement : elle a été modifiée depuis.
console-undo-gone = L’objet, ou un objet que désignent les anciennes valeurs, n’existe plus.
