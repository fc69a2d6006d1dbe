### Security notices by mail.

notice-happened = È avvenuto da { $device } in data { $time }.
notice-happened-ip = È avvenuto da { $device }, indirizzo { $ip }, in data { $time }.
notice-otherwise = Se eri tu, non devi fare nulla. Altrimenti, proteggi ora il tuo account: la pagina disconnette gli altri dispositivi e ti porta a una nuova password.
notice-button = Proteggi il tuo account

notice-factor-added-subject = La verifica in due passaggi è stata attivata
notice-factor-added-text = Un’app di autenticazione è stata aggiunta al tuo account su { $site }. Ora per accedere viene chiesto anche il suo codice.
notice-factor-removed-subject = La verifica in due passaggi è stata disattivata
notice-factor-removed-text = L’app di autenticazione e i codici di recupero sono stati rimossi dal tuo account su { $site }. Ora per accedere basta la password.
notice-codes-made-subject = Sono stati creati nuovi codici di recupero
notice-codes-made-text = Sono stati creati nuovi codici di recupero per il tuo account su { $site }. Quelli vecchi non funzionano più.
notice-code-used-subject = È stato usato un codice di recupero
notice-code-used-text = È stato usato un codice di recupero per accedere al tuo account su { $site }. { $count ->
    [one] Resta un codice.
   *[other] Restano { $count } codici.
}
notice-code-used-few-text = È stato usato un codice di recupero per accedere al tuo account su { $site }. { $count ->
    [0] Non ne resta nessuno.
    [one] Ne resta solo uno.
   *[other] Ne restano solo { $count }.
} Creane di nuovi in «Verifica in due passaggi» nel tuo account.
notice-new-device-subject = Nuovo accesso al tuo account
notice-new-device-text = Qualcuno ha eseguito l’accesso al tuo account su { $site } con un dispositivo mai visto prima.
notice-locked-subject = Troppi accessi non riusciti
notice-locked-text = Qualcuno ha inserito troppe volte una password errata per il tuo account su { $site }. Ora per accedere da dispositivi sconosciuti bisogna attendere { $count ->
    [one] un minuto.
   *[other] { $count } minuti.
} I dispositivi che hai già usato non sono interessati.
notice-codes-locked-subject = Troppi codici errati
notice-codes-locked-text = Qualcuno ha inserito la tua password su { $site } e poi troppi codici errati. Ora per il secondo passaggio bisogna attendere { $count ->
    [one] un minuto.
   *[other] { $count } minuti.
} Chiunque sia, conosce la tua password.
notice-api-key-subject = È stata creata una chiave API
notice-api-key-text = È stata creata una chiave API per il tuo account su { $site }. I programmi che la possiedono possono agire per te.
notice-disowned-subject = Hai segnalato un’attività nel tuo account
notice-disowned-text = Qualcuno che ha eseguito l’accesso al tuo account su { $site } ha segnalato che un’attività non era sua. Le chiavi API dell’account sono state revocate e i link inviati prima via email non valgono più.
