### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = Usa una passkey
passkey-needs = Per usare una passkey (impronta, volto o PIN del dispositivo), consenti JavaScript.
passkey-rejected = La passkey non è stata accettata. Riprova o accedi in un altro modo.
passkey-changed = Il tuo dispositivo segnala ora un tipo di passkey diverso da quando l’hai aggiunta. Accedi in un altro modo, rimuovila dal tuo account e aggiungila di nuovo.
passkey-failed = Il browser o il gestore di password non ha potuto usare la passkey. Riprova o scegli un altro dispositivo o gestore di password.
passkey-known = Questo dispositivo o gestore di password ha già una passkey per il tuo account.
passkey-recommended = Consigliato
passkey-synced = Sincronizzata
passkey-device = Su un solo dispositivo
passkey-made = aggiunta il giorno
passkey-used = Ultimo utilizzo
passkey-unused = Non ancora usata
passkey-suspected = Potrebbe esistere una copia di questa passkey. Rimuovila e aggiungine una nuova.
passkey-change = Rinomina o rimuovi
passkey-change-label = Rinomina o rimuovi { $name }
passkey-name = Nome
passkey-rename = Rinomina
passkey-remove = Rimuovi

second-passkey-title = Conferma che sei tu

passkeys-title = Passkey
passkeys-text = Accedi con l’impronta, il volto o il PIN del dispositivo invece che con una password.
passkeys-none = Non hai ancora una passkey.
passkeys-count = { $count ->
    [0] Nessuna
    [one] { $count } passkey
   *[other] { $count } passkey
}
passkeys-add = Aggiungi una passkey
passkeys-confirm = Accedi di nuovo per aggiungere
passkeys-full = Hai il numero massimo di passkey per account.
passkeys-added = La passkey è stata aggiunta.
passkeys-renamed = La passkey ha il suo nuovo nome.
passkeys-removed = La passkey è stata rimossa. Rimuovila anche dal tuo dispositivo.
passkeys-rejected = Non è stato possibile aggiungere la passkey. Riprova.
passkeys-bad-name = Usa un nome da 1 a 60 caratteri
passkeys-only-way = Questa passkey è il tuo unico modo per accedere. Prima imposta una password o aggiungi un’altra passkey.
passkeys-only-factor = Il tuo account richiede la verifica in due passaggi. Prima aggiungi un’altra passkey o un’app di autenticazione.

activity-passkey-failed = Accesso non riuscito con una passkey
activity-passkey-stepped-up = Nuovo accesso con una passkey
activity-passkey-added = È stata aggiunta una passkey
activity-passkey-removed = È stata rimossa una passkey

notice-passkey-added-subject = È stata aggiunta una passkey
notice-passkey-added-text = È stata aggiunta una passkey al tuo account su { $site }. Chi la possiede può accedere senza password.
notice-passkey-removed-subject = È stata rimossa una passkey
notice-passkey-removed-text = È stata rimossa una passkey dal tuo account su { $site }. Non permette più di accedere.
passkey-offer = Accedi più in fretta: con l’impronta, il volto o il PIN del dispositivo.
passkey-later = Non ora

mail-passkey-subject = Aggiungi una passkey al tuo account
mail-passkey-text = L’amministrazione di { $site } ti chiede di aggiungere una passkey al tuo account. Apri il link sul dispositivo che deve conservarla: lì accederai con l’impronta, il volto o il PIN del dispositivo.
