import { createHmac } from 'node:crypto'
import { badInput } from '../kernel/errors.js'

/** Secrets and signatures of the Standard Webhooks specification. */
const PREFIX = 'whsec_'
const KEY_BYTES = 32
const KEY_BYTES_MIN = 16
const SECRET_CHARACTERS_MIN = 8
const SECRET_CHARACTERS_MAX = 256
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** `random`: so many unpredictable bytes. */
export const makeSecret = (random: (bytes: number) => Buffer): string => PREFIX + random(KEY_BYTES).toString('base64')

/** Throws BAD_USER_INPUT, which never shows the secret. */
export function checkSecret(secret: string): void {
  if (secret.length < SECRET_CHARACTERS_MIN || secret.length > SECRET_CHARACTERS_MAX || !secret.isWellFormed()) {
    throw badInput('secret', `must have ${SECRET_CHARACTERS_MIN} to ${SECRET_CHARACTERS_MAX} characters`)
  }
  if (secret.includes('\0')) throw badInput('secret', 'holds a character that cannot be stored')
  if (!secret.startsWith(PREFIX)) return
  const encoded = secret.slice(PREFIX.length)
  if (!BASE64.test(encoded) || Buffer.from(encoded, 'base64').length < KEY_BYTES_MIN) {
    throw badInput('secret', `begins with ${PREFIX}, so the rest must be base64 of at least ${KEY_BYTES_MIN} bytes`)
  }
}

/** As the specification's libraries read it, who decode whatever they are given, and as it stands where they could not. */
function keyOf(secret: string): Buffer {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret
  return BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.from(secret, 'utf8')
}

export const sign = (secret: string, id: string, timestamp: number, body: string): string =>
  `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`
