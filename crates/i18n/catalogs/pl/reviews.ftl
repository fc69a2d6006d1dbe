### Access reviews: the pages of reviewers and their mail.

reviews-title = Przeglądy dostępu
reviews-text = Zdecyduj, czy te role są nadal potrzebne.
reviews-none = Żaden przegląd dostępu nie czeka na Twoje decyzje.
reviews-open = Do decyzji: { $count }
reviews-decide = Zdecyduj
reviews-lines-text = Potwierdź role, które są nadal potrzebne, a pozostałe odbierz. Odebrana rola kończy się od razu. O Twoich własnych rolach decydują inni recenzenci.
reviews-by-group = przez grupę { $group }
reviews-since = przydzielono
reviews-assigned-by = przez { $name }
reviews-last-login = ostatnie logowanie
reviews-never = brak logowań
reviews-reason = Powód (opcjonalnie, najwyżej 200 znaków)
reviews-confirm = Potwierdź wybrane
reviews-revoke = Odbierz wybrane
reviews-done = Twoje decyzje zostały zapisane.
reviews-left = Twoje decyzje zostały zapisane. Nie każdą odebraną rolę udało się usunąć: rola grupy kończy się dopiero z członkostwem.
reviews-all-done = Podjęto decyzje o wszystkich rolach w tym przeglądzie.
mail-review-subject = Przegląd dostępu: potrzebne są Twoje decyzje
mail-review-text = Jesteś recenzentem przeglądu „{ $review }” w { $site }. Do { $moment } zdecyduj, które role są nadal potrzebne.
mail-review-button = Otwórz przegląd
mail-review-otherwise = Otrzymujesz tę wiadomość, ponieważ administrator wyznaczył Cię na recenzenta.
