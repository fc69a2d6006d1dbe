### Reports in the console: the numbers of each month.

reports-title = Rapporti
reports-text = Numeri di ogni mese (UTC). Il mese in corso viene contato una volta al giorno e, per l’ultima volta, dopo la sua fine.
reports-none = Il server conta il primo rapporto entro un minuto.
reports-month = Mese
reports-counted = Contato
reports-open = Non ancora finito
reports-active-users = Utenti che hanno effettuato l’accesso
reports-new-users = Nuovi utenti
reports-disabled-users = Utenti disattivati
reports-deleted-users = Utenti eliminati
reports-roles-assigned = Ruoli assegnati
reports-roles-revoked = Ruoli revocati
reports-members-added = Membri aggiunti a gruppi e organizzazioni
reports-members-removed = Membri rimossi da gruppi e organizzazioni
reports-users = Utenti che non sono disattivati
reports-with-password = Con password
reports-with-passkey = Con passkey
reports-with-authenticator = Con app di autenticazione
reports-with-provider = Con account di un servizio di accesso
reports-with-second-factor = Con secondo fattore
reports-apps = Accessi per applicazione
reports-no-apps = Non ci sono stati accessi alle applicazioni.
reports-other-apps = Tutte le altre applicazioni
