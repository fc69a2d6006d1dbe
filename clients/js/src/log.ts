// The log of this package.

/** Receives what an operator should see: denials with their ID, outages and lockouts. */
export type Log = (event: string, fields: Readonly<Record<string, unknown>>) => void

/** Writes one line to the standard error. */
export const consoleLog: Log = (event, fields) => {
  const written = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  console.warn([`doorward-access: ${event}`, ...written].join(' '))
}
