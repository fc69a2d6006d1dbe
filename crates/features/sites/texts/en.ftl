### Sites behind a proxy.

sites-page-denied = You may not open this page
sites-page-denied-text = You are signed in, but you do not have access. Give the ID below to your administrator if you need it.
sites-page-weak = A stronger sign-in is required
sites-page-weak-text = This page requires a recent sign-in, a second factor or a passkey, which your sign-in did not have.
sites-page-failed = The sign-in did not finish
sites-page-failed-text = It took too long, began in another browser, or was canceled.
sites-page-signed-out = You are signed out here
sites-page-signed-out-text = You may still be signed in to other applications.
sites-page-unknown = Nothing is here
sites-page-unknown-text = No application is set up for this address.
sites-page-unavailable = Your access cannot be checked right now
sites-page-unavailable-text = Try again in a minute.
sites-page-home = Start page
sites-page-again = Try again

### Console pages of sites behind a proxy.

sites-title = Sites behind a proxy
sites-text = A site is an application that cannot sign users in itself. A proxy in front of it asks this server about each request, and the first rule that matches decides.
sites-none = There is no site. Add one to protect a web application that has no OpenID Connect.
sites-new = New site
sites-created = The site is created.
sites-edit = Change site
sites-changed = The site is changed.
sites-hosts = Host names
sites-hosts-hint = One a line, such as wiki.example.com. In *.example.com, the star replaces one part of the name.
sites-rules = Rules
sites-rules-hint = One a line; the first one that matches decides. Examples: /public/* anyone · /admin/* role=editor second-factor · /* user
sites-rule = Rule
sites-number = Number
sites-no-rules = Without a rule, every request is denied.
sites-organization-hint = For its members, the roles, groups and permissions of this organization count too.
sites-headers = Header names
sites-headers-hint = One a line, such as user = X-WEBAUTH-USER: what the application gets, and the name that it reads. There are user, groups, email, name, and token, a JWT of one minute that it can verify. What has no line is left out.
sites-raw = Header values in UTF-8
sites-raw-hint = Otherwise all but plain characters are percent-encoded.
sites-delete = Delete site
sites-delete-question = Delete the site?
sites-delete-text = All requests to its hosts are denied.
sites-deleted = The site is deleted.
sites-check = Check a request
sites-check-text = See what happens to a request, and by which rule. No request is sent.
sites-url = Address
sites-url-hint = For example https://wiki.example.com/admin
sites-user-hint = Empty: a visitor who is not signed in
sites-method = Method
sites-factor = Signed in with
sites-second-factor = Second factor
sites-allow = Allowed
sites-sign-in = Must sign in
sites-asks-factor = Must prove a second factor
sites-asks-passkey = Must use a passkey
sites-deny = Denied
sites-reason-no-rule = No rule matches.
sites-reason-ambiguous = In another case, or with or without a slash at the end, another rule would match.
sites-reason-rule = The rule denies everyone.
sites-reason-credential = The rule does not accept access tokens or API keys.
sites-reason-not-allowed = The user has none of the roles, groups and permissions of the rule.
sites-proxy-config = Proxy configuration
sites-proxy-config-text = For an application at http://127.0.0.1:8080; the command doorward site proxy-config has options for other addresses.
