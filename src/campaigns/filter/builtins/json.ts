import { ARRAY_ELEMENTS_MAX, DATA_DEPTH_MAX, STRING_CHARACTERS_MAX } from '../limits.js'
import { checkLength, LimitReached, made, scanned, step } from '../run.js'
import { isObject, tooManyElements, toText } from '../values/coerce.js'
import { DateValue } from '../values/date-value.js'
import { keysOf, makeObject, ownValue, type Plain, writeOwn } from '../values/member.js'
import { Callable, fault, Special } from '../values/special.js'

/** JSON.parse: what the native one reads is copied, counted, into objects of the filter's kind. */
export function parseJson(args: readonly unknown[]): unknown {
  if (args[1] instanceof Callable) fault('TypeError', 'JSON.parse takes no reviver here')
  const text = scanned(toText(args[0]))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    fault('SyntaxError', 'what JSON.parse was given is not valid JSON')
  }
  return copy(value, 0)
}

function copy(value: unknown, depth: number): unknown {
  if (!isObject(value)) return value
  checkDepth(depth)
  if (Array.isArray(value)) {
    step(value.length)
    if (value.length > ARRAY_ELEMENTS_MAX) throw tooManyElements()
    return value.map(item => copy(item, depth + 1))
  }
  const object = makeObject()
  for (const key of Object.keys(value)) writeOwn(object, key, copy((value as Plain)[key], depth + 1))
  return object
}

function checkDepth(depth: number): void {
  if (depth > DATA_DEPTH_MAX) throw new LimitReached(`JSON is nested deeper than ${DATA_DEPTH_MAX}`)
}

/** JSON.stringify, counted: a few shared objects could stand for more text than there is memory. */
export function stringifyJson(args: readonly unknown[]): string | undefined {
  if (args[1] instanceof Callable || Array.isArray(args[1])) fault('TypeError', 'JSON.stringify takes no replacer here')
  const writer = new Writer(indentOf(args[2]))
  return writer.write(args[0], '\n', []) ? made(writer.text) : undefined
}

function indentOf(space: unknown): string {
  if (typeof space === 'number') return ' '.repeat(Math.max(0, Math.min(10, Math.trunc(space) || 0)))
  return typeof space === 'string' ? space.slice(0, 10) : ''
}

class Writer {
  text = ''

  constructor(private readonly indent: string) {}

  /** False where JSON leaves the value out. */
  write(given: unknown, line: string, holders: readonly unknown[]): boolean {
    const value = jsonForm(given)
    if (value === undefined || value instanceof Callable) return false
    step(1)
    if (!isObject(value)) this.put(typeof value === 'string' ? JSON.stringify(scanned(value)) : primitive(value))
    else this.writeObject(value, line, holders)
    return true
  }

  private writeObject(value: object, line: string, holders: readonly unknown[]): void {
    if (holders.includes(value)) fault('TypeError', 'a structure that holds itself has no JSON')
    checkDepth(holders.length)
    const inside = [...holders, value]
    const deeper = line + this.indent
    if (Array.isArray(value)) {
      this.list('[', ']', line, value, item => {
        if (!this.write(item, deeper, inside)) this.put('null')
        return true
      })
    } else {
      this.list('{', '}', line, keysOf(value), key => this.member(value, key as string, deeper, inside))
    }
  }

  private member(holder: object, key: string, line: string, holders: readonly unknown[]): boolean {
    const value = holder instanceof Special ? holder.read(key) : ownValue(holder, key)
    const before = this.text
    this.put(`${JSON.stringify(scanned(key))}:${this.indent === '' ? '' : ' '}`)
    if (this.write(value, line, holders)) return true
    this.text = before
    return false
  }

  private list(
    open: string,
    close: string,
    line: string,
    items: readonly unknown[],
    write: (item: unknown) => boolean,
  ): void {
    const start = this.indent === '' ? '' : line + this.indent
    let any = false
    this.put(open)
    for (const item of items) {
      const before = this.text
      this.put(any ? `,${start}` : start)
      if (write(item)) any = true
      else this.text = before
    }
    this.put(any && this.indent !== '' ? line + close : close)
  }

  private put(text: string): void {
    if (this.text.length + text.length > STRING_CHARACTERS_MAX) checkLength(this.text.length + text.length)
    this.text += text
  }
}

function jsonForm(value: unknown): unknown {
  if (value instanceof DateValue) return Number.isNaN(value.at) ? null : new Date(value.at).toISOString()
  return value
}

const primitive = (value: unknown): string =>
  typeof value === 'number' && !Number.isFinite(value) ? 'null' : String(value)
