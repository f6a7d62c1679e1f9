import { createHash, createHmac, hash } from 'node:crypto'
import { TICKETS_MAX } from './draw.js'
import { uuidForm } from './ticket-value.js'

export const PSEUDONYM_KEY_BYTES = 32
const ID_BYTES = 16
/** An entryId and a count of tickets, as entries are stored. */
export const ENTRY_BYTES = ID_BYTES + 4
const ENTRY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
export const isEntryId = (text: string): boolean => ENTRY_ID.test(text)

/**
 * The player's name in one draw's proof. The key is secret, of this draw alone, and never revealed: with the seed, which
 * is, anybody could try the ids of all players, and with one key for several draws they could be told again.
 */
export function entryIdOf(pseudonymKey: Uint8Array, playerId: string): string {
  if (pseudonymKey.length !== PSEUDONYM_KEY_BYTES) {
    throw new RangeError(`a pseudonym key has ${PSEUDONYM_KEY_BYTES} bytes, not ${pseudonymKey.length}`)
  }
  return uuidForm(createHmac('sha256', pseudonymKey).update(playerId, 'utf8').digest())
}

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c
const PLAYER_BYTES_MAX = 4_096

/** As entryIdOf, for the players of a whole draw: two one-shot hashes each, and no texts. */
export class EntryNames {
  private readonly inner = Buffer.alloc(BLOCK_BYTES + PLAYER_BYTES_MAX, INNER_PAD)
  private readonly outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES, OUTER_PAD)

  constructor(pseudonymKey: Uint8Array) {
    if (pseudonymKey.length !== PSEUDONYM_KEY_BYTES) {
      throw new RangeError(`a pseudonym key has ${PSEUDONYM_KEY_BYTES} bytes, not ${pseudonymKey.length}`)
    }
    for (let at = 0; at < PSEUDONYM_KEY_BYTES; at++) {
      this.inner[at]! ^= pseudonymKey[at]!
      this.outer[at]! ^= pseudonymKey[at]!
    }
  }

  /** Writes the 16 bytes of the entryId of the player whose id has these bytes. */
  write(target: Buffer, at: number, playerId: Uint8Array): void {
    if (playerId.length > PLAYER_BYTES_MAX) throw new RangeError(`a player's id has ${playerId.length} bytes`)
    this.inner.set(playerId, BLOCK_BYTES)
    this.outer.write(
      hash('sha256', this.inner.subarray(0, BLOCK_BYTES + playerId.length), 'binary'),
      BLOCK_BYTES,
      'latin1',
    )
    target.write(hash('sha256', this.outer, 'binary').slice(0, ID_BYTES), at, 'latin1')
  }
}

const HASHED_CHARACTERS = 64_000

/** SHA-256 over the lines `entryId tickets\n`, in order. */
export class EntriesHash {
  private readonly hash = createHash('sha256')
  private lines = ''

  add(entryId: string, tickets: number): void {
    this.lines += `${entryId} ${tickets}\n`
    if (this.lines.length < HASHED_CHARACTERS) return
    this.hash.update(this.lines, 'latin1')
    this.lines = ''
  }

  /** In hex. Nothing can be added afterwards. */
  digest(): string {
    return this.hash.update(this.lines, 'latin1').digest('hex')
  }
}

/** All entries of a draw, added by entryId, ascending. 20 bytes each: a draw may have millions. */
export class DrawEntries {
  size = 0
  ticketsTotal = 0
  private ids: Buffer
  private counts: Uint32Array
  private last = ''

  constructor(private capacity = 1_024) {
    this.ids = Buffer.alloc(capacity * ID_BYTES)
    this.counts = new Uint32Array(capacity)
  }

  add(entryId: string, tickets: number): void {
    if (!ENTRY_ID.test(entryId)) throw new RangeError(`not the id of an entry: ${entryId}`)
    if (entryId <= this.last) throw new RangeError(`entry ${entryId} comes after ${this.last}`)
    if (!Number.isInteger(tickets) || tickets < 1 || tickets > TICKETS_MAX) {
      throw new RangeError(`entry ${entryId} has ${tickets} tickets`)
    }
    if (this.size === this.capacity) this.grow()
    this.ids.write(entryId.replaceAll('-', ''), this.size * ID_BYTES, 'hex')
    this.counts[this.size++] = tickets
    this.ticketsTotal += tickets
    this.last = entryId
  }

  /** Of entries that are known to be in order. */
  addBytes(entryId: Uint8Array, tickets: number): void {
    if (this.size === this.capacity) this.grow()
    this.ids.set(entryId, this.size * ID_BYTES)
    this.counts[this.size++] = tickets
    this.ticketsTotal += tickets
  }

  /** Of those from one index up to another, so many bytes each. */
  packed(from: number, to: number): Buffer {
    const bytes = Buffer.alloc((to - from) * ENTRY_BYTES)
    for (let index = from, at = 0; index < to; index++, at += ENTRY_BYTES) {
      this.ids.copy(bytes, at, index * ID_BYTES, (index + 1) * ID_BYTES)
      bytes.writeUInt32BE(this.counts[index]!, at + ID_BYTES)
    }
    return bytes
  }

  idAt(index: number): string {
    return uuidForm(this.ids.subarray(index * ID_BYTES, (index + 1) * ID_BYTES))
  }

  /** 16 bytes, of its own memory: do not write to them. */
  bytesAt(index: number): Uint8Array {
    return this.ids.subarray(index * ID_BYTES, (index + 1) * ID_BYTES)
  }

  ticketsAt(index: number): number {
    return this.counts[index]!
  }

  private grow(): void {
    this.capacity *= 2
    const [ids, counts] = [this.ids, this.counts]
    this.ids = Buffer.alloc(this.capacity * ID_BYTES)
    this.ids.set(ids)
    this.counts = new Uint32Array(this.capacity)
    this.counts.set(counts)
  }
}
