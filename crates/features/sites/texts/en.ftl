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
sites-page-id = ID
sites-page-home = Start page
sites-page-again = Try again
