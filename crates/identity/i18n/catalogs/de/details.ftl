### Was eine App im Einzelnen möchte (RFC 9396).

details-actions = Die App darf
details-datatypes = Welche Daten
details-privileges = Mit den Rechten
details-identifier = Nur für
details-locations = Bei
details-yes = ja
details-no = nein

scope-openid-why = Damit sie Sie wiedererkennt.
scope-profile-why = Damit sie Sie mit Namen begrüßen kann.
scope-email-why = Damit sie Ihnen schreiben kann.
scope-phone-why = Damit sie Sie anrufen oder Ihnen Nachrichten senden kann.
scope-address-why = Damit sie Ihnen etwas schicken kann.
scope-offline-why = Damit sie weiterarbeitet, wenn Sie nicht da sind.
scope-groups-why = Damit sie anhand Ihrer Gruppen entscheiden kann, was Sie dort dürfen.
scope-roles-why = Damit sie anhand Ihrer Rollen entscheiden kann, was Sie dort dürfen.
scope-read-why = Sie kann ansehen, aber nichts ändern.
scope-write-why = Was sie hinzufügt oder ändert, geschieht in Ihrem Namen.
scope-delete-why = Was sie löscht, ist vielleicht für immer weg.
scope-all-why = Dazu gehört auch, was anderen gehört.

mail-approve-subject = Jemand bittet um Ihre Zustimmung
mail-approve-text = { $app } bittet bei { $site } um Ihre Zustimmung. Die Anfrage wartet höchstens zehn Minuten.
mail-approve-button = Anfrage ansehen
approve-compare = Fahren Sie nur fort, wenn Sie diese Worte dort sehen, wo es begann:
approve-yourself = Fahren Sie nur fort, wenn Sie das erwarten, von jemandem, den Sie kennen.
approve-allowed = Sie haben zugestimmt
approve-allowed-text = { $app } macht jetzt weiter. Sie können diese Seite schließen.
approve-refused = Sie haben abgelehnt
