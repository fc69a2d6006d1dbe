### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = Informazioni sull’app
console-aspect-redirects = Indirizzi
console-aspect-power = Che cosa può ottenere
console-aspect-authentication = Come si identifica
console-aspect-protection = Che cosa è richiesto
console-aspect-algorithms = Forma e firme
console-aspect-consent = Consenso delle persone
console-aspect-logout = Uscita
console-setting-profile = Profilo di sicurezza
console-setting-serves = Servizi che fornisce
console-setting-format = Forma del suo accesso
console-setting-audience = Destinatario indicato nelle sue prove
console-setting-claims = Dati del profilo all’accesso
console-setting-pkce = Prova monouso all’accesso
console-setting-origins = Siti i cui script possono leggere le risposte
console-setting-dpop = L’accesso è legato a una chiave
console-setting-bound = L’accesso è legato al certificato
console-setting-details = Tipi di accesso dettagliato
console-setting-subject = Certificato: nome completo
console-setting-dns = Certificato: nome host
console-setting-uri = Certificato: indirizzo
console-setting-ip = Certificato: indirizzo IP
console-setting-email = Certificato: email
console-setting-par = Le richieste sono inviate in anticipo
console-setting-signed = Le richieste sono firmate
console-setting-requests = Indirizzi delle richieste firmate
console-setting-keys = Chiavi pubbliche
console-setting-keys-url = Indirizzo delle chiavi pubbliche
console-setting-id-alg = Firma dell’accesso
console-setting-userinfo-alg = Firma delle risposte del profilo
console-setting-answer-alg = Firma delle risposte tramite il browser
console-setting-lookup-alg = Firma delle risposte sugli accessi
console-setting-sector = Host le cui app condividono gli ID delle persone
console-setting-backchannel = Indirizzo per gli avvisi di uscita
console-setting-backchannel-session = Questi avvisi indicano la sessione
console-setting-frontchannel = Pagina che il browser carica all’uscita
console-setting-frontchannel-session = Questa pagina riceve la sessione
console-setting-exchange = Servizi per cui può ottenere l’accesso
console-setting-impersonation = Può agire come la persona
console-setting-optional = Accesso che le persone possono omettere
console-setting-consent-days = Giorni prima di chiedere di nuovo alle persone
console-setting-publisher = Editore
console-setting-fixed = Fissato da { $rule }
console-setting-invalid = Non possibile: { $reason }
console-setting-required = Si può sostituire, non rimuovere
console-setting-one = Compila uno solo di questi campi
console-setting-days-invalid = Inserisci un numero di giorni
console-setting-keys-invalid = Inserisci un oggetto JSON con le chiavi
console-choice-none = Nessuno
console-choice-required = Obbligatorio
console-choice-auto = Automatico
console-choice-optional = Facoltativo
console-effect = Effetto
console-effect-weaker = Meno protetta
console-effect-stronger = Più protetta
console-effect-neutral = Modificato
console-app-review = Salvare queste modifiche?
console-app-review-text = Riguardano ciò che l’app può ottenere o come è protetta. Controllale prima.
console-change-again = Torna al modulo
console-impact-users = Persone con accesso ora
console-impact-sessions = Le loro sessioni aperte
console-impact-grants = Accessi concessi in tutto
console-impact-refresh = Di cui rinnovabili senza accesso
console-impact-delay = Vale ovunque dopo
console-app-logo = Logo
console-app-logo-now = Logo attuale
console-app-logo-hint = PNG, JPEG, GIF o WebP, al massimo 2 MB. Viene ritagliato in un quadrato. Lo mostra la pagina che chiede il consenso, tranne per le applicazioni che si sono registrate da sole.
console-app-logo-saved = Il logo è stato salvato.
console-app-logo-remove = Rimuovi il logo
console-app-logo-remove-question = Rimuovere il logo di questa applicazione?
console-app-logo-remove-text = Le pagine mostrano al suo posto la prima lettera del nome dell’applicazione.
console-app-logo-removed = Il logo è stato rimosso.
console-also-as = Come comando, chiamata o file
console-also-as-text = Mostra che cosa hai cambiato sopra, senza salvarlo.
console-also-as-show = Mostra i testi
console-also-command = Riga di comando
console-also-call = Chiamata all’API di amministrazione
console-also-file = Il file { $name }
console-impact-seconds = { $count ->
    [one] Un secondo
   *[other] { $count } secondi
}
console-impact-minutes = { $count ->
    [one] Un minuto
   *[other] { $count } minuti
}
