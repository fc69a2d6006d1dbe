### Zustimmung und Kontoseite.

consent-title = { $app } bittet um Zugriff
consent-this-computer = Eine App auf diesem Computer
consent-this-device = Eine App auf diesem Gerät:
consent-unverified = Nicht von { $site } geprüft. Fahren Sie nur fort, wenn Sie diese App kennen und den Vorgang selbst begonnen haben.
consent-published = Nur durch ihre Adresse bekannt:
consent-answer = Was Sie zulassen, geht an:
consent-posing = Jedes Programm auf diesem Computer könnte sich als diese App ausgeben.
consent-wants = Die App möchte
consent-until-removed = Der Zugriff gilt, bis er entfernt wird. Sie finden die App in Ihrem Konto unter „Verbundene Apps“.
consent-until = Der Zugriff gilt bis { $date }. Vorher beenden Sie ihn in Ihrem Konto unter „Verbundene Apps“.
consent-publisher = von { $name }
consent-optional = Nur wenn Sie es ankreuzen:
consent-kept = Was die App schon darf
consent-policy = Datenschutz
consent-terms = Bedingungen
consent-allow = Zulassen
consent-deny = Abbrechen

scope-sensitive = Heikel
scope-new = Neu
scope-openid = Wissen, wer Sie sind, wenn Sie sich anmelden
scope-profile = Ihren Namen und Benutzernamen sehen
scope-email = Ihre E-Mail-Adresse sehen
scope-phone = Ihre Telefonnummer sehen
scope-address = Ihre Postanschrift sehen
scope-offline = Zugriff behalten, auch wenn Sie nicht da sind
scope-groups = Sehen, zu welchen Gruppen Sie gehören
scope-roles = Ihre Rollen sehen
scope-tasks-read = Ihre Aufgaben sehen
scope-tasks-write = Aufgaben für Sie anlegen und ändern
scope-tasks-delete = Ihre Aufgaben löschen
scope-tasks-read-all = Die Aufgaben aller sehen
scope-tasks-write-all = Die Aufgaben aller ändern
scope-tasks-delete-all = Die Aufgaben aller löschen
scope-other = „{ $scope }“ verwenden

account-title = Ihr Konto
account-administration = Verwaltung
account-greeting = Guten Tag, { $name }
account-profile = Profil
account-roles = Rollen
account-created = Dabei seit
account-password-changed = Passwort geändert
account-sessions = Geräte und Sitzungen
account-apps = Verbundene Apps
account-no-apps = Keine App hat Zugriff auf Ihr Konto.
account-welcome = Ihr Konto ist bereit.
account-session-ended = Diese Sitzung ist abgemeldet.
account-app-removed = Die App hat keinen Zugriff mehr.
session-current = Dieses Gerät
session-seen = Zuletzt benutzt
session-since = angemeldet
session-end = Abmelden
session-end-label = { $device } abmelden
app-since = Zugriff seit
app-until = bis
app-scopes = { $count ->
    [one] { $count } Berechtigung
   *[other] { $count } Berechtigungen
}
app-remove = Entfernen
app-remove-label = Zugriff von { $app } entfernen
device-on = { $browser } auf { $system }
device-unknown = Unbekanntes Gerät

# The navigation, the sign-in methods, and the organizations.
account-sign-in = Anmelden
account-sign-in-text = Wie Sie sich anmelden und was Ihr Konto schützt.
account-not-set = Nicht festgelegt
account-safe = Ihr Konto ist gut geschützt.
account-one-factor = Richten Sie eine zweite Art der Anmeldung ein.
account-invitations = Einladungen
account-invited = { $organization } lädt Sie ein, beizutreten.
account-all-devices = Alle Geräte
account-access = Zugriff auf Ihr Konto
account-apps-text = Apps, die Ihr Konto verwenden dürfen. Entfernen Sie, was Sie nicht mehr brauchen.
orgs-text = Organisationen, zu denen Sie gehören, und Ihre Rollen dort.
orgs-none = Sie gehören zu keiner Organisation.
orgs-leave = Austreten
orgs-leave-label = Aus { $organization } austreten
orgs-leave-title = { $organization } verlassen?
orgs-leave-text = Sie verlieren dort Ihre Gruppen und Rollen, und Ihre API-Schlüssel dafür funktionieren nicht mehr. Um zurückzukommen, brauchen Sie eine Einladung.
orgs-left = Sie sind aus der Organisation ausgetreten.
orgs-last-owner = Die Organisation gehört nur Ihnen. Bevor Sie austreten können, muss sie noch jemand anderem gehören.

# The check-up and the support code.
check-up-title = Sicherheitscheck
check-up-text = Sehen Sie nach, was in den letzten 30 Tagen in Ihrem Konto geschah, ein Ereignis nach dem anderen.
check-up-start = Letzte Aktivität prüfen
check-up-left = { $count ->
    [one] Ein Ereignis zu prüfen.
   *[other] { $count } Ereignisse zu prüfen.
}
check-up-yes = Ja, das war ich
check-up-known = Ja, davon weiß ich
check-up-no = Nein, das war ich nicht
check-up-nothing = Es gibt nichts zu prüfen.
support-code-title = Support-Code
support-code-text = Lesen Sie diesen Code vor, wenn Sie den Support um Hilfe bitten. Er zeigt dort Ihr Konto und gibt keine Rechte.
support-code-lasts = Der Code gilt einmal, innerhalb von 15 Minuten.
support-code-consents = Lesen Sie diesen Code vor, wenn Sie den Support um Hilfe bitten. Er zeigt dort Ihr Konto, und der Support darf einige Minuten lang in einer App in Ihrem Namen handeln. Sie erhalten dazu eine E-Mail.
support-code-make = Code erstellen
support-code-again = Weiteren Code erstellen
