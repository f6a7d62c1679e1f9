import { createHash, createHmac } from 'node:crypto'
import { TICKETS_MAX } from './draw.js'
import { uuidForm } from './ticket-value.js'

export const PSEUDONYM_KEY_BYTES = 32
const ID_BYTES = 16
const ENTRY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

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

  idAt(index: number): string {
    return uuidForm(this.ids.subarray(index * ID_BYTES, (index + 1) * ID_BYTES))
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
