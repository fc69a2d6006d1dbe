### Access reviews: the pages of reviewers and their mail.

reviews-title = Toegangsbeoordelingen
reviews-text = Beslis of deze rollen nog nodig zijn.
reviews-none = Er wacht geen toegangsbeoordeling op je beslissingen.
reviews-open = Nog te doen: { $count }
reviews-decide = Beslissen
reviews-lines-text = Bevestig de rollen die nog nodig zijn en trek de andere in. Een ingetrokken rol eindigt meteen. Over je eigen rollen beslissen andere beoordelaars.
reviews-by-group = via de groep { $group }
reviews-since = toegewezen
reviews-assigned-by = door { $name }
reviews-last-login = laatst ingelogd
reviews-never = nooit ingelogd
reviews-reason = Reden (optioneel, hoogstens 200 tekens)
reviews-confirm = Selectie bevestigen
reviews-revoke = Selectie intrekken
reviews-done = Je beslissingen zijn opgeslagen.
reviews-left = Je beslissingen zijn opgeslagen. Niet elke ingetrokken rol kon worden verwijderd: de rol van een groep eindigt pas met het lidmaatschap.
reviews-all-done = Je hebt over elke rol in deze beoordeling beslist.
mail-review-subject = Toegangsbeoordeling: je beslissingen zijn nodig
mail-review-text = Je bent beoordelaar van ‘{ $review }’ op { $site }. Beslis voor { $moment } welke rollen nog nodig zijn.
mail-review-button = Beoordeling openen
mail-review-otherwise = Je krijgt deze mail omdat een beheerder je als beoordelaar heeft aangewezen.
