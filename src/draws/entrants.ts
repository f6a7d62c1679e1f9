import { DrawEntries, EntriesHash, EntryNames } from './draw-entries.js'
import { PLACES_MAX, rankedPlaces } from './ranked-places.js'

const ID_BYTES = 16
const LENGTH_BYTES = 2
const TICKETS_BYTES = 4
const PLAYERS_A_STEP = 1_000

/** The entries of a draw, and what only its database knows of them: whose they are. */
export interface FrozenEntries {
  readonly entries: DrawEntries
  readonly entriesHash: string
  /** Of the entry with this index. */
  playerOf(entry: number): string
}

/** All players whose tickets are drawn. About 60 bytes each: a draw may have millions. */
export class Entrants {
  size = 0
  private readonly names: EntryNames
  /** As the database sent them: the bytes of an id with their number before them and the tickets behind, and again. */
  private readonly pages: Buffer[] = []
  /** Of each player: its page, and where in it. */
  private readonly pageOf: Uint32Array
  private readonly placeInPage: Uint32Array
  private readonly ids: Buffer

  constructor(
    pseudonymKey: Uint8Array,
    private readonly capacity: number,
  ) {
    if (capacity > PLACES_MAX) throw new RangeError(`${capacity} players are too many for one draw`)
    this.names = new EntryNames(pseudonymKey)
    this.pageOf = new Uint32Array(capacity)
    this.placeInPage = new Uint32Array(capacity)
    this.ids = Buffer.alloc(capacity * ID_BYTES)
  }

  /** Null is a pause. */
  *add(page: Buffer): Generator<null> {
    this.pages.push(page)
    for (let at = 0; at < page.length; ) {
      if (this.size === this.capacity) throw new RangeError(`more than ${this.capacity} players`)
      this.pageOf[this.size] = this.pages.length - 1
      this.placeInPage[this.size] = at
      const to = at + LENGTH_BYTES + page.readUInt16BE(at)
      this.names.write(this.ids, this.size * ID_BYTES, page.subarray(at + LENGTH_BYTES, to))
      at = to + TICKETS_BYTES
      if (++this.size % PLAYERS_A_STEP === 0) yield null
    }
  }

  /** By entryId. Null is a pause. */
  *freeze(): Generator<null, FrozenEntries> {
    const order = new Uint32Array(this.size)
    const entries = new DrawEntries(this.size)
    const hash = new EntriesHash()
    for (const players of rankedPlaces(this.byEntryId())) {
      for (const player of players ?? []) {
        const index = entries.size
        order[index] = player
        const tickets = this.ticketsOf(player)
        entries.addBytes(this.ids.subarray(player * ID_BYTES, (player + 1) * ID_BYTES), tickets)
        hash.add(entries.idAt(index), tickets)
        if (entries.size % PLAYERS_A_STEP === 0) yield null
      }
    }
    return {
      entries,
      entriesHash: hash.digest(),
      playerOf: entry => this.playerIdOf(order[entry]!),
    }
  }

  private byEntryId() {
    const { ids, size } = this
    return {
      size,
      leading: (place: number) => ids.readUInt32BE(place * ID_BYTES),
      isBefore: (place: number, other: number) => {
        const [a, b] = [place * ID_BYTES, other * ID_BYTES]
        return ids.compare(ids, b, b + ID_BYTES, a, a + ID_BYTES) < 0
      },
    }
  }

  private ticketsOf(player: number): number {
    const page = this.pages[this.pageOf[player]!]!
    const at = this.placeInPage[player]!
    return page.readUInt32BE(at + LENGTH_BYTES + page.readUInt16BE(at))
  }

  private playerIdOf(player: number): string {
    const page = this.pages[this.pageOf[player]!]!
    const at = this.placeInPage[player]!
    return page.toString('utf8', at + LENGTH_BYTES, at + LENGTH_BYTES + page.readUInt16BE(at))
  }
}
