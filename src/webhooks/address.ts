import ipaddr from 'ipaddr.js'

const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3]
const NAT64: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('64:ff9b::'), 96]

/** Not as the parser would have it: to it 010.1 is an address. */
export const isAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)

/**
 * Why nothing is sent to an address, null where it is one of the public internet. An IPv4 address inside an IPv6 one
 * (mapped, or behind NAT64) counts as itself; of all other IPv6 addresses only global unicast ones pass, so that what
 * tunnels (6to4, Teredo), old forms of embedding and ranges that are not given out are refused without being listed.
 */
export function refusedAddress(text: string): string | null {
  if (!isAddress(text)) return 'unreadable'
  const address = ipaddr.parse(text)
  if (address instanceof ipaddr.IPv4) return refusedRange(address)
  if (address.isIPv4MappedAddress()) return refusedRange(address.toIPv4Address())
  if (address.match(NAT64)) return refusedRange(new ipaddr.IPv4(address.toByteArray().slice(-4)))
  return address.match(GLOBAL_UNICAST) ? refusedRange(address) : (refusedRange(address) ?? 'reserved')
}

function refusedRange(address: ipaddr.IPv4 | ipaddr.IPv6): string | null {
  const range = address.range()
  return range === 'unicast' ? null : range
}
