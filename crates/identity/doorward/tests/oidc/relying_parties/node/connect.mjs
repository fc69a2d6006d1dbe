// Clients of the issuer under test, and a complete sign-in of such a client.

import { setup, walk } from './conversation.mjs'
import * as client from 'openid-client'
import { begin, finish } from './sign_in.mjs'

export const issuer = new URL(setup.issuer)

// The issuer under test is on this machine, with plain HTTP. Never allow that for another issuer.
export const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks]

/** Returns a registered client with this authentication method. */
export const as = (party, authentication) =>
  client.discovery(issuer, party.id, undefined, authentication, { execute })

/** Runs the usual request, modified by `change`, up to the user's claims. */
export async function sign_in(config, redirect_uri, change = (parameters, url) => url) {
  const { url, parameters, checks } = await begin(config, redirect_uri)
  const asked = await change(parameters, url)
  const callback = await walk(asked, redirect_uri)
  return { asked, callback, ...(await finish(config, callback, checks)) }
}
