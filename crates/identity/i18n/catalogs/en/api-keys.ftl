### API keys: their list, the form for a new one, the key itself.

api-keys-title = API keys
api-keys-text = With an API key, a program of yours can work in your name. Treat it like a password.
api-keys-none = You have no API keys.
api-keys-active = { $count } active
api-keys-new = Make an API key
api-keys-revoked = The key no longer works.
api-keys-gone = That key does not exist any more.
api-key-revoke = Revoke
api-key-revoke-label = Revoke the key { $name }
api-key-made = made
api-key-ends = Works until
api-key-used = last used
api-key-used-from = from
api-key-never-used = never used
api-key-only-from = Only from
api-key-org = In the name of

new-key-title = Make an API key
new-key-text = Give it as little as it needs, and no longer than it needs it.
new-key-name = Name
new-key-name-hint = What is it for? Only you see this.
new-key-scopes = What may it do?
new-key-no-scopes = You may do nothing yet that a key could do. Ask the people who run this site.
new-key-expires = Works until
new-key-expires-hint = A date within one year.
new-key-networks = Only from these IP addresses
new-key-networks-hint = Leave it empty to allow any. Separate several with spaces: 192.0.2.7 198.51.100.0/24
new-key-submit = Make the key
new-key-name-missing = Enter a name
new-key-name-long = Enter a shorter name
new-key-name-invalid = Enter a name without special characters
new-key-scopes-missing = Choose what the key may do
new-key-scopes-not-held = You may not do all of that yourself
new-key-expires-invalid = Enter a date such as { $date }
new-key-expires-past = Enter a date in the future
new-key-expires-late = Enter a date within one year
new-key-network-invalid = “{ $network }” is not an address or network
new-key-networks-many = Enter fewer addresses
new-key-too-many = You have as many keys as one person can have. Revoke one that you no longer need.

key-made-title = Your new API key
key-made-text = Copy it now. It is not shown again.
key-made-use = Send it in this header:
key-made-done = I saved the key

revoke-key-title = Revoke this key?
revoke-key-text = Programs that use it stop working within half a minute. This cannot be undone.
revoke-key-submit = Revoke
revoke-key-cancel = Keep it

activity-api-key-denied = An API key was to be made that could do more than you may
activity-api-key-used-again = An API key was used
activity-api-key-refused = An API key was refused
