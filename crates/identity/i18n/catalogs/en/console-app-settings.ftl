### Settings of apps in the administration console, and the impact of a change.

console-aspect-consent = Consent
console-setting-profile = Security profile
console-setting-serves = Resources this client serves (may introspect)
console-setting-format = Access token format
console-setting-audience = Audience of client assertions
console-setting-claims = Claims in the ID token
console-setting-pkce = PKCE
console-setting-origins = Allowed CORS origins
console-setting-dpop = DPoP-bound access tokens
console-setting-bound = Certificate-bound access tokens
console-setting-details = Authorization details types
console-setting-subject = Certificate: subject DN
console-setting-dns = Certificate: DNS name
console-setting-uri = Certificate: URI
console-setting-ip = Certificate: IP address
console-setting-email = Certificate: email
console-setting-par = Pushed authorization requests (PAR)
console-setting-signed = Signed request objects (JAR)
console-setting-requests = Request object URIs
console-setting-keys = Public keys (JWKS)
console-setting-keys-url = JWKS URI
console-setting-id-alg = Signing algorithm of ID token
console-setting-userinfo-alg = Signing algorithm of UserInfo
console-setting-answer-alg = Signing algorithm of authorization response
console-setting-lookup-alg = Signing algorithm of introspection
console-setting-sector = Sector identifier
console-setting-backchannel = Back-channel logout URI
console-setting-backchannel-session = Back-channel logout: session ID required
console-setting-frontchannel = Front-channel logout URI
console-setting-frontchannel-session = Front-channel logout: session ID required
console-setting-ping = CIBA notification endpoint
console-setting-exchange = Token exchange: allowed audiences
console-setting-impersonation = Impersonation by token exchange
console-setting-optional = Optional scopes
console-setting-publisher = Publisher
console-setting-fixed = Fixed by { $rule }
console-setting-unused = An app of this kind does not use this setting. To remove its value, empty the field or choose the default.
console-setting-invalid = Not possible: { $reason }
console-setting-required = This can be replaced, not removed
console-setting-one = Fill in one of these only
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
console-impact-users = Users with access
console-impact-sessions = Their open sessions
console-impact-grants = Access given in all
console-impact-refresh = Of these, with a refresh token
console-impact-delay = Takes effect everywhere after
console-app-logo = Logo
console-app-logo-now = Current logo
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
