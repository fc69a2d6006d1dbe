// What the script and the test that started it say to each other: one JSON value a line.

import { webcrypto } from 'node:crypto'
import { createInterface } from 'node:readline'

// Node 18, which Debian 12 has, keeps these in their module.
globalThis.crypto ??= webcrypto
globalThis.CryptoKey ??= webcrypto.CryptoKey

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()

async function hear() {
  const { value, done } = await lines.next()
  if (done) throw new Error('the test has nothing more to say')
  return JSON.parse(value)
}

function say(value) {
  process.stdout.write(JSON.stringify(value) + '\n')
}

/** Where the issuer is, and which clients it knows. */
export const setup = await hear()

/** Has a person's browser open an address until it comes back to ours. A form comes as a request. */
export async function walk(url, back) {
  say({ ask: 'walk', url, back })
  const answer = await hear()
  if (!answer.fields) return new URL(answer.url)
  return new Request(answer.url, { method: 'POST', body: new URLSearchParams(answer.fields) })
}

/** Has a person allow what a device asks for. */
export async function approve(url) {
  say({ ask: 'approve', url })
  await hear()
}

/** Does one thing, and tells what was seen of it. */
export async function feature(name, act) {
  try {
    say({ feature: name, saw: String(await act()) })
  } catch (error) {
    console.error(`${name}:`, error, error.cause ?? '')
    process.exit(1)
  }
}

/** The code of the error that has to come. */
export async function refusal(act) {
  try {
    await act()
  } catch (error) {
    return error.error ?? error.code ?? error.name
  }
  return 'no refusal'
}
