### Eine Kopie der eigenen Daten und das Ende des Kontos.

data-title = Ihre Daten
data-prove-text = Um Ihre Daten herunterzuladen oder Ihr Konto zu löschen, müssen Sie kürzlich nachgewiesen haben, dass Sie es sind. Das gilt dann 15 Minuten lang.
data-prove = Bestätigen, dass Sie es sind
data-export-title = Ihre Daten herunterladen
data-export-text = Alles, was wir von Ihnen wissen, als eine JSON-Datei: Konto, Profil, Bild, Sitzungen, Apps, Rollen und was geschehen ist. Passwörter und Geheimnisse sind nicht dabei.
data-export-submit = Herunterladen
data-delete-title = Ihr Konto löschen
data-delete-grace = { $days ->
    [one] Jede App und jedes Gerät wird sofort abgemeldet. Einen Tag später ist das Konto endgültig weg; bis dahin können Sie sich anmelden und es behalten.
   *[other] Jede App und jedes Gerät wird sofort abgemeldet. { $days } Tage später ist das Konto endgültig weg; bis dahin können Sie sich anmelden und es behalten.
}
data-delete-soon = Jede App und jedes Gerät wird sofort abgemeldet. Innerhalb eines Tages ist das Konto endgültig weg; bis dahin können Sie sich anmelden und es behalten.
data-name-label = Geben Sie Ihren Benutzernamen ({ $name }) ein, um das Konto zu löschen
data-name-missing = Geben Sie Ihren Benutzernamen ein, um das Konto zu löschen
data-name-other = Das ist nicht Ihr Benutzername
data-last-administrator = Niemand sonst verwaltet diese Seite. Benennen Sie zuerst jemand anderen für die Verwaltung.
data-last-owner = Die Organisation { $name } gehört sonst niemandem. Benennen Sie zuerst jemand anderen, dem sie gehört.
data-delete-submit = Mein Konto löschen
leaving-title = Ihr Konto wird am { $day } gelöscht
leaving-account = Konto:
leaving-text = Bis dahin kann es niemand benutzen, und keine App hat Zugriff darauf. Wenn Sie es sich anders überlegt haben, behalten Sie es.
leaving-keep = Mein Konto behalten
account-kept = Ihr Konto bleibt. Melden Sie sich in Ihren Apps neu an.
