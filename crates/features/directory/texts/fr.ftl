### Connexion avec le mot de passe d’un annuaire.

directory-disabled = Votre compte est désactivé dans l’annuaire de votre organisation. Adressez-vous à ses administrateurs.
directory-expired = Votre compte dans l’annuaire de votre organisation a expiré. Adressez-vous à ses administrateurs.
directory-locked = Votre compte est verrouillé dans l’annuaire de votre organisation. Réessayez plus tard ou adressez-vous à ses administrateurs.
directory-password-expired = Votre mot de passe dans l’annuaire de votre organisation a expiré. Changez-le là-bas, par exemple sur votre ordinateur, puis reconnectez-vous.
directory-conflict = Votre mot de passe est correct, mais aucun compte ne peut être créé pour vous ici. Adressez-vous aux administrateurs de ce service.
