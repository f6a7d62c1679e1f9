import { type Hint, type Method, Special } from './special.js'

const INVALID = 'Invalid Date'

/** An instant. Its local time is UTC, so that a filter means the same on every machine. */
export class DateValue extends Special {
  readonly typeName = 'Date'

  constructor(
    public at: number,
    private readonly methods: ReadonlyMap<string, Method>,
  ) {
    super()
  }

  override method(name: string): Method | undefined {
    return this.methods.get(name)
  }

  override primitive(hint: Hint): string | number {
    return hint === 'number' ? this.at : this.text()
  }

  /** `Mon Nov 20 2023 11:00:00 GMT+0000 (Coordinated Universal Time)` */
  text(): string {
    return Number.isNaN(this.at) ? INVALID : `${this.day()} ${this.time()}`
  }

  day(): string {
    if (Number.isNaN(this.at)) return INVALID
    const [weekday, day, month, year] = new Date(this.at).toUTCString().replace(',', '').split(' ')
    return `${weekday} ${month} ${day} ${year}`
  }

  time(): string {
    if (Number.isNaN(this.at)) return INVALID
    return `${new Date(this.at).toUTCString().split(' ')[4]} GMT+0000 (Coordinated Universal Time)`
  }
}
