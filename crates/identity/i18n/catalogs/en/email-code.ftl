# Signing in with a mailed code.

email-code-button = Email me a code
email-code-title = Sign in with a code
email-code-text = We mail a code to the address of your account.
email-code-send = Send the code
email-code-enter = Enter the code from the mail
email-code-sent = If the account has a confirmed address, a mail is on its way. Keep this page open.
email-code-hint = Eight digits. They work once, within 10 minutes.
email-code-wrong = That code didn’t match. Only the newest mail has the right one.
email-code-again = Send another code
email-code-other = Sign in another way
email-code-title-link = Sign in here?
email-code-text-link = Go on only if you asked for this mail yourself.
mail-code-subject = { $code } is your code for { $site }
mail-code-text = Enter the code { $code } to sign in to { $site }.
mail-code-button = Sign in
mail-code-expires = The code and the link work once, within 10 minutes, in the browser that asked for them.
mail-code-otherwise = If this was not you, you can ignore this mail. Never tell anybody the code.
activity-email-code = A code to sign in was asked for by mail
