### The audit log in the administration console.

console-more-filters = Plus de filtres
console-filter-remove = Retirer : { $filter }
console-day = Jour (UTC)
console-mine = Les miens
console-audit-download = Télécharger en CSV
console-history = Historique
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
console-id-reserved = « new » est réservé. Saisissez un autre identifiant
console-chain = Chaîne
console-chain-in = Scellé
