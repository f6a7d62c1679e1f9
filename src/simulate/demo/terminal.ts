/** What the demo says, a line at a time; with colours where somebody reads them. */
export class Terminal {
  constructor(private readonly out: NodeJS.WriteStream) {}

  line(text = ''): void {
    this.out.write(`${text}\n`)
  }

  readonly bold = this.style(1)
  readonly dim = this.style(2)
  readonly green = this.style(32)
  readonly yellow = this.style(33)
  readonly cyan = this.style(36)

  private style(code: number): (text: string) => string {
    return text => (this.out.isTTY && this.out.hasColors() ? `\x1b[${code}m${text}\x1b[0m` : text)
  }
}
