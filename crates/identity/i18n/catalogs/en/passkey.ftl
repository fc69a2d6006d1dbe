### Passkeys: signing in with a fingerprint, a face or the PIN of a device.

passkey-use = Use a passkey
passkey-needs = To use a passkey (fingerprint, face or device PIN), allow JavaScript.
passkey-rejected = That passkey was not accepted. Try again, or sign in another way.
passkey-changed = Your device now reports another kind of passkey than when you added it. Sign in another way, remove it from your account and add it again.
passkey-failed = Your browser or password manager could not use the passkey. Try again, or choose another device or password manager.
passkey-known = This device or password manager already has a passkey for your account.
passkey-recommended = Recommended
passkey-synced = Synced
passkey-device = On one device
passkey-made = added
passkey-used = Last used
passkey-unused = Not used yet
passkey-suspected = There may be a copy of this passkey. Remove it and add a new one.
passkey-change = Rename or remove
passkey-change-label = Rename or remove { $name }
passkey-name = Name
passkey-rename = Rename
passkey-remove = Remove

second-passkey-title = Confirm that it’s you

passkeys-title = Passkeys
passkeys-text = Sign in with your fingerprint, face or device PIN instead of a password.
passkeys-none = You have no passkey yet.
passkeys-count = { $count ->
    [0] None
    [one] { $count } passkey
   *[other] { $count } passkeys
}
passkeys-add = Add a passkey
passkeys-confirm = Sign in again to add one
passkeys-full = You have as many passkeys as an account can have.
passkeys-added = The passkey was added.
passkeys-renamed = The passkey has its new name.
passkeys-removed = The passkey was removed. Remove it from your device as well.
passkeys-rejected = That passkey could not be added. Please try again.
passkeys-bad-name = Use a name of 1 to 60 characters
passkeys-only-way = This passkey is your only way to sign in. Set a password or add another passkey first.
passkeys-only-factor = Your account needs two-step sign-in. Add another passkey or an authenticator app first.

activity-passkey-failed = A sign-in with a passkey failed
activity-passkey-stepped-up = Signed in again with a passkey
activity-passkey-added = A passkey was added
activity-passkey-removed = A passkey was removed

notice-passkey-added-subject = A passkey was added
notice-passkey-added-text = A passkey was added to your account at { $site }. Whoever holds it can sign in without the password.
notice-passkey-removed-subject = A passkey was removed
notice-passkey-removed-text = A passkey was removed from your account at { $site }. It no longer signs in.
passkey-offer = Sign in faster: with your fingerprint, your face or your device PIN.
passkey-later = Not now

mail-passkey-subject = Add a passkey to your account
mail-passkey-text = An administrator of { $site } asks you to add a passkey to your account. Open the link on the device that is to keep it: you then sign in there with your fingerprint, face or device PIN.
