### Reports in the console: the numbers of each month.

reports-title = Rapporten
reports-text = Cijfers van elke maand (UTC). De lopende maand wordt één keer per dag geteld, en voor het laatst na het einde.
reports-none = De server telt het eerste rapport binnen een minuut.
reports-month = Maand
reports-counted = Geteld
reports-open = Nog niet voorbij
reports-active-users = Gebruikers die zich hebben aangemeld
reports-new-users = Nieuwe gebruikers
reports-disabled-users = Uitgeschakelde gebruikers
reports-deleted-users = Verwijderde gebruikers
reports-roles-assigned = Toegewezen rollen
reports-roles-revoked = Ingetrokken rollen
reports-members-added = Leden toegevoegd aan groepen en organisaties
reports-members-removed = Leden verwijderd uit groepen en organisaties
reports-users = Gebruikers die niet zijn uitgeschakeld
reports-with-password = Met wachtwoord
reports-with-passkey = Met passkey
reports-with-authenticator = Met authenticator-app
reports-with-provider = Met account van een aanmelddienst
reports-with-second-factor = Met tweede factor
reports-apps = Aanmeldingen per toepassing
reports-no-apps = Er waren geen aanmeldingen bij toepassingen.
reports-other-apps = Alle andere toepassingen
