import { badInput } from '../kernel/errors.js'
import { isAddress, refusedAddress } from './address.js'

const URL_CHARACTERS_MAX = 2_000
/** A URL drops tabs and line ends and trims blanks: what is shown would not be what is called. */
const BLANK_OR_CONTROL = /[\s\p{Cc}]/u
/** Names of this machine, whatever a resolver says (RFC 6761). */
const LOCAL_NAME = /(^|\.)localhost\.?$/
export const isLocalName = (host: string): boolean => LOCAL_NAME.test(host)

/** The host of a URL as an address, null where it is a name. The URL has read all other spellings of IPv4 already. */
export function addressOf(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isAddress(host) ? host : null
}

/** Throws BAD_USER_INPUT for what nothing will ever be sent to. */
export function checkUrl(text: string, allowPrivate: boolean): void {
  if (text.length > URL_CHARACTERS_MAX) {
    throw badInput('url', `must have at most ${URL_CHARACTERS_MAX} characters`, text)
  }
  if (BLANK_OR_CONTROL.test(text) || !text.isWellFormed() || !URL.canParse(text)) {
    throw badInput('url', 'must be a URL such as https://crm.example/hook', text)
  }
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw badInput('url', 'must be https or http', text)
  if (url.username !== '' || url.password !== '') {
    throw badInput('url', 'must not hold a user name or a password', `${url.protocol}//***@${url.host}`)
  }
  if (!allowPrivate) checkHost(url, text)
}

function checkHost(url: URL, text: string): void {
  const address = addressOf(url)
  const refused = address === null ? isLocalName(url.hostname) && 'loopback' : refusedAddress(address)
  if (refused) throw badInput('url', `must lead to a public address, not to a ${refused} one`, text)
}
