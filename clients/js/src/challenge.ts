// Challenges of `WWW-Authenticate` (RFC 6750, RFC 9449 section 7.1, RFC 9470, RFC 9728).

/** One challenge; `toString` writes it. */
export class Challenge {
  constructor(
    /** `Bearer` or `DPoP`. */
    readonly scheme: string,
    readonly attributes: readonly (readonly [string, string])[] = [],
  ) {}

  /** Creates the challenge of a scheme; DPoP names the algorithms of proofs. */
  static of(scheme: string, algorithms: readonly string[], realm: string): Challenge {
    const bare = new Challenge(scheme)
    const named = scheme === 'DPoP' ? bare.having('algs', algorithms.join(' ')) : bare
    return named.having('realm', realm)
  }

  /** Returns the challenge with one more attribute. */
  having(name: string, value: string): Challenge {
    return new Challenge(this.scheme, [...this.attributes, [name, value]])
  }

  /** Returns the challenge with an error code and its description. */
  failed(code: string, description: string): Challenge {
    return this.having('error', code).having('error_description', description)
  }

  /** Returns an attribute. */
  get(name: string): string | undefined {
    return this.attributes.find(([own]) => own === name)?.[1]
  }

  toString(): string {
    const written = this.attributes.map(([name, value]) => `${name}="${quoted(value)}"`)
    return written.length === 0 ? this.scheme : `${this.scheme} ${written.join(', ')}`
  }
}

/** Escapes a value. A header is one line of ASCII, whatever the configuration contains. */
function quoted(value: string): string {
  return value.replaceAll(/[^ -~]/gu, '?').replaceAll(/["\\]/g, '\\$&')
}
