/** At most so many at a time; the others wait their turn. */
export class Slots {
  private readonly waiting: (() => void)[] = []
  private free: number

  constructor(private readonly size: number) {
    this.free = size
  }

  /** Half of it is free: one who has a slot may take another. */
  get hasPlenty(): boolean {
    return this.free * 2 >= this.size
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--
    else await new Promise<void>(resolve => this.waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.waiting.shift()
      if (next === undefined) this.free++
      else next()
    }
  }
}
