/** A pattern as the engine of linear time reads it. */
export interface Translation {
  readonly pattern: string
  /** Number of each named group. */
  readonly names: ReadonlyMap<string, number>
  readonly groupCount: number
  /** Of the pattern with its repetitions written out. */
  readonly size: number
  /** How much of that matches more than one text: sets of characters, and all that is repeated or optional. */
  readonly looseness: number
  /** Characters whose other case has to be looked for. */
  readonly folding: number
}

interface Part {
  readonly text: string
  readonly size: number
  readonly looseness: number
}

const PATTERN_DEPTH_MAX = 50
/** The engine looks at each character of a range for itself. */
const FOLDING_MAX = 0x40000
const NO_SPACES_FOLDING = 0x20000

export class PatternRefused extends Error {
  constructor(
    readonly reason: string,
    /** In the pattern, from 0. */
    readonly at: number,
  ) {
    super(reason)
  }
}

const SPACES = '\\t-\\r \\xa0\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}'
const NO_SPACES =
  '\\x00-\\x08\\x0e-\\x1f\\x21-\\x9f\\xa1-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}' +
  '\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}'
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 }

const character = (code: number): string => `\\x{${code.toString(16)}}`
const literal = (text: string): string => (/^[\w]$/.test(text) ? text : character(text.codePointAt(0)!))

/** Something a pattern is made of: one character, or a set of them. */
interface Atom {
  readonly code: number | null
  readonly outside: string
  readonly inside: string
}
const one = (code: number): Atom => ({ code, outside: character(code), inside: character(code) })
const set = (outside: string, inside: string): Atom => ({ code: null, outside, inside })

/**
 * Rewrites a pattern of JavaScript, whose syntax has been checked already, for RE2, so that it means the same: `.`, `\s`
 * and `$` differ between the two. What RE2 can't do in linear time is refused. Characters are whole ones, as with JavaScript's
 * flag u.
 */
export function translatePattern(pattern: string, flags: string): Translation {
  return new Translator(pattern, flags).translate()
}

class Translator {
  private at = 0
  private readonly names = new Map<string, number>()
  private groupCount = 0
  private depth = 0
  private folding = 0
  private readonly ignoresCase: boolean
  private readonly unicode: boolean
  private readonly multiline: boolean
  private readonly dot: string

  constructor(
    private readonly source: string,
    flags: string,
  ) {
    this.ignoresCase = flags.includes('i')
    this.unicode = flags.includes('u')
    this.multiline = flags.includes('m')
    this.dot = flags.includes('s') ? '(?s:.)' : '[^\\n\\r\\x{2028}\\x{2029}]'
  }

  translate(): Translation {
    const { text, size, looseness } = this.alternatives()
    return { pattern: text, names: this.names, groupCount: this.groupCount, size, looseness, folding: this.folding }
  }

  private alternatives(): Part {
    let text = ''
    let size = 1
    let looseness = 0
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      const term = this.term()
      const quantifier = this.quantifier()
      text += term.text + quantifier.text
      size += term.size * quantifier.most
      looseness += (quantifier.text === '' ? term.looseness : term.size) * quantifier.most
    }
    return { text, size, looseness }
  }

  private term(): Part {
    const start = this.at
    const first = String.fromCodePoint(this.source.codePointAt(this.at)!)
    this.at += first.length
    if (first === '(') return this.group(start)
    const text = this.single(first, start)
    const isSet = first === '.' || text.startsWith('[') || /^\\[dDwWpP]/.test(text)
    return { text, size: first === '[' || first === '\\' ? 2 : 1, looseness: isSet ? 1 : 0 }
  }

  private single(first: string, start: number): string {
    switch (first) {
      case '|':
        return '|'
      case '.':
        return this.dot
      case '^':
        return this.multiline ? '(?m:^)' : '\\A'
      case '$':
        return this.multiline ? '(?m:$)' : '\\z'
      case '[':
        return this.characterClass()
      case '\\':
        return this.boundary() ?? this.escape(start).outside
      default:
        return literal(first)
    }
  }

  private group(start: number): Part {
    let open = '('
    if (this.take('?:')) open = '(?:'
    else if (this.source.startsWith('?<', this.at) && !/^\?<[=!]/.test(this.source.slice(this.at, this.at + 3))) {
      const end = this.source.indexOf('>', this.at)
      this.names.set(this.source.slice(this.at + 2, end), this.groupCount + 1)
      this.at = end + 1
    } else if (this.source[this.at] === '?') {
      const look = /^\?<?[=!]/.test(this.source.slice(this.at, this.at + 3))
      throw new PatternRefused(
        look ? 'lookahead and lookbehind are not supported' : 'modifiers are not supported',
        start,
      )
    }
    if (open === '(') this.groupCount++
    if (++this.depth > PATTERN_DEPTH_MAX) throw new PatternRefused('groups are nested too deeply', start)
    const { text, size, looseness } = this.alternatives()
    this.depth--
    this.at++
    return { text: `${open}${text})`, size: size + 1, looseness }
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }

  private quantifier(): { text: string; most: number } {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.source.slice(this.at, this.at + 40))
    if (found === null) return { text: '', most: 1 }
    this.at += found[0].length
    const most = found[1] === undefined ? 1 : Number(found[3] || found[1])
    if (most > 1_000) throw new PatternRefused('repetitions are limited to 1000', this.at - found[0].length)
    return { text: found[0], most: Math.max(1, most) }
  }

  private boundary(): string | null {
    return this.take('b') ? '\\b' : this.take('B') ? '\\B' : null
  }

  private escape(start: number): Atom {
    const name = String.fromCodePoint(this.source.codePointAt(this.at)!)
    this.at += name.length
    if (name === 's') return set(`[${SPACES}]`, SPACES)
    if (name === 'S') return set(`[^${SPACES}]`, NO_SPACES)
    if (/^[dDwW]$/.test(name)) return set(`\\${name}`, `\\${name}`)
    if (/^[pP]$/.test(name) && this.unicode) return this.property(name)
    if (/^[1-9]$/.test(name) || (name === 'k' && (this.unicode || this.source.includes('(?<')))) {
      throw new PatternRefused('backreferences are not supported', start)
    }
    return one(this.escapedCode(name))
  }

  private escapedCode(name: string): number {
    const control = CONTROLS[name]
    if (control !== undefined) return control
    if (name === '0') return 0
    if (name === 'c') return (this.source.codePointAt(this.at++) ?? 0) % 32
    if (name === 'x') return this.hex(/^[0-9a-f]{2}/i) ?? 120
    if (name === 'u') return this.unicodeEscape()
    return name.codePointAt(0)!
  }

  private unicodeEscape(): number {
    const braced = this.unicode ? /^\{([0-9a-f]+)\}/i.exec(this.source.slice(this.at)) : null
    if (braced !== null) {
      this.at += braced[0].length
      return Number.parseInt(braced[1]!, 16)
    }
    const code = this.hex(/^[0-9a-f]{4}/i) ?? 117
    const low = /^\\u(d[c-f][0-9a-f]{2})/i.exec(this.source.slice(this.at, this.at + 6))
    if (code < 0xd800 || code > 0xdbff || low === null) return code
    this.at += 6
    return 0x10000 + (code - 0xd800) * 0x400 + (Number.parseInt(low[1]!, 16) - 0xdc00)
  }

  private hex(form: RegExp): number | null {
    const digits = form.exec(this.source.slice(this.at, this.at + 4))
    if (digits === null) return null
    this.at += digits[0].length
    return Number.parseInt(digits[0], 16)
  }

  private property(name: string): Atom {
    const end = this.source.indexOf('}', this.at) + 1
    const text = `\\${name}${this.source.slice(this.at, end).replace(/^\{(?:General_Category|gc|Script|sc)=/, '{')}`
    this.at = end
    return set(text, text)
  }

  private characterClass(): string {
    const negated = this.take('^')
    if (this.take(']')) return negated ? '(?s:.)' : '[^\\x{0}-\\x{10ffff}]'
    if (!negated && (this.take('\\s\\S]') || this.take('\\S\\s]'))) return '(?s:.)'
    let text = ''
    while (!this.take(']')) text += this.range()
    return `[${negated ? '^' : ''}${text}]`
  }

  private range(): string {
    const start = this.at
    const from = this.member()
    if (from.inside === NO_SPACES) this.fold(NO_SPACES_FOLDING, start)
    if (this.source[this.at] !== '-' || this.source[this.at + 1] === ']') return from.inside
    this.at++
    const to = this.member()
    if (from.code !== null && to.code !== null) this.fold(to.code - from.code, start)
    if (from.code === null || to.code === null) return `${from.inside}${character(45)}${to.inside}`
    return `${from.inside}-${to.inside}`
  }

  private fold(characters: number, start: number): void {
    if (!this.ignoresCase) return
    this.folding += characters
    if (this.folding > FOLDING_MAX)
      throw new PatternRefused('sets of this many characters and flag i are too much', start)
  }

  private member(): Atom {
    const start = this.at
    const first = String.fromCodePoint(this.source.codePointAt(this.at)!)
    this.at += first.length
    if (first !== '\\') return one(first.codePointAt(0)!)
    if (this.take('b')) return one(8)
    if (this.take('-')) return one(45)
    return this.escape(start)
  }
}
