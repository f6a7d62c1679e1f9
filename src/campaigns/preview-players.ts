const CAPACITY_FIRST = 1_024
const MULTIPLIER = 2 ** 32

/**
 * Counts different ids without keeping them, 16 bytes an id at most: a number of 53 bits stands for each. Of a million ids
 * two fall together once in some 20,000 previews, and the count is then one too low.
 */
export class DifferentIds {
  /** Open addressing; 0 is free, and no id has it. */
  private slots = new Float64Array(CAPACITY_FIRST)
  private used = 0

  get count(): number {
    return this.used
  }

  add(id: string): void {
    if (!insert(this.slots, numberOf(id))) return
    this.used++
    if (this.used * 2 > this.slots.length) this.grow()
  }

  private grow(): void {
    const grown = new Float64Array(this.slots.length * 2)
    for (const number of this.slots) if (number !== 0) insert(grown, number)
    this.slots = grown
  }
}

/** False where it is there already. */
function insert(slots: Float64Array, number: number): boolean {
  const mask = slots.length - 1
  let at = number & mask
  while (slots[at] !== 0) {
    if (slots[at] === number) return false
    at = (at + 1) & mask
  }
  slots[at] = number
  return true
}

/** Two independent hashes of 32 bits (multiply and fold, as in MurmurHash's finalizer), of which 53 bits are kept. */
function numberOf(id: string): number {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    high = Math.imul(high ^ code, 2_654_435_761)
    low = Math.imul(low ^ code, 1_597_334_677)
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909)
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909)
  return (high & 0x1fffff) * MULTIPLIER + (low >>> 0) || 1
}
