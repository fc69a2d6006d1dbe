### Error pages: what happened, and why.

error-expired = This sign-in has expired
error-expired-text = It was started too long ago. Start again, then you continue where you were going.
error-finished = You are already signed in
error-finished-text = This sign-in was finished before. There is nothing left to do on this page.
error-browser = This page belongs to another browser
error-browser-text = A sign-in has to end in the browser where it began. Check that cookies are allowed, then start again.
error-stale = This page is too old
error-stale-text = It was open for a long time, or you signed in or out meanwhile. Open it again.
error-app = This app is not known here
error-app-text = The app that sent you here is not registered, or it was disabled.
error-redirect = This app sent a wrong return address
error-redirect-text = The address to send you back to is not registered for the app. To keep you safe, we stop here.
error-app-request = This app sent a request that we cannot read
error-app-request-text = Something in the app’s request is missing or not allowed.
error-used = This sign-in was used before
error-used-text = The app may use its sign-in request only once. Go back to the app and start again.
error-request = We could not read that request
error-request-text = Something in it is missing or not allowed. Go back and try again.
error-forbidden = You may not open this page
error-forbidden-text = Your account does not have the permission that it needs.
error-not-found = There is no page here
error-not-found-text = The address may be mistyped, or the page has moved.
error-method = That does not work here
error-method-text = This address cannot be used in that way.
error-large = That is too much at once
error-large-text = What was sent is larger than this page accepts.
error-slow = That took too long
error-slow-text = Not everything that was sent arrived in time. Nothing was changed. Check your connection and send it again.
error-media = We could not read that form
error-media-text = It was sent in a format that this page does not accept.
error-many = Too many requests
error-many-text = { $minutes ->
    [one] Wait a minute, then try again.
   *[other] Wait { $minutes } minutes, then try again.
}
error-setup = Setup needs a link
error-setup-text = Run “doorward admin open” on the server to get one. A link works once, and only for a short time.
error-closed = You cannot create an account here
error-closed-text = The people who run this site create the accounts. Ask them for one.
error-internal = Something went wrong on our side
error-internal-text = Nothing is lost. Please try again; if it stays like this, send us the details below.
error-read-only = No changes at the moment
error-read-only-text = { $minutes ->
    [one] Changes are possible again in a minute. Nothing was changed now.
   *[other] Changes are possible again in { $minutes } minutes. Nothing was changed now.
}
error-away = We will be right back
error-away-text = { $minutes ->
    [one] A part of this service is away for a moment. Try again in a minute.
   *[other] A part of this service is away for a moment. Try again in { $minutes } minutes.
}

error-tell-app = Tell the developer of { $app } about the details below.
error-tell = Tell the app’s developer about the details below.
error-details = Details
error-code = Code
error-description = Reason
error-received = Received address
error-time = Time
error-request-id = Request

next-sign-in = Start again
next-account = Go to your account
next-retry = Try again
next-app = Back to the app

error-link = This link no longer works
error-link-text = It was used before, it is too old, or a newer one was sent. Ask for a new one.
