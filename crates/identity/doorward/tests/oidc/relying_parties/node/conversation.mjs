// The communication of the script with the test that started it: one JSON value per line.

import { webcrypto } from 'node:crypto'
import { createInterface } from 'node:readline'

// Node 18, the version of Debian 12, does not define these globally.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

async function hear() {
  const { value, done } = await lines.next()
  if (done) throw new Error('the test has closed its output')
  return JSON.parse(value)
}

function say(value) {
  process.stdout.write(JSON.stringify(value) + '\n')
}

/** The issuer's address and its clients. */
export const setup = await hear()

/** Opens an address in a user's browser until it returns to `back`. Returns a posted form as a request. */
export async function walk(url, back) {
  say({ ask: 'walk', url, back })
  const answer = await hear()
  if (!answer.fields) return new URL(answer.url)
  return new Request(answer.url, { method: 'POST', body: new URLSearchParams(answer.fields) })
}

/** Approves a device request as a user. */
export async function approve(url) {
  say({ ask: 'approve', url })
  await hear()
}

/** Runs a feature and reports its result. */
export async function feature(name, act) {
  try {
    say({ feature: name, saw: String(await act()) })
  } catch (error) {
    console.error(`${name}:`, error, error.cause ?? '')
    process.exit(1)
  }
}

/** Returns the code of the expected error. */
export async function refusal(act) {
  try {
    await act()
  } catch (error) {
    return error.error ?? error.code ?? error.name
  }
  return 'no refusal'
}
