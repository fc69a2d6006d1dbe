### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = Agir comme cet utilisateur
impersonation-text = Vous voyez une application comme cet utilisateur la voit, pendant quelques minutes. L’utilisateur reçoit un e-mail avec votre nom et votre motif, et le retrouve dans son activité. L’application n’obtient aucun accès que l’utilisateur ne lui a pas donné, et aucune page du compte ne s’ouvre.
impersonation-app-hint = ID de l’application. Toutes les autres applications et ces pages vous connaissent toujours en tant que vous-même.
impersonation-reason-hint = 200 caractères au plus. L’utilisateur le reçoit par e-mail et le voit dans l’activité du compte.
impersonation-start = Agir comme l’utilisateur
impersonation-started = Vous agissez maintenant comme cet utilisateur. La barre en haut y met fin.
impersonation-until = Jusqu’à
impersonation-open = Ouvrir l’application
impersonation-go = Ouvrez l’application et connectez-vous : elle reçoit l’utilisateur, pas vous.
impersonation-go-yourself = Ouvrez l’application dans ce navigateur et connectez-vous : elle reçoit l’utilisateur, pas vous.
impersonation-other = Vous agissez comme un autre utilisateur. Mettez-y fin d’abord.
impersonation-bar = Vous agissez comme { $name } dans { $app } jusqu’au { $moment }.
impersonation-end = Mettre fin
mail-impersonation-subject = Un administrateur agit en votre nom
mail-impersonation-text = { $administrator } de { $site } peut agir en votre nom dans { $app } jusqu’au { $moment }. Motif : { $reason }
mail-impersonation-button = Voir votre activité
mail-impersonation-otherwise = Si vous ne l’avez pas demandé, contactez { $site }.
