// Parties of the issuer under test, and one whole sign-in of such a party.

import { setup, walk } from './conversation.mjs'
import * as client from 'openid-client'
import { begin, finish } from './sign_in.mjs'

export const issuer = new URL(setup.issuer)

// The issuer under test is on this machine, by plain HTTP. Never allow that for any other.
export const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks]

/** A registered client, which proves itself so. */
export const as = (party, authentication) =>
  client.discovery(issuer, party.id, undefined, authentication, { execute })

/** The usual request, or what `change` makes of it, up to the person's claims. */
export async function sign_in(config, redirect_uri, change = (parameters, url) => url) {
  const { url, parameters, checks } = await begin(config, redirect_uri)
  const asked = await change(parameters, url)
  const callback = await walk(asked, redirect_uri)
  return { asked, callback, ...(await finish(config, callback, checks)) }
}
