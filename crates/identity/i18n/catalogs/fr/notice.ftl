### Security notices by mail.

notice-happened = Cela venait de { $device }, le { $time }.
notice-happened-ip = Cela venait de { $device }, adresse { $ip }, le { $time }.
notice-otherwise = Si c’était vous, vous n’avez rien à faire. Sinon, sécurisez votre compte maintenant : la page déconnecte les autres appareils et mène à un nouveau mot de passe.
notice-button = Sécuriser votre compte

notice-factor-added-subject = La validation en deux étapes a été activée
notice-factor-added-text = Une application d’authentification a été ajoutée à votre compte sur { $site }. La connexion demande désormais aussi son code.
notice-factor-removed-subject = La validation en deux étapes a été désactivée
notice-factor-removed-text = L’application d’authentification et les codes de récupération ont été retirés de votre compte sur { $site }. Le mot de passe seul suffit désormais pour se connecter.
notice-codes-made-subject = De nouveaux codes de récupération ont été créés
notice-codes-made-text = De nouveaux codes de récupération ont été créés pour votre compte sur { $site }. Les anciens ne fonctionnent plus.
notice-code-used-subject = Un code de récupération a été utilisé
notice-code-used-text = Un code de récupération a été utilisé pour se connecter à votre compte sur { $site }. { $count ->
    [one] Il reste un code.
   *[other] Il reste { $count } codes.
}
notice-code-used-few-text = Un code de récupération a été utilisé pour se connecter à votre compte sur { $site }. { $count ->
    [0] Il n’en reste aucun.
    [one] Il n’en reste qu’un.
   *[other] Il n’en reste que { $count }.
} Créez-en de nouveaux sous « Validation en deux étapes » dans votre compte.
notice-new-device-subject = Nouvelle connexion à votre compte
notice-new-device-text = Quelqu’un s’est connecté à votre compte sur { $site } avec un appareil encore jamais vu.
notice-locked-subject = Trop d’échecs de connexion
notice-locked-text = Quelqu’un a saisi trop souvent un mot de passe incorrect pour votre compte sur { $site }. Depuis un appareil inconnu, la connexion doit maintenant attendre { $count ->
    [one] une minute.
   *[other] { $count } minutes.
} Les appareils que vous avez déjà utilisés ne sont pas concernés.
notice-codes-locked-subject = Trop de codes incorrects
notice-codes-locked-text = Quelqu’un a saisi votre mot de passe sur { $site }, puis trop de codes incorrects. La deuxième étape doit maintenant attendre { $count ->
    [one] une minute.
   *[other] { $count } minutes.
} Cette personne connaît votre mot de passe.
notice-api-key-subject = Une clé API a été créée
notice-api-key-text = Une clé API a été créée pour votre compte sur { $site }. Les programmes qui la possèdent peuvent agir pour vous.
notice-disowned-subject = Vous avez signalé une activité dans votre compte
notice-disowned-text = Une personne connectée à votre compte sur { $site } a signalé qu’une activité n’était pas la sienne. Les clés API du compte ont été révoquées, et les liens envoyés auparavant par e-mail ne sont plus valables.
