### The pages of the console that change many users at once, and that end chosen objects.

console-bulk-action = Con gli utenti scelti
console-bulk-choose = Scegli che cosa fare
console-bulk-group = Aggiungi a un gruppo
console-bulk-all-count = { $count ->
    [one] Scegli l’unico che corrisponde
   *[other] Scegli tutti i { $count } che corrispondono
}
console-bulk-all-matching = Scegli tutti quelli che corrispondono
console-bulk-all-page = Scegli tutti quelli di questa pagina
console-bulk-all-chosen = Sono scelti tutti gli utenti che corrispondono, in ogni pagina dell’elenco.
console-bulk-single = Scegli singoli utenti
console-bulk-nothing = Scegli almeno un utente
console-bulk-no-action = Scegli che cosa fare con gli utenti scelti
console-bulk-disable-question = Disattivare questi account?
console-bulk-disable-text = Gli utenti non possono più accedere e ogni accesso delle applicazioni termina ora. Nomi, ruoli e gruppi restano. Per annullare, riattiva gli account; gli accessi tolti non ritornano.
console-bulk-enable-question = Attivare questi account?
console-bulk-enable-text = Gli utenti possono accedere di nuovo. Gli accessi tolti non ritornano. Per annullare, disattiva di nuovo gli account.
console-bulk-end-question = Terminare tutte le sessioni di questi utenti?
console-bulk-end-text = Gli utenti vengono disconnessi da tutti i dispositivi e devono accedere di nuovo. Gli account restano come sono. Termina anche l’accesso delle applicazioni. Non si può annullare.
console-bulk-group-question = Aggiungere questi utenti a un gruppo?
console-bulk-group-text = Ricevono i ruoli del gruppo dalla prossima richiesta. Gli altri gruppi e ruoli restano. Per annullare, rimuovi i membri dal gruppo.
console-bulk-verify = Segna le e-mail come verificate
console-bulk-verify-question = Segnare le e-mail di questi utenti come verificate?
console-bulk-verify-text = Le e-mail valgono come verificate e gli utenti accedono senza un link ricevuto per e-mail. Fallo solo se sai che le e-mail appartengono a loro. Per annullare, apri ogni utente.
console-bulk-domain = Cambia il dominio delle e-mail
console-bulk-domain-question = Cambiare il dominio delle e-mail di questi utenti?
console-bulk-domain-text = Le e-mail del vecchio dominio passano a quello nuovo e restano verificate se lo erano. Un’e-mail che un altro account ha già viene esclusa ed elencata. Per annullare, ripristina il dominio.
console-bulk-domain-from = Vecchio dominio
console-bulk-domain-to = Nuovo dominio
console-bulk-domain-invalid = Inserisci un altro dominio, per esempio example.org
console-bulk-mail = Invia un messaggio all’e-mail precedente
console-bulk-password = Richiedi una nuova password
console-bulk-password-question = Richiedere una nuova password a questi utenti?
console-bulk-password-text = Con le loro password non si accede più. Ogni utente ne sceglie un’altra, diversa dalla precedente, con un link inviato per e-mail. Le sessioni, le chiavi API e l’accesso delle applicazioni terminano, se non li mantieni. Gli utenti senza password restano come sono. Non si può annullare.
console-bulk-keep = Mantieni le sessioni, le chiavi API e l’accesso delle applicazioni
console-bulk-password-mail = Invia un messaggio a ogni utente
console-bulk-group-path = Gruppo
console-bulk-group-hint = Percorso come /sales/north, oppure ID
console-bulk-group-unknown = Inserisci il percorso o l’ID di un gruppo
console-bulk-skips = Il tuo account e gli account con più diritti del tuo vengono esclusi.
console-bulk-later = Più di 50 utenti vengono modificati in secondo piano. Puoi seguire l’operazione e fermarla.
console-bulk-chosen = Scelti
console-bulk-users = { $count ->
    [one] Un utente
   *[other] { $count } utenti
}
console-bulk-many = Non contati: troppi account da verificare
console-bulk-filter = Filtro
console-bulk-progress = Avanzamento
console-bulk-tried = { $count ->
    [one] Finora un utente fatto
   *[other] Finora { $count } utenti fatti
}
console-bulk-done = Modificati
console-bulk-failed = Non modificati
console-bulk-started = Iniziato
console-bulk-ended = Terminato
console-bulk-stopped = Fermato
console-bulk-stop = Ferma
console-bulk-stop-question = Fermare questa modifica?
console-bulk-stop-text = Gli utenti già modificati restano modificati.
console-bulk-stop-done = La modifica è stata fermata.
console-bulk-refresh = Aggiorna
console-bulk-why-requested = L’ha fermata un amministratore
console-bulk-why-deleted = L’account che l’ha iniziata è stato eliminato
console-bulk-why-disabled = L’account che l’ha iniziata è stato disattivato
console-bulk-why-permission = Manca il permesso necessario
console-bulk-why-interrupted = Il comando dalla riga di comando è stato interrotto
console-bulk-not-found = Questo account non esiste
console-bulk-error = Non è riuscito su questo server. Riprova.
console-chosen-nothing = Scegli almeno un elemento
console-chosen-failed = Non eseguito
console-chosen-gone = Non esiste più, oppure non è visibile per te.
console-chosen-used = Nel frattempo è stato usato.
console-chosen-sessions = Termina le sessioni scelte
console-chosen-sessions-question = Terminare le sessioni scelte?
console-chosen-sessions-text = Gli utenti vengono disconnessi da questi dispositivi e devono accedere di nuovo. Termina anche l’accesso delle applicazioni. Non si può annullare.
console-chosen-sessions-ended = { $count ->
    [one] Una sessione è stata terminata.
   *[other] { $count } sessioni sono state terminate.
}
console-chosen-sessions-failed = { $count ->
    [one] Una sessione non è stata terminata.
   *[other] { $count } sessioni non sono state terminate.
}
console-chosen-roles = Togli i ruoli scelti
console-chosen-roles-question = Togliere i ruoli scelti?
console-chosen-roles-text = Ciò che i ruoli consentono non è più consentito dalla prossima richiesta. Per annullare, apri gli eventi nel registro di controllo.
console-chosen-roles-removed = { $count ->
    [one] Un ruolo è stato tolto.
   *[other] { $count } ruoli sono stati tolti.
}
console-chosen-roles-failed = { $count ->
    [one] Un ruolo non è stato tolto.
   *[other] { $count } ruoli non sono stati tolti.
}
console-chosen-apps = Disattiva le applicazioni scelte
console-chosen-apps-question = Disattivare le applicazioni scelte?
console-chosen-apps-text = Gli utenti non possono più accedere a queste applicazioni e il loro accesso termina. Puoi riattivarle.
console-chosen-apps-ended = { $count ->
    [one] Un’applicazione è stata disattivata.
   *[other] { $count } applicazioni sono state disattivate.
}
console-chosen-apps-failed = { $count ->
    [one] Un’applicazione non è stata disattivata.
   *[other] { $count } applicazioni non sono state disattivate.
}
console-chosen-keys = Revoca le chiavi scelte
console-chosen-keys-question = Revocare le chiavi scelte?
console-chosen-keys-text = I programmi che le usano smettono di funzionare entro mezzo minuto. L’operazione non si può annullare.
console-chosen-keys-ended = { $count ->
    [one] Una chiave è stata revocata.
   *[other] { $count } chiavi sono state revocate.
}
console-chosen-keys-failed = { $count ->
    [one] Una chiave non è stata revocata.
   *[other] { $count } chiavi non sono state revocate.
}
console-chosen-accounts = Disattiva gli account scelti
console-chosen-accounts-ended = { $count ->
    [one] Un account è stato disattivato.
   *[other] { $count } account sono stati disattivati.
}
console-chosen-accounts-failed = { $count ->
    [one] Un account non è stato disattivato.
   *[other] { $count } account non sono stati disattivati.
}
