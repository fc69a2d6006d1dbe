### Aanmelden met het wachtwoord van een directory.

directory-disabled = Uw account is uitgeschakeld in de directory van uw organisatie. Vraag het de beheerders daarvan.
directory-expired = Uw account in de directory van uw organisatie is verlopen. Vraag het de beheerders daarvan.
directory-locked = Uw account is vergrendeld in de directory van uw organisatie. Probeer het later opnieuw of vraag het de beheerders daarvan.
directory-password-expired = Uw wachtwoord in de directory van uw organisatie is verlopen. Wijzig het daar, bijvoorbeeld op uw computer, en meld u opnieuw aan.
directory-conflict = Uw wachtwoord klopt, maar er kan hier geen account voor u worden gemaakt. Vraag het de beheerders van deze dienst.
