### Proving an address, passwords, moving to another address.

step-check-mail = Check your mail
step-check-mail-text = We sent a mail to the address that you entered. The link in it works for 24 hours. Open it, then sign in. If no mail arrives, look in the spam folder, or sign in to have it sent again.
step-prove-email = Confirm your email address
step-prove-email-text = We sent you a mail. Open the link in it to go on. If it does not arrive, look in the spam folder or send it again.
step-resend = Send it again
step-resent = The mail is on its way again.
step-enough-mails = Several mails are on their way already. Try again in an hour.
step-confirm-email = Is this your address?
step-confirm-email-text = Confirm it to finish your account. If you did not ask for an account, close this page.
step-confirm-email-button = Confirm address

login-forgot = Forgot password?
forgot-title = Forgot your password?
forgot-text = Tell us who you are. We send a mail to the address of your account.
forgot-submit = Send the mail
step-reset-sent-text = If there is such an account, a mail is on its way. The link in it works for 30 minutes.
reset-title = Choose a new password
reset-ends = Every device and app is signed out then.
new-password = New password
current-password = Current password
current-password-missing = Enter your current password
current-password-wrong = This is not your current password
change-password-title = Change your password
end-others = Sign out all other devices and apps
cancel = Cancel
step-password-set = Your password is set
step-password-set-text = Every device was signed out. Sign in with the new password.
account-password-done = Your password is changed.
change-email-title = Change your email address
change-email-present = Present address:
change-email-new = New email address
change-email-hint = We will send a link to this address. The address changes when you open the link.
change-email-same = This is your address already
change-email-submit = Send the link
change-email-sent = A mail is on its way to the new address. Open its link within 24 hours.
step-confirm-move-text = Confirm it, and your account uses this address from now on.
step-moved = Your address is changed
step-moved-text = Your account uses the new address now. We have told the former one.
step-confirm-undo = Take the change back?
step-confirm-undo-text = Your account will use this address again, and every device is signed out.
step-confirm-undo-button = Take it back
step-undone = Your address is back
step-undone-text = Every device was signed out. Somebody may know your password, so choose a new one now.

inbox-title = Inbox
inbox-text = Mails that this development instance kept.
inbox-empty = No mail yet.
inbox-open = Open the link
# First start
step-operator = Sign in to the console?
step-operator-text = This link signs in the account above, once. Go on only if you created the link on the server, or received it from the person who runs the server.
