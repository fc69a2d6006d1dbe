# Invitations into organizations: the page and the mail.

invitation-title = Zaproszenie
invitation-heading = Dołączyć do organizacji { $organization }?
invitation-by = Zaprasza Cię { $name }.
invitation-for = To zaproszenie jest dla
invitation-means = Właściciele organizacji będą widzieć Twoje imię i adres. Możesz ją opuścić na swoim koncie, w części Organizacje.
invitation-accept = Dołącz
invitation-decline = Nie, dziękuję
invitation-later = Zdecyduj później
invitation-sign-in = Zaloguj się tym adresem, aby odpowiedzieć. Jeśli nie masz jeszcze konta, utwórz je z tym adresem.
invitation-other = Używasz konta z innym adresem albo Twój adres nie jest jeszcze potwierdzony. Wyloguj się i zaloguj powyższym adresem.
step-invitation-accepted = Jesteś w organizacji
step-invitation-accepted-text = Należysz teraz do organizacji. Jej właściciele decydują, co możesz robić w jej imieniu.
step-invitation-declined = Zaproszenie odrzucone
step-invitation-declined-text = Nie należysz do organizacji, a link już nie działa.

mail-invited-subject = Masz zaproszenie
mail-invited-text = Masz zaproszenie do organizacji „{ $organization }” w { $site }.
mail-invited-by-text = { $inviter } zaprasza Cię do organizacji „{ $organization }” w { $site }.
mail-invited-button = Zobacz zaproszenie
mail-invited-otherwise = Jeśli nic Ci to nie mówi, możesz zignorować tę wiadomość. Bez Ciebie nic się nie stanie.
mail-invited-footer = Tę wiadomość wysłano z { $site }, ponieważ ktoś zaprosił ten adres.
mail-expires-week = Link działa raz, przez 7 dni.
