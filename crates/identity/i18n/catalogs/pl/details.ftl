### O co aplikacja prosi w szczegółach (RFC 9396).

details-actions = Aplikacja może
details-datatypes = Jakie dane
details-privileges = Z uprawnieniami
details-identifier = Tylko dla
details-locations = Gdzie
details-yes = tak
details-no = nie

scope-openid-why = Aby rozpoznać Cię, gdy wrócisz.
scope-profile-why = Aby zwracać się do Ciebie po imieniu.
scope-email-why = Aby móc do Ciebie pisać.
scope-phone-why = Aby móc do Ciebie dzwonić lub wysyłać wiadomości.
scope-address-why = Aby móc coś do Ciebie wysłać.
scope-offline-why = Aby działać dalej, gdy Cię nie ma.
scope-groups-why = Aby na podstawie Twoich grup ustalić, co wolno Ci tam robić.
scope-roles-why = Aby na podstawie Twoich ról ustalić, co wolno Ci tam robić.
scope-read-why = Może przeglądać, ale niczego nie zmieni.
scope-write-why = To, co doda lub zmieni, dzieje się w Twoim imieniu.
scope-delete-why = To, co usunie, może zniknąć na zawsze.
scope-all-why = Obejmuje to także to, co należy do innych.

mail-approve-subject = Ktoś prosi o Twoją zgodę
mail-approve-text = { $app } prosi o Twoją zgodę w { $site }. Prośba czeka najwyżej dziesięć minut.
mail-approve-button = Zobacz prośbę
approve-compare = Kontynuuj tylko wtedy, gdy widzisz te słowa tam, gdzie to się zaczęło:
approve-yourself = Kontynuuj tylko wtedy, gdy się tego spodziewasz, od kogoś, kogo znasz.
approve-allowed = Zgoda została udzielona
approve-allowed-text = { $app } działa teraz dalej. Możesz zamknąć tę stronę.
approve-refused = Odmowa została zapisana
