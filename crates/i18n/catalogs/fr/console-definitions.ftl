### The pages of definitions, and the fields that pick permissions and the end of a role.

console-until = Ou jusqu’au
console-until-hint = Facultatif : une date et une heure en UTC, qui remplacent le choix ci-dessus.
console-until-invalid = Choisissez une date et une heure dans le futur
console-role-organization-hint = ID de l’organisation dans laquelle le rôle vaut, par exemple acme. Vide : partout.
console-picker-more = Seules les 50 premières sont affichées. Recherchez les autres.
console-picker-found = Trouvés :
console-definitions = Définitions
console-definitions-text = Ce à quoi les rôles, les applications et les jetons se réfèrent. Cela se modifie en ligne de commande.
console-resources = Ressources
console-claims = Claims personnalisés
console-token-claims = Claims dans les jetons d’accès
console-profile-fields = Champs de profil
console-resource = Ressource
console-scope = Portée
console-claim = Claim
console-outputs = Contenu dans
console-editable-by = Modifié par
console-visible-to = Visible pour
