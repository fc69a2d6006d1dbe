// IP addresses. The URL parser of the platform reads them, so that this package needs no module of
// Node.

const IPV4 = /^(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})$/
const IPV6 = /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/

/** Returns an IPv4 address in dotted decimals, and null for anything else. */
export function ipv4(text: string): string | null {
  return IPV4.test(text) && text.split('.').every((part) => Number(part) < 256) ? text : null
}

/** Returns the eight groups of an IPv6 address, and null for anything else. */
export function ipv6(text: string): number[] | null {
  if (!IPV6.test(text) || !URL.canParse(`http://[${text}]`)) return null
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const groups = (part = '') =>
    part
      .split(':')
      .filter(Boolean)
      .map((one) => parseInt(one, 16))
  const [first, last] = [groups(head), groups(tail)]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

/** Returns an IP address in its usual form, and null for anything else. */
export function canonical(address: string | null | undefined): string | null {
  if (typeof address !== 'string') return null
  const groups = ipv6(address)
  if (groups === null) return ipv4(address)
  const [high = 0, low = 0] = groups.slice(6)
  // ::ffff:0:0/96: servers that listen for both families name IPv4 addresses so.
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}

/** Returns the /64 network of an IPv6 address, which usually belongs to one user. */
export function network(address: string): string {
  const groups = ipv6(address)
  return groups === null
    ? address
    : groups
        .slice(0, 4)
        .map((group) => group.toString(16))
        .join(':')
}
