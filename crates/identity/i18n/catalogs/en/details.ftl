### What an app asks for in detail (RFC 9396).

details-actions = It may
details-datatypes = Which data
details-privileges = With the rights
details-identifier = Only for
details-locations = Where
details-yes = yes
details-no = no

scope-openid-why = So that it recognises you when you come back.
scope-profile-why = So that it can greet you by name.
scope-email-why = So that it can write to you.
scope-phone-why = So that it can call you or send you messages.
scope-address-why = So that it can send things to you.
scope-offline-why = So that it goes on working when you are not there.
scope-groups-why = So that it can decide by your groups what you may do in it.
scope-roles-why = So that it can decide by your roles what you may do in it.
scope-read-why = It can look, and change nothing.
scope-write-why = What it adds or changes is done in your name.
scope-delete-why = What it deletes may be gone for good.
scope-all-why = That includes what belongs to other people.

mail-approve-subject = Somebody asks for your approval
mail-approve-text = { $app } asks for your approval at { $site }. It waits for at most ten minutes.
mail-approve-button = See the request
approve-compare = Only continue if you see these words where this began:
approve-yourself = Only continue if you expect this, from somebody whom you know.
approve-allowed = You have approved
approve-allowed-text = { $app } goes on now. You can close this page.
approve-refused = You have refused
