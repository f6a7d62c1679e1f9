/** Seeded randomness (sfc32): the same seed gives the same sequence on every machine. Not for secrets. */
export class Random {
  private a: number
  private b: number
  private c: number
  private counter = 1

  constructor(seed: number | string) {
    const text = String(seed)
    this.a = hash(text, 0x9e3779b9)
    this.b = hash(text, 0x243f6a88)
    this.c = hash(text, 0xb7e15162)
    // Similar seeds part only after some rounds.
    for (let round = 0; round < 15; round++) this.uint32()
  }

  uint32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** From 0 to 1, exclusive. */
  unit(): number {
    return this.uint32() / 0x1_0000_0000
  }

  /** An integer from 0 to `count`, exclusive. */
  below(count: number): number {
    return Math.floor(this.unit() * count)
  }

  between(min: number, max: number): number {
    return min + this.unit() * (max - min)
  }

  chance(probability: number): boolean {
    return this.unit() < probability
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.unit()) * mean
  }

  logNormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()))
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.unit()))
  }

  /** The smaller `alpha`, the heavier the tail. */
  pareto(min: number, alpha: number): number {
    return min / (1 - this.unit()) ** (1 / alpha)
  }

  hex(digits: number): string {
    let text = ''
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, '0')
    return text.slice(0, digits)
  }

  uuid(): string {
    const variant = (8 + this.below(4)).toString(16)
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${variant}${this.hex(3)}-${this.hex(12)}`
  }
}

function hash(text: string, basis: number): number {
  let state = basis
  for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193)
  return Math.imul(state ^ (state >>> 16), 0x85ebca6b)
}
