### API keys: their list, the form for a new one, the key itself.

api-keys-title = Clés API
api-keys-text = Avec une clé API, un de vos programmes peut agir en votre nom. Protégez-la comme un mot de passe.
api-keys-none = Vous n’avez aucune clé API.
api-keys-active = { $count ->
    [one] { $count } active
   *[other] { $count } actives
}
api-keys-new = Créer une clé API
api-keys-revoked = La clé ne fonctionne plus.
api-keys-gone = Cette clé n’existe plus.
api-key-revoke = Révoquer
api-key-revoke-label = Révoquer la clé { $name }
api-key-made = créée le
api-key-ends = Valable jusqu’au
api-key-used = dernière utilisation
api-key-used-from = depuis
api-key-never-used = jamais utilisée
api-key-only-from = Uniquement depuis
api-key-org = Au nom de

new-key-title = Créer une clé API
new-key-text = Accordez-lui le strict nécessaire, et seulement pour la durée nécessaire.
new-key-name = Nom
new-key-name-hint = À quoi sert-elle ? Ce nom n’est visible que par vous.
new-key-scopes = Que peut-elle faire ?
new-key-no-scopes = Vous n’avez encore aucun droit à confier à une clé. Adressez-vous aux responsables de ce site.
new-key-expires = Valable jusqu’au
new-key-expires-hint = Une date dans l’année à venir.
new-key-networks = Uniquement depuis ces adresses IP
new-key-networks-hint = Laissez vide pour toutes les autoriser. Séparez-les par des espaces : 192.0.2.7 198.51.100.0/24
new-key-submit = Créer la clé
new-key-name-missing = Saisissez un nom
new-key-name-long = Saisissez un nom plus court
new-key-name-invalid = Saisissez un nom sans caractères spéciaux
new-key-scopes-missing = Choisissez ce que la clé peut faire
new-key-scopes-not-held = Vous n’avez pas vous-même tous ces droits
new-key-expires-invalid = Saisissez une date, par exemple { $date }
new-key-expires-past = Saisissez une date future
new-key-expires-late = Saisissez une date dans l’année à venir
new-key-network-invalid = « { $network } » n’est ni une adresse ni un réseau
new-key-networks-many = Saisissez moins d’adresses
new-key-too-many = Vous avez atteint le nombre maximal de clés. Révoquez-en une dont vous n’avez plus besoin.

key-made-title = Votre nouvelle clé API
key-made-text = Copiez-la maintenant. Elle ne sera plus affichée.
key-made-use = Envoyez-la dans cet en-tête :
key-made-done = J’ai enregistré la clé

revoke-key-title = Révoquer cette clé ?
revoke-key-text = Les programmes qui l’utilisent cesseront de fonctionner d’ici une demi-minute. Cette action est irréversible.
revoke-key-submit = Révoquer
revoke-key-cancel = La conserver

activity-api-key-denied = Tentative de création d’une clé API dépassant vos droits
activity-api-key-used-again = Une clé API a été utilisée
activity-api-key-refused = Une clé API a été refusée
