/** How long each of what was sent took to come back. What comes back more than once, as a bet in two windows does, counts once. */
export class FirstArrivals {
  tookMs: number[] = []
  private readonly waiting = new Map<string, number>()
  private failure: Error | undefined
  private wake: () => void = () => undefined

  sent(key: string, at: number): void {
    this.waiting.set(key, at)
  }

  arrived(key: string): void {
    const sentAt = this.waiting.get(key)
    if (sentAt === undefined) return
    this.waiting.delete(key)
    this.tookMs.push(performance.now() - sentAt)
    this.wake()
  }

  fail(error: Error): void {
    this.failure = error
    this.wake()
  }

  forget(): void {
    this.tookMs = []
  }

  async all(withinMs: number): Promise<void> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.wake()
    }, withinMs)
    while (this.waiting.size > 0 && !late && this.failure === undefined) {
      await new Promise<void>(resolve => {
        this.wake = resolve
      })
    }
    clearTimeout(timer)
    if (this.failure !== undefined) throw this.failure
    if (this.waiting.size > 0)
      throw new Error(`${this.waiting.size} effects had not arrived ${withinMs} ms after the last event`)
  }
}
