# Einladungen in Organisationen: die Seite und die Mail.

invitation-title = Einladung
invitation-heading = { $organization } beitreten?
invitation-by = { $name } lädt Sie ein.
invitation-for = Diese Einladung ist für
invitation-means = Wem die Organisation gehört, sieht Ihren Namen und Ihre Adresse. In Ihrem Konto können Sie unter „Organisationen“ wieder austreten.
invitation-accept = Beitreten
invitation-decline = Nein, danke
invitation-later = Später entscheiden
invitation-sign-in = Melden Sie sich mit dieser Adresse an, um zu antworten. Wenn Sie noch kein Konto haben, legen Sie damit eines an.
invitation-other = Sie sind mit einer anderen Adresse angemeldet oder haben Ihre noch nicht bestätigt. Melden Sie sich ab und mit der Adresse oben an.
step-invitation-accepted = Sie sind beigetreten
step-invitation-accepted-text = Sie gehören jetzt zur Organisation. Wem sie gehört, entscheidet, was Sie in ihrem Namen dürfen.
step-invitation-declined = Sie haben abgelehnt
step-invitation-declined-text = Sie gehören nicht zur Organisation, und der Link gilt nicht mehr.

mail-invited-subject = Sie sind eingeladen
mail-invited-text = Sie sind eingeladen, „{ $organization }“ bei { $site } beizutreten.
mail-invited-by-text = { $inviter } lädt Sie ein, „{ $organization }“ bei { $site } beizutreten.
mail-invited-button = Einladung ansehen
mail-invited-otherwise = Wenn Ihnen das nichts sagt, können Sie diese Mail ignorieren. Ohne Sie geschieht nichts.
mail-invited-footer = Diese Mail wurde von { $site } gesendet, weil jemand diese Adresse eingeladen hat.
mail-expires-week = Der Link gilt einmal, innerhalb von 7 Tagen.
