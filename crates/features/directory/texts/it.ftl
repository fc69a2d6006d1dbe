### Accesso con la password di una directory.

directory-disabled = Il suo account è disattivato nella directory della sua organizzazione. Si rivolga ai suoi amministratori.
directory-expired = Il suo account nella directory della sua organizzazione è scaduto. Si rivolga ai suoi amministratori.
directory-locked = Il suo account è bloccato nella directory della sua organizzazione. Riprovi più tardi o si rivolga ai suoi amministratori.
directory-password-expired = La sua password nella directory della sua organizzazione è scaduta. La cambi lì, per esempio sul suo computer, e acceda di nuovo.
directory-conflict = La sua password è corretta, ma qui non si può creare un account per lei. Si rivolga agli amministratori di questo servizio.
