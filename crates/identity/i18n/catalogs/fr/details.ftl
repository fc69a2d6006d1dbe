### Ce qu’une application demande en détail (RFC 9396).

details-actions = L’application peut
details-datatypes = Quelles données
details-privileges = Avec les droits
details-identifier = Uniquement pour
details-locations = Où
details-yes = oui
details-no = non

scope-openid-why = Pour vous reconnaître à votre retour.
scope-profile-why = Pour vous saluer par votre nom.
scope-email-why = Pour pouvoir vous écrire.
scope-phone-why = Pour pouvoir vous appeler ou vous envoyer des messages.
scope-address-why = Pour pouvoir vous envoyer des colis ou du courrier.
scope-offline-why = Pour continuer à fonctionner en votre absence.
scope-groups-why = Pour décider, selon vos groupes, de ce que vous pouvez y faire.
scope-roles-why = Pour décider, selon vos rôles, de ce que vous pouvez y faire.
scope-read-why = Elle peut regarder, sans rien modifier.
scope-write-why = Ce qu’elle ajoute ou modifie est fait en votre nom.
scope-delete-why = Ce qu’elle supprime peut être perdu définitivement.
scope-all-why = Cela comprend ce qui appartient à d’autres personnes.

mail-approve-subject = Une demande attend votre accord
mail-approve-text = { $app } demande votre accord sur { $site }. La demande attend dix minutes au plus.
mail-approve-button = Voir la demande
approve-compare = Continuez seulement si vous voyez ces mots là où cela a commencé :
approve-yourself = Continuez seulement si vous attendez cette demande, de quelqu’un que vous connaissez.
approve-allowed = Vous avez donné votre accord
approve-allowed-text = { $app } continue maintenant. Vous pouvez fermer cette page.
approve-refused = Vous avez refusé
