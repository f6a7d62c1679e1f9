/** Random programs of the subset, as JavaScript text: the same number gives the same program. */
export function randomProgram(seed: number): string {
  return new Author(seed).program()
}

const NAMES = ['a', 'b', 'c', 'd']
const KEYS = ['x', 'y', 'level', 'length', '0', '1', 'name']
const LITERALS = [
  ...['0', '1', '-1', '2.5', '7', '100', 'NaN', 'Infinity', '-0', '1e21', '0x1f'],
  ...[
    "''",
    "'a'",
    "'b'",
    "'12'",
    "' 3 '",
    "'abcabc'",
    "'Äß'",
    "'a,b,,c'",
    "'😀x'",
    'null',
    'undefined',
    'true',
    'false',
  ],
]
const BINARY = '+ + + - * / % ** == != === !== < <= > >= & | ^ << >> >>>'.split(' ')
const UNARY = ['!', '-', '+', '~', 'typeof ', 'void ']
const ASSIGN = '= += -= *= /= %= **= <<= >>= >>>= &= |= ^= &&= ||= ??='.split(' ')
const REGEXES = [
  '/a/',
  '/a/g',
  '/[a-c]+/g',
  '/(b)(c)?/',
  '/^\\s*(\\d+)/',
  '/B/gi',
  '/,/',
  '/x*/g',
  '/(?<n>a)b|c/g',
  '/.$/s',
]
const STRING_CALLS = [
  ...['length', 'toUpperCase()', 'toLowerCase()', 'trim()', 'trimStart()', 'trimEnd()', 'toString()', 'normalize()'],
  ...[
    'charAt(N)',
    'at(N)',
    'charCodeAt(N)',
    'codePointAt(N)',
    'slice(N, N)',
    'slice(N)',
    'substring(N, N)',
    'substr(N, N)',
  ],
  ...['indexOf(S)', 'indexOf(S, N)', 'lastIndexOf(S)', 'includes(S)', 'startsWith(S)', 'endsWith(S)', 'concat(S, N)'],
  ...['padStart(M, S)', 'padEnd(M)', 'repeat(M)', 'split(S)', 'split(S, N)', 'replace(S, S)', 'replaceAll(S, S)'],
  ...[
    'replace(R, S)',
    "replace(R, '[$&$1]')",
    "replace(R, '$`$\\'$$')",
    'split(R)',
    'split(R, M)',
    'search(R)',
    'match(R)',
  ],
  ...['replace(R, q => q + q)', 'replace(S, (q, i) => i)', "replace(R, '<$<n>$2>')"],
]
const ARRAY_CALLS = [
  ...[
    'length',
    'join(S)',
    'join()',
    'slice(N, N)',
    'slice()',
    'concat(E)',
    'concat([N], N)',
    'indexOf(E)',
    'includes(E)',
  ],
  ...[
    'map(q => F)',
    'filter(q => F)',
    'find(q => F)',
    'findIndex(q => F)',
    'findLast(q => F)',
    'some(q => F)',
    'every(q => F)',
  ],
  ...[
    'reduce((p, q) => p + q, N)',
    'reduceRight((p, q) => q, E)',
    'flat()',
    'flatMap(q => [q, F])',
    'lastIndexOf(E)',
    'at(N)',
  ],
  ...[
    'push(E)',
    'push(E, E)',
    'pop()',
    'shift()',
    'unshift(E)',
    'reverse()',
    'sort()',
    'sort((p, q) => p - q)',
    'fill(E, N)',
  ],
  ...[
    'splice(N, M)',
    'splice(N, M, E)',
    'forEach(q => F)',
    'map((q, i) => i)',
    'reduce((p, q) => p + q)',
    'map(Number)',
  ],
  ...[
    'filter(Boolean)',
    'map(String)',
    'toString()',
    'findLastIndex(q => F)',
    'join(E)',
    'flat(M)',
    'slice(N).reverse()',
  ],
]
const STATIC_CALLS = [
  ...[
    'Math.max(E, E)',
    'Math.min(...A)',
    'Math.floor(E)',
    'Math.round(E)',
    'Math.abs(E)',
    'Math.sign(E)',
    'Math.trunc(E)',
  ],
  ...[
    'Math.sqrt(M)',
    'Math.pow(M, M)',
    'Math.hypot(M, M)',
    'Number(E)',
    'String(E)',
    'Boolean(E)',
    'parseInt(E)',
    'parseInt(S, 16)',
  ],
  ...[
    'parseFloat(E)',
    'isNaN(E)',
    'isFinite(E)',
    'Number.isInteger(E)',
    'Array.isArray(E)',
    'Array.from(A)',
    'Array.of(E, E)',
  ],
  ...[
    'Array.from({ length: M }, (q, i) => F)',
    'Object.keys(O)',
    'Object.values(O)',
    'Object.entries(O)',
    'JSON.stringify(E)',
  ],
  ...[
    'Object.assign({}, O, O)',
    'Object.fromEntries(Object.entries(O))',
    'JSON.parse(JSON.stringify(O))',
    'JSON.stringify(O, null, 2)',
  ],
  ...[
    '[...new Set(A)]',
    'new Set(A).size',
    'new Set(A).has(E)',
    'new Map(Object.entries(O)).get(K)',
    'Number.isNaN(E)',
    'Object.is(E, E)',
  ],
  ...[
    'new Date(M).getTime()',
    "new Date('2023-11-20T11:00:00Z').toISOString()",
    'Date.UTC(2020, M)',
    'String.fromCharCode(97, 98)',
  ],
  ...[
    'Number.isSafeInteger(E)',
    'Number.parseFloat(S)',
    'Object.hasOwn(O, K)',
    "'x' in O",
    'Math.atan2(M, M)',
    'Math.max()',
  ],
]

class Author {
  private state: number
  private fresh = 0

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** A fault in one statement must not hide the others. */
  program(): string {
    const first = ['const faults = [];', "let a = 1, b = 'abc', c = [1, 'a'], d = { x: 1, y: [2] };"]
    const statements = [
      ...NAMES.map(name => `${name} = ${this.expression(2)};`),
      ...Array.from({ length: 2 + this.below(5) }, () => this.statement(2)),
      ...(this.below(4) === 0 ? [`a = early; const early = ${this.expression(1)};`] : []),
    ]
    const guarded = statements.map(
      statement => `try { ${statement} } catch (problem) { faults.push(problem ? problem.name : problem) }`,
    )
    return [...first, ...guarded, `return [faults, a, b, c, d, ${this.expression(2)}]`].join('\n')
  }

  /** mulberry32 */
  private below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % limit
  }

  private one<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  private name(): string {
    return `v${this.fresh++}`
  }

  private statement(depth: number): string {
    const e = () => this.expression(depth)
    const inner = () => (depth === 0 ? `${this.one(NAMES)} = ${this.expression(1)};` : this.statement(depth - 1))
    const v = this.name()
    switch (this.below(16)) {
      case 0:
        return `if (${e()}) { ${inner()} } else if (${e()}) { ${inner()} } else { ${inner()} }`
      case 1:
        return `for (let ${v} = 0; ${v} < ${this.below(4)}; ${v}++) { ${inner()} if (${e()}) continue; ${inner()} }`
      case 2:
        return `for (const ${v} of ${this.array(1)}) { ${this.one(NAMES)} = ${v}; if (${e()}) break; ${inner()} }`
      case 3:
        return `for (const ${v} in ${this.object(1)}) { ${this.one(NAMES)} += ${v}; ${inner()} }`
      case 4:
        return `switch (${e()}) { case ${e()}: ${inner()} break; case ${e()}: ${inner()} default: ${inner()} case 1: ${inner()} }`
      case 5:
        return `try { ${inner()} throw ${e()} } catch (${v}) { ${this.one(NAMES)} = typeof ${v}; ${inner()} } finally { ${inner()} }`
      case 6:
        return `{ let [${v}, w${v} = ${e()}, ...r${v}] = ${this.array(1)}; ${this.one(NAMES)} = [${v}, w${v}, r${v}.length]; }`
      case 7:
        return `{ const { x: ${v} = ${e()}, y, ...r${v} } = ${this.object(1)}; ${this.one(NAMES)} = [${v}, y, r${v}]; }`
      case 8:
        return `{ const ${v} = []; for (let i = 0; i < 3; i++) ${v}.push(() => i++ + ${e()}); ${this.one(NAMES)} = ${v}.map(f => f()); }`
      case 9:
        return `function f${v}(p, q = p, ...r) { if (p > 3) return ${e()}; ${inner()} return [p, q, r] } ${this.one(NAMES)} = f${v}(${e()}, ${e()});`
      case 10:
        return `var ${v} = 0; while (${v}++ < 3) { ${inner()} } do { ${inner()} } while (${v}-- > 2)`
      case 11:
        return `;[${this.one(NAMES)}, ${this.one(NAMES)} = ${e()}] = ${this.array(1)};`
      default:
        return `${this.one(NAMES)} ${this.one(ASSIGN)} ${e()};`
    }
  }

  private expression(depth: number): string {
    if (depth <= 0) return this.leaf()
    const e = () => this.expression(depth - 1)
    switch (this.below(18)) {
      case 0:
      case 1:
      case 2:
        return `(${e()} ${this.one(BINARY)} ${e()})`.replace(/\((-|~|!|typeof |void )(.*) \*\* /, '(($1$2) ** ')
      case 3:
        return `(${this.one(UNARY)}(${e()}))`
      case 4:
        return `(${e()} ${this.one(['&&', '||'])} ${e()} )`
      case 5:
        return `(${e()} ?? ${e()})`
      case 6:
        return `(${e()} ? ${e()} : ${e()})`
      case 7:
        return `\`${this.below(9)}\${${e()}}-\${${e()}}\``
      case 8:
        return this.array(depth - 1)
      case 9:
        return `(${this.object(depth - 1)})`
      case 10:
        return `${e()}?.[${this.one(["'x'", "'y'", '0', '1', "'length'"])}]${this.one(['', '', '.x', '.length.y', '?.y'])}`
      case 11:
        return `${this.one(NAMES)}?.${this.one(KEYS.filter(key => /^[a-z]/.test(key)))}`
      case 12:
        return `(${this.one(NAMES)}${this.one(['++', '--'])})`
      case 13:
      case 14:
        return `${this.text()}.${this.filled(this.one(STRING_CALLS), depth - 1)}`
      case 15:
      case 16:
        return `${this.array(depth - 1)}.${this.filled(this.one(ARRAY_CALLS), depth - 1)}`
      default:
        return `(${this.filled(this.one(STATIC_CALLS), depth - 1)})`
    }
  }

  private leaf(): string {
    const pick = this.below(10)
    if (pick < 5) return this.one(LITERALS).replace(/^-(.*)$/, '(-$1)')
    if (pick < 8) return this.one(NAMES)
    return this.one([
      'event.amount',
      'event.data.level',
      'event.data.result',
      'event.data?.none',
      'event.data.items[1]',
    ])
  }

  private text(): string {
    return this.one(["'abcabc'", "'a,b,,c'", "' 3 '", "''", "'😀x'", 'event.data.result', 'String(a)', 'String(b)'])
  }

  private array(depth: number): string {
    if (this.below(6) === 0) return '[...event.data.items]'
    const items = Array.from({ length: this.below(4) }, () => this.expression(Math.min(depth, 1)))
    if (this.below(5) === 0) items.push('...event.data.tags')
    return `[${items.join(', ')}]`
  }

  private object(depth: number): string {
    const members = Array.from(
      { length: this.below(4) },
      () => `${this.one(['x', 'y', 'level', '1', "'0'"])}: ${this.expression(Math.min(depth, 1))}`,
    )
    if (this.below(4) === 0) members.push('...event.data.hero')
    if (this.below(4) === 0) members.push('a')
    return `{ ${members.join(', ')} }`
  }

  /** Letters stand for what is put in their place: any, number, small number, string, array, object, regex, key, function. */
  private filled(call: string, depth: number): string {
    return call.replace(/\b[ENMSAORKF]\b/g, letter => {
      switch (letter) {
        case 'N':
          return this.one(['0', '1', '2', '-1', '-2', '5', 'NaN', 'undefined', '1.5'])
        case 'M':
          return this.one(['0', '1', '2', '3'])
        case 'S':
          return this.one(["'a'", "''", "'b'", "','", "'bc'", "'zz'"])
        case 'A':
          return this.array(depth)
        case 'O':
          return `(${this.object(depth)})`
        case 'R':
          return this.one(REGEXES)
        case 'K':
          return this.one(["'x'", "'y'"])
        case 'F':
          return this.one(['q', '!q', 'q + 1', 'q === a', '[q, b]', "q > 'a'", '(b = 1)', 'typeof q'])
        default:
          return this.expression(Math.min(depth, 1))
      }
    })
  }
}
