### Settings of apps in the administration console, and the impact of a change.

console-aspect-general = About the app
console-aspect-redirects = Addresses
console-aspect-power = What it can get
console-aspect-authentication = How it proves itself
console-aspect-protection = What is required
console-aspect-algorithms = Form and signatures
console-aspect-consent = Consent of people
console-aspect-logout = Sign-out
console-setting-profile = Security profile
console-setting-serves = Services that it runs
console-setting-format = Form of its access
console-setting-audience = Recipient that its proofs name
console-setting-claims = Profile data at sign-in
console-setting-pkce = One-time proof at sign-in
console-setting-origins = Sites whose scripts may read answers
console-setting-dpop = Access is bound to a key
console-setting-bound = Access is bound to the certificate
console-setting-details = Kinds of detailed access
console-setting-subject = Certificate: full name
console-setting-dns = Certificate: host name
console-setting-uri = Certificate: address
console-setting-ip = Certificate: IP address
console-setting-email = Certificate: email
console-setting-par = Requests are sent ahead
console-setting-signed = Requests are signed
console-setting-requests = Addresses of signed requests
console-setting-keys = Public keys
console-setting-keys-url = Address of the public keys
console-setting-id-alg = Signature of the sign-in
console-setting-userinfo-alg = Signature of profile answers
console-setting-answer-alg = Signature of answers by the browser
console-setting-lookup-alg = Signature of answers about access
console-setting-sector = Host whose apps share the IDs of people
console-setting-backchannel = Address for notices of a sign-out
console-setting-backchannel-session = These notices name the session
console-setting-frontchannel = Page that the browser loads at sign-out
console-setting-frontchannel-session = This page gets the session
console-setting-exchange = Services that it may get access for
console-setting-impersonation = May act as the person
console-setting-optional = Access that people can leave out
console-setting-consent-days = Days until people are asked again
console-setting-publisher = Publisher
console-setting-fixed = Fixed by { $rule }
console-setting-invalid = Not possible: { $reason }
console-setting-required = This can be replaced, not removed
console-setting-one = Fill in one of these only
console-setting-days-invalid = Enter a number of days
console-setting-keys-invalid = Enter a JSON object with the keys
console-choice-none = None
console-choice-required = Required
console-choice-auto = Automatic
console-choice-optional = Optional
console-effect = Effect
console-effect-weaker = Less protected
console-effect-stronger = Better protected
console-effect-neutral = Changed
console-app-review = Save these changes?
console-app-review-text = They concern what the app can get or how it is protected. Check them first.
console-change-again = Back to the form
console-impact-users = People with access now
console-impact-sessions = Their open sessions
console-impact-grants = Access given in all
console-impact-refresh = Of these, renewable without a sign-in
console-impact-delay = Holds everywhere after
console-app-logo = Logo
console-app-logo-now = Present logo
console-app-logo-hint = PNG, JPEG, GIF or WebP, at most 2 MB. It is cropped to a square. The page that asks for consent shows it, but not for apps that registered themselves.
console-app-logo-saved = The logo was saved.
console-app-logo-remove = Remove the logo
console-app-logo-remove-question = Remove the logo of this app?
console-app-logo-remove-text = Pages show the first character of the app’s name instead.
console-app-logo-removed = The logo was removed.
console-also-as = As command, call or file
console-also-as-text = Shows what you changed above, without saving it.
console-also-as-show = Show the texts
console-also-command = Command line
console-also-call = Call of the admin API
console-also-file = File { $name }
console-impact-seconds = { $count ->
    [one] One second
   *[other] { $count } seconds
}
console-impact-minutes = { $count ->
    [one] One minute
   *[other] { $count } minutes
}
