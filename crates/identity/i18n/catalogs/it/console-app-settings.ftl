### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = Consenso
console-setting-profile = Profilo di sicurezza
console-setting-serves = Risorse servite da questo client (può fare introspezione)
console-setting-format = Formato del token di accesso
console-setting-audience = Destinatari delle asserzioni client
console-setting-claims = Claim nel token ID
console-setting-pkce = PKCE
console-setting-origins = Origini CORS consentite
console-setting-dpop = Token di accesso vincolati con DPoP
console-setting-bound = Token di accesso vincolati al certificato
console-setting-details = Tipi di dettagli di autorizzazione
console-setting-subject = Certificato: DN del soggetto
console-setting-dns = Certificato: nome DNS
console-setting-uri = Certificato: URI
console-setting-ip = Certificato: indirizzo IP
console-setting-email = Certificato: e-mail
console-setting-par = Richieste di autorizzazione inviate (PAR)
console-setting-signed = Oggetti richiesta firmati (JAR)
console-setting-requests = URI degli oggetti richiesta
console-setting-keys = Chiavi pubbliche (JWKS)
console-setting-keys-url = URI JWKS
console-setting-id-alg = Algoritmo di firma del token ID
console-setting-userinfo-alg = Algoritmo di firma di UserInfo
console-setting-answer-alg = Algoritmo di firma della risposta di autorizzazione
console-setting-lookup-alg = Algoritmo di firma dell’introspezione
console-setting-sector = Identificatore di settore
console-setting-backchannel = URI di disconnessione back-channel
console-setting-backchannel-session = Disconnessione back-channel: ID sessione obbligatorio
console-setting-frontchannel = URI di disconnessione front-channel
console-setting-frontchannel-session = Disconnessione front-channel: ID sessione obbligatorio
console-setting-ping = Endpoint di notifica CIBA
console-setting-exchange = Scambio di token: destinatari consentiti
console-setting-impersonation = Impersonazione tramite scambio di token
console-setting-optional = Ambiti facoltativi
console-setting-publisher = Editore
console-setting-fixed = Fissato da { $rule }
console-setting-unused = Un’applicazione di questo tipo non usa questa impostazione. Per rimuovere il valore, svuota il campo o scegli il valore predefinito.
console-setting-invalid = Non possibile: { $reason }
console-setting-required = Si può sostituire, non rimuovere
console-setting-one = Compila uno solo di questi campi
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
console-app-review-text = Riguardano ciò che l’applicazione può ottenere o come è protetta. Controllale prima.
console-change-again = Torna al modulo
console-impact-users = Utenti con accesso
console-impact-sessions = Le loro sessioni aperte
console-impact-grants = Accessi concessi in tutto
console-impact-refresh = Di cui con token di aggiornamento
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
