### Mails about one's data and the end of the account.

mail-exported-subject = Your data was downloaded
mail-exported-text = A copy of everything that { $site } knows of you was downloaded.
mail-leaving-subject = Your account will be deleted
mail-leaving-text = Your account at { $site } will be deleted at { $moment }. Until then nobody can use it. To keep it, sign in and choose “Keep my account”.
mail-leaving-button = Keep my account
mail-leaving-advice = If this was not you, keep the account and choose a new password at once.
mail-kept-subject = Your account stays
mail-kept-text = Your account at { $site } is no longer to be deleted. Sign in to your apps again.
mail-deleted-subject = Your account is deleted
mail-deleted-text = Your account at { $site } is deleted, as you asked, with everything that belonged to it. This is the last mail from us.
