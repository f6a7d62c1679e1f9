/** Where the server is at the moment, for those who outlive it: its address, or a wait for the next one. */
export class Place {
  private address: string | null = null
  private waiting: (() => void)[] = []

  moveTo(address: string): void {
    this.address = address
    for (const go of this.waiting.splice(0)) go()
  }

  gone(): void {
    this.address = null
  }

  async url(): Promise<string> {
    while (this.address === null) await new Promise<void>(resolve => this.waiting.push(resolve))
    return this.address
  }
}
