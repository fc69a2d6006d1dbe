# Browsers on which the second step is spared.

second-trust = { $days ->
    [one] Faire confiance à cet appareil pendant { $days } jour
    [many] Faire confiance à cet appareil pendant { $days } de jours
   *[other] Faire confiance à cet appareil pendant { $days } jours
}
trusted-title = Appareils de confiance
trusted-text = La deuxième étape ne vous y est pas demandée. Le mot de passe suffit, sauf pour les modifications qui exigent les deux.
trusted-since = De confiance depuis le
trusted-until = jusqu’au
trusted-remove = Retirer
trusted-remove-all = Tout retirer
trusted-gone = La deuxième étape vous sera de nouveau demandée.
activity-trusted = Un appareil est devenu de confiance : pas de deuxième étape pendant un temps
activity-distrusted = La confiance en un appareil a été retirée
notice-trusted-subject = Vous faites confiance à un nouvel appareil
notice-trusted-text = Désormais, la connexion à { $site } n’y demande que votre mot de passe pendant un certain temps.
