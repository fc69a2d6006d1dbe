# Invitations into organizations: the page and the mail.

invitation-title = Invitation
invitation-heading = Join { $organization }?
invitation-by = { $name } invites you.
invitation-for = This invitation is for
invitation-means = Its owners will see your name and address. You can leave again in your account, under Organizations.
invitation-accept = Join
invitation-decline = No, thanks
invitation-later = Decide later
invitation-sign-in = Sign in with that address to answer. If you have no account yet, make one with it.
invitation-other = You are signed in with another address, or have not confirmed yours. Sign out, and sign in with the address above.
step-invitation-accepted = You have joined
step-invitation-accepted-text = You belong to the organization now. Its owners decide what you may do in its name.
step-invitation-declined = You have declined
step-invitation-declined-text = You do not belong to the organization, and the link no longer works.

mail-invited-subject = You are invited
mail-invited-text = You are invited to join “{ $organization }” at { $site }.
mail-invited-by-text = { $inviter } invites you to join “{ $organization }” at { $site }.
mail-invited-button = See the invitation
mail-invited-otherwise = If this means nothing to you, you can ignore this mail. Nothing happens without you.
mail-invited-footer = This mail was sent by { $site } because somebody invited this address.
mail-expires-week = The link works once, within 7 days.
