import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Received } from './receiver.js'

/**
 * A receiver's check, from the text of the Standard Webhooks specification: the signed content is id, timestamp and raw
 * body joined by full stops; a secret is base64, with whsec_ before it or without, and a text that cannot be decoded is
 * given to the libraries as a raw key; webhook-signature is a list, separated by spaces, of
 * version and base64 signature with a comma between.
 */
export function verifies(secret: string, { headers, body }: Pick<Received, 'headers' | 'body'>): boolean {
  const encoded = secret.replace(/^whsec_/, '')
  const decoded = Buffer.from(encoded, 'base64')
  const key = decoded.toString('base64') === encoded ? decoded : Buffer.from(secret)
  const content = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.')
  const expected = createHmac('sha256', key).update(content).digest()
  const age = Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))
  if (!(age < 300)) return false
  return String(headers['webhook-signature'])
    .split(' ')
    .map(entry => entry.split(','))
    .filter(([version]) => version === 'v1')
    .map(([, signature]) => Buffer.from(signature!, 'base64'))
    .some(signature => signature.length === expected.length && timingSafeEqual(signature, expected))
}
