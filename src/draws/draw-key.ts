import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'

export const DRAW_KEY_BYTES = 32

const VERSION = 1
const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const FINGERPRINT_DIGITS = 16
const HEX = /^[0-9a-fA-F]{64}$/
const BASE64 = /^[A-Za-z0-9+/]{43}=?$/

/** Null when the text is not 32 bytes in hex or base64. */
export function parseDrawKey(text: string): Buffer | null {
  if (HEX.test(text)) return Buffer.from(text, 'hex')
  return BASE64.test(text) ? Buffer.from(text, 'base64') : null
}

/**
 * Keeps seeds from whoever reads the database but not DRAW_KEY. What is sealed is a version byte, a nonce, the
 * ciphertext and its tag. The label is sealed with it: what belongs to one draw cannot be passed off as another's.
 */
export class SecretBox {
  constructor(private readonly key: Uint8Array) {
    if (key.length !== DRAW_KEY_BYTES) throw new Error(`DRAW_KEY must be ${DRAW_KEY_BYTES} bytes`)
  }

  /** Tells two keys apart, and nothing of either. */
  get fingerprint(): string {
    return createHmac('sha256', this.key).update('DRAW_KEY').digest('hex').slice(0, FINGERPRINT_DIGITS)
  }

  seal(plain: Uint8Array, label: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(ALGORITHM, this.key, nonce).setAAD(labelled(label))
    const sealed = [cipher.update(plain), cipher.final()]
    return Buffer.concat([Buffer.of(VERSION), nonce, ...sealed, cipher.getAuthTag()])
  }

  open(sealed: Uint8Array, label: string): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES || bytes[0] !== VERSION) {
      throw new Error(`what is stored as ${label} is not something that was sealed with a DRAW_KEY`)
    }
    const [nonce, tag] = [bytes.subarray(1, 1 + NONCE_BYTES), bytes.subarray(-TAG_BYTES)]
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES })
    decipher.setAAD(labelled(label)).setAuthTag(tag)
    const plain = decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES))
    try {
      return Buffer.concat([plain, decipher.final()])
    } catch {
      throw new Error(
        `${label} cannot be opened: DRAW_KEY differs from the one that it was sealed with, or it was altered`,
      )
    }
  }
}

const labelled = (label: string): Buffer => Buffer.concat([Buffer.of(VERSION), Buffer.from(label, 'utf8')])
