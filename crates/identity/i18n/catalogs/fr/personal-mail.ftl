### Mails about one's data and the end of the account.

mail-exported-subject = Vos données ont été téléchargées
mail-exported-text = Une copie de tout ce que { $site } sait de vous a été téléchargée.
mail-leaving-subject = Votre compte va être supprimé
mail-leaving-text = Votre compte sur { $site } sera supprimé le { $moment }. D’ici là, personne ne peut l’utiliser. Pour le conserver, connectez-vous et choisissez « Conserver mon compte ».
mail-leaving-button = Conserver mon compte
mail-leaving-advice = Si ce n’était pas vous, conservez le compte et choisissez immédiatement un nouveau mot de passe.
mail-kept-subject = Votre compte est conservé
mail-kept-text = Votre compte sur { $site } ne sera finalement pas supprimé. Reconnectez-vous à vos applications.
mail-deleted-subject = Votre compte est supprimé
mail-deleted-text = Votre compte sur { $site } est supprimé, comme vous l’avez demandé, avec tout ce qui s’y rattachait. Ceci est notre dernier e-mail.
