### Impersonation: the pages of the console, the bar, and the mail.

impersonation-title = Act as this user
impersonation-text = You see one app as this user sees it, for some minutes. The user gets a mail with your name and your reason, and finds it under Activity. The app gets no access that the user has not given it, and no page of the account opens.
impersonation-app-hint = ID of the app. All other apps, and these pages, still know you as yourself.
impersonation-reason-hint = At most 200 characters. The user gets it by mail, and sees it in the activity of the account.
impersonation-start = Act as user
impersonation-started = You act as this user now. The bar at the top ends it.
impersonation-until = Until
impersonation-open = Open app
impersonation-go = Open the app and sign in there: it gets the user, not you.
impersonation-go-yourself = Open the app in this browser and sign in there: it gets the user, not you.
impersonation-other = You act as another user. End that first.
impersonation-bar = You act as { $name } in { $app } until { $moment }.
impersonation-end = End
mail-impersonation-subject = An administrator acts as you
mail-impersonation-text = { $administrator } of { $site } may act as you in { $app } until { $moment }. Reason: { $reason }
mail-impersonation-button = Look at your activity
mail-impersonation-otherwise = If you did not ask for this, contact { $site }.
