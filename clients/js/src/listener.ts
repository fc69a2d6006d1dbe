// Listens to the issuer's signals: makes a stream, polls it (RFC 8936), acknowledges.

import type { Access } from './access.js'
import { EventRejected, FetchError, IssuerUnavailable, Misconfigured } from './errors.js'
import { EVENTS } from './event.js'
import { checkUrl, fetchDocument, findAddress, readBody } from './http.js'
import { basicAuthorization } from './introspection.js'
import { consoleLog, type Log } from './log.js'
import type { Signals } from './signals.js'
import { AmbiguousJson, isObject, parseObject } from './strict-json.js'

const POLL = 'urn:ietf:rfc:8936'
/** The scopes of the access token: to manage own streams, and to read them. */
const SCOPES = 'ssf.manage ssf.read'
const MAX_EVENTS = 100
const MAX_BYTES = 4 * 1024 * 1024
/** The maximum milliseconds of a request. The issuer answers a poll within 20 seconds. */
const TIMEOUT = 25_000
/** The waits after the first failures in milliseconds; then a second, and later `LONG_WAIT`. */
const WAITS = [100, 200, 400, 800]
const PATIENCE = 60
const LONG_WAIT = 5000
const ABSENT_WAIT = 60_000
/** The seconds before the expiry of an access token at which another is requested. */
const EARLY = 30

class Status extends FetchError {
  constructor(readonly status: number) {
    super(`the issuer answered with status ${status}`)
  }
}

/** An issuer without signals. */
class Absent extends FetchError {}

/** A client that is not registered as a receiver. */
class NoToken extends FetchError {}

/** Listens for an authenticator with the option `signals`. One of a process is enough for all. */
export class Listener {
  readonly #access: Access
  readonly #signals: Signals
  readonly #log: Log
  readonly #stop = new AbortController()
  #running: Promise<void> | null = null
  #streams: string | null = null
  #token: { text: string; until: number } | null = null
  #stream: { id: string; endpoint: string } | null = null
  #isBehind = true
  #ack: string[] = []
  #errors: Record<string, { err: string; description: string }> = {}
  #failures = 0

  constructor(access: Access, { log = consoleLog }: { log?: Log } = {}) {
    if (access.signals === null)
      throw new Misconfigured('a listener needs an authenticator with the option signals')
    checkUrl(access.issuer)
    this.#access = access
    this.#signals = access.signals
    this.#log = log
  }

  /** Starts to listen. The timers do not keep the process alive, but an open poll does: stop it. */
  start(): void {
    if (this.#running !== null) throw new Misconfigured('the listener runs already')
    this.#running = this.#run()
  }

  /** Stops listening and deletes the stream at the issuer. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const wait = await this.#advance()
      if (wait > 0) await this.#pause(wait)
    }
    await this.#end()
  }

  #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stop
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
    })
  }

  /** Polls once; returns the milliseconds before the next poll. */
  async #advance(): Promise<number> {
    try {
      await this.#poll()
    } catch (error) {
      return this.#stop.signal.aborted ? 0 : this.#after(error)
    }
    if (this.#failures > 0) this.#log("listening to the issuer's signals again", {})
    this.#failures = 0
    return 0
  }

  async #poll(): Promise<void> {
    this.#streams ??= await this.#configuration()
    this.#signals.isOffered = true
    if (this.#token === null || Date.now() >= this.#token.until)
      this.#token = await this.#accessToken()
    if (this.#stream === null) {
      // The former stream may have had events that were not read.
      this.#signals.noteGap()
      this.#isBehind = true
      this.#stream = await this.#create(this.#streams)
    }
    const answer = await this.#json(this.#stream.endpoint, {
      maxEvents: MAX_EVENTS,
      returnImmediately: this.#isBehind,
      ...(this.#ack.length > 0 && { ack: this.#ack }),
      ...(Object.keys(this.#errors).length > 0 && { setErrs: this.#errors }),
    })
    this.#ack = []
    this.#errors = {}
    await this.#take(answer)
  }

  /** Remembers the events of an answer. */
  async #take({ sets, moreAvailable }: Record<string, unknown>): Promise<void> {
    if (!isObject(sets)) throw new FetchError("the issuer's answer is malformed")
    const ack: string[] = []
    for (const [jti, token] of Object.entries(sets)) {
      try {
        const event = await this.#access.receiveEvent(String(token))
        if (event.jti !== jti) throw new EventRejected('invalid_request', 'it has another jti')
        ack.push(jti)
      } catch (error) {
        // All of them come again: an acknowledgement also counts for the events before it.
        if (!(error instanceof EventRejected)) {
          this.#errors = {}
          throw error
        }
        this.#log('signal rejected', { jti, reason: error.message })
        this.#errors[jti] = { err: error.code, description: error.message }
      }
    }
    this.#ack = ack
    this.#isBehind = moreAvailable === true
    if (!this.#isBehind) this.#signals.noteHeard(this.#access.now())
  }

  /** Prepares another attempt after a failure; returns the milliseconds before it. */
  #after(error: unknown): number {
    this.#isBehind = true
    if (error instanceof Absent) {
      this.#streams = null
      if (this.#signals.isOffered)
        this.#log('the issuer does not offer signals: a revoked token works until it ends', {})
      this.#signals.isOffered = false
      return ABSENT_WAIT
    }
    const status = error instanceof Status ? error.status : null
    if (status === 401) this.#token = null
    else if (status === 404) this.#forgetStream()
    // The endpoints may have moved.
    else this.#streams = null
    const reason = error instanceof Error ? error.message : String(error)
    if (this.#failures === 0) this.#log("the issuer's signals cannot be read", { reason })
    this.#failures += 1
    // An administrator has to register the client.
    if (this.#failures > PATIENCE) return error instanceof NoToken ? ABSENT_WAIT : LONG_WAIT
    // Up to a half less, so that many services do not return at once.
    return (WAITS[this.#failures - 1] ?? 1000) * (0.5 + Math.random() / 2)
  }

  #forgetStream(): void {
    this.#signals.noteGap()
    this.#stream = null
    this.#ack = []
    this.#errors = {}
  }

  async #configuration(): Promise<string> {
    const url = new URL(this.#access.issuer)
    url.pathname = `/.well-known/ssf-configuration${url.pathname.replace(/\/+$/, '')}`
    const document = await this.#send(url.href, {}).catch((error: unknown) => {
      if (!(error instanceof Status) || error.status !== 404) throw error
      throw new Absent('the issuer does not offer signals')
    })
    if (document.issuer !== this.#access.issuer)
      throw new FetchError('the configuration names another issuer')
    const methods = document.delivery_methods_supported
    if (!Array.isArray(methods) || !methods.includes(POLL))
      throw new Absent('the issuer does not offer signals by poll')
    return addressOf(document.configuration_endpoint)
  }

  /** Requests an access token by client credentials (RFC 6749 section 4.4). */
  async #accessToken(): Promise<{ text: string; until: number }> {
    const endpoint = await findAddress(fetchDocument, this.#access.issuer, 'token_endpoint')
    const form = new URLSearchParams({ grant_type: 'client_credentials', scope: SCOPES })
    const headers = { Authorization: basicAuthorization(this.#signals.client) }
    const init = { method: 'POST', headers, body: form }
    const answer = await this.#send(endpoint, init).catch((error: unknown) => {
      if (!(error instanceof Status) || error.status >= 500) throw error
      throw new NoToken('no access token for signals: is this client registered as a receiver?')
    })
    const { access_token: text, expires_in: life } = answer
    if (typeof text !== 'string') throw new FetchError("the issuer's answer is malformed")
    const seconds = typeof life === 'number' ? life : 0
    return { text, until: Date.now() + (seconds - EARLY) * 1000 }
  }

  async #create(streams: string): Promise<{ id: string; endpoint: string }> {
    const answer = await this.#json(streams, {
      delivery: { method: POLL },
      events_requested: EVENTS,
      description: this.#access.audience,
    })
    const { stream_id: id, delivery } = answer
    if (typeof id !== 'string' || !isObject(delivery))
      throw new FetchError("the issuer's answer is malformed")
    return { id, endpoint: addressOf(delivery.endpoint_url) }
  }

  async #end(): Promise<void> {
    if (this.#streams === null || this.#stream === null) return
    const url = new URL(this.#streams)
    url.searchParams.set('stream_id', this.#stream.id)
    try {
      const signal = AbortSignal.timeout(3000)
      await this.#send(url.href, { method: 'DELETE', headers: this.#bearer(), signal })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#log('the stream of signals ends after an hour', { reason })
    }
  }

  #bearer(): Record<string, string> {
    return this.#token === null ? {} : { Authorization: `Bearer ${this.#token.text}` }
  }

  #json(url: string, body: unknown): Promise<Record<string, unknown>> {
    const headers = { ...this.#bearer(), 'Content-Type': 'application/json' }
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT)])
    return this.#send(url, { method: 'POST', headers, body: JSON.stringify(body), signal })
  }

  /** Sends a request and returns the object of the response; rejects with `FetchError`. */
  async #send(url: string, init: RequestInit): Promise<Record<string, unknown>> {
    checkUrl(url)
    const signal = init.signal ?? AbortSignal.timeout(TIMEOUT)
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal })
      const tooLarge = new FetchError("the issuer's answer is too large")
      const body = await readBody(response, MAX_BYTES, tooLarge)
      if (![200, 201, 204].includes(response.status)) throw new Status(response.status)
      return response.status === 204 ? {} : { ...parseObject(body).members }
    } catch (error) {
      if (error instanceof FetchError || error instanceof IssuerUnavailable) throw error
      const isMalformed = error instanceof AmbiguousJson
      const message = isMalformed ? "the issuer's answer is malformed" : 'the issuer cannot be reached'
      throw new FetchError(message, { cause: error })
    }
  }
}

function addressOf(url: unknown): string {
  if (typeof url !== 'string') throw new FetchError("the issuer's configuration is malformed")
  checkUrl(url)
  return url
}
