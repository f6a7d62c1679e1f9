// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are sources of filters
import { FIGHT, type Wire } from './support.js'

/** What a filter has to answer; the event is FIGHT unless another is given. */
export interface Verdict {
  readonly source: string
  readonly verdict: boolean | 'error' | 'refused'
  readonly event?: Wire
  readonly says?: RegExp
}

const yes = (source: string, event?: Wire): Verdict => ({ source, verdict: true, event })
const no = (source: string, event?: Wire): Verdict => ({ source, verdict: false, event })
const error = (source: string, says: RegExp, event?: Wire): Verdict => ({ source, verdict: 'error', event, says })
const refused = (source: string, says: RegExp): Verdict => ({ source, verdict: 'refused', says })

const WIN = { ...FIGHT, data: { result: 'win' } }
const BARE = { amount: null }

/** The original's own, its accessors, and Java's maps. */
const ORIGINAL: readonly Verdict[] = [
  yes("function(event) { return event.getData().get('result') === 'loss' }"),
  no("function(event) { return event.getData().get('result') === 'loss' }", WIN),
  error("function(event) { return event.getData().get('result') === 'loss' }", /null has no method "get"/, BARE),
  yes("function (event) {\n  return event.getData().get('result') === 'loss';\n};"),
  yes("(function(event) { return event.data.result == 'loss' })"),
  yes("function(event) { return event.getContext().get('device') === 'ios' }"),
  yes("function(event) { return event.getContext().get('app').get('version') === '1.2.3' }"),
  yes("function(event) { return event.getEventName() === 'fight' && event.getGame() === 'foe' }"),
  yes("function(event) { return event.getMarket() == 'de' }"),
  yes('function(event) { return event.getPlayerId() === 12345 }'),
  yes("function(event) { return event.getPlayerId() === '12345' }"),
  yes('function(event) { return 12345 == event.playerId }'),
  no('function(event) { return event.playerId !== 12345 }'),
  no('e => e.playerId === 12346'),
  no('e => { const id = e.playerId; return id === 12345 }'),
  yes('e => [12345].includes(Number(e.playerId))'),
  yes("e => e.eventId === 'e-1' && e.getEventId() === 'e-1'"),
  yes("e => e.eventType === 'progress' && e.getEventType().equals('progress')"),
  yes('e => e.amount === 150.5 && e.getAmount() > 150'),
  yes('e => e.odds === 1.85 && e.getProbability() === 0.25'),
  yes("e => e.occurredAt === '2023-11-20T11:00:00.000Z'"),
  yes('e => e.timestamp === e.occurredAt && e.getCreatedAt() === e.getTimestamp() && e.created_at === e.timestamp'),
  yes("e => e.getGameType() === 'strategy' && e.game_type === e.gameType"),
  yes("e => e.schemaVersion === 2 && e.getSchemaVersion() === 2 && e.schema_version === 2 && e.hostname === 'node-7'"),
  yes("e => e.event_name === 'fight' && e['eventName'] === 'fight' && e['get' + 'Game']() === 'foe'"),
  yes('e => e.currency === null && e.getCurrency() === null && e.sessionId === null && e.deviceId === null'),
  yes(
    'e => e.roundId === null && e.betId === null && e.betMarket === null && e.selection === null && e.result === null',
  ),
  yes('e => e.nothing === undefined && e.getNothing() === null && e.competition === null'),
  yes('e => e.data === null && e.context === null && e.player === null && e.amount === 0', BARE),
  yes("e => e.getData().containsKey('level') && !e.getData().containsKey('x') && e.data.containsValue('loss')"),
  yes("e => e.data.getOrDefault('level', 1) === 12 && e.data.getOrDefault('x', 1) === 1 && e.data.get('x') === null"),
  yes('e => e.data.size() === 7 && !e.data.isEmpty() && e.data.hero.size() === 2'),
  yes("e => e.data.keySet().contains('tags') && e.data.hero.values().contains('Ada') && e.data.has('none')"),
  yes(
    "e => e.data.tags.contains('new') && e.data.items.size() === 3 && e.data.items.get(0) === 3 && e.data.items.get(9) === null",
  ),
  yes("e => e.data.result.equals('loss') && e.data.result.equalsIgnoreCase('LOSS') && e.data.result.contains('os')"),
  yes('e => e.data.note.isEmpty() && !e.data.result.isEmpty()'),
  yes('e => e.data.size === 4 && e.data.get === 1', { data: { size: 4, get: 1 } }),
  yes("e => e.getData().get('get') === 'x'", { data: { get: 'x' } }),
  yes("e => e.data === 'text'", { data: 'text' }),
  yes('e => e.data[1] === 2 && e.data.length === 2', { data: [1, 2] }),
  no("function(event) { return event.getData().get('result') }"),
]

/** Forms of a function, ES5 to today. */
const FORMS: readonly Verdict[] = [
  yes('function named(event) { return true }'),
  yes('function named(event) { return event.amount > 150 };'),
  yes('event => true'),
  yes('(event) => { return true }'),
  yes('((event) => true)'),
  yes('  // leading\n  /* and more */ e => true // trailing\n;  /* end */ '),
  yes('() => true'),
  yes("({ data, game }) => data.result === 'loss' && game === 'foe'"),
  yes("({ data: { hero: { name = 'x' } } }) => name === 'Ada'"),
  yes('({ data: { missing = 5 } }) => missing === 5'),
  yes('({ amount, ...rest }) => rest.amount === undefined && rest.game === "foe" && rest.schema_version === 2'),
  yes("function({ getGame, game }) { return getGame === undefined && game === 'foe' }"),
  yes('(e, unused) => true'),
  yes('(e, limit = 100) => e.amount > limit'),
  yes('(e, ...rest) => rest.length === 0'),
  yes('function(event) { "use strict"; return true }'),
  yes('function f(event) { return event === 3 || f(3) }'),
  no('function(event) {}'),
  no('function(event) { return }'),
  no('e => 1'),
  no("e => 'true'"),
  no('e => ({})'),
  no('e => [true]'),
  no('e => e.data.result'),
  no('e => null'),
  no('e => undefined'),
  yes('e => !!e.data.result'),
  refused('', /^line 1, column 1: Unexpected token/),
  refused('event.amount > 100', /a filter is one function/),
  refused('true', /a filter is one function/),
  refused('e => true; e => false', /line 1, column 12: .*nothing may follow/),
  refused('function f(e) { return true } function g(e) { return true }', /line 1, column 31: .*nothing may follow/),
  refused('var f = function(e) { return true }', /line 1, column 1: Unexpected token/),
  refused('e => true)', /nothing may follow/),
  refused('e => {', /line 1, column 7: Unexpected token/),
  refused('async e => true', /async functions are not supported/),
  refused('function* (e) { return true }', /generators are not supported/),
  refused('(e, other) => other', /line 1, column 5: a filter has one parameter/),
  refused('(e, { x }) => true', /a filter has one parameter/),
  refused('e => {\n  class A {}\n}', /^line 2, column 3: classes are not supported$/),
  refused('class A {}', /classes are not supported/),
]

/** The language. */
const LANGUAGE: readonly Verdict[] = [
  yes('e => { var a = 1; let b = 2; const c = 3; return a + b + c === 6 }'),
  yes('e => { if (true) { var x = 1 } return x === 1 }'),
  yes('e => { let x = 1; { let x = 2 } return x === 1 }'),
  yes('e => { return x === undefined; var x = 1 }'),
  yes('e => { return f() === 1; function f() { return 1 } }'),
  error('e => { x; let x = 1 }', /ReferenceError: x is used before it has a value \(line 1, column 8\)/),
  error('e => { const f = () => x; f(); const x = 1 }', /ReferenceError: x is used/),
  error('e => { switch (1) { case 0: let x; default: return x } }', /ReferenceError: x is used/),
  refused('e => { const x = 1; x = 2 }', /line 1, column 21: `x` is a constant/),
  refused('e => { x = 2 }', /`x` is not declared/),
  refused('e => { let a; let a }', /already been declared/),
  yes(
    'e => { const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); return fs.map(f => f()).join() === "0,1,2" }',
  ),
  yes('e => { var fs = []; for (var i = 0; i < 3; i++) fs.push(function() { return i }); return fs[0]() === 3 }'),
  yes(
    'e => { const fs = []; for (const x of [1, 2]) { const y = x; fs.push(() => y) } return fs[0]() + fs[1]() === 3 }',
  ),
  yes('e => { let n = 0; for (const k in { a: 1, b: 2 }) n += k.length; return n === 2 }'),
  yes('e => { let n = 0; while (true) { if (++n > 4) break; if (n < 2) continue } return n === 5 }'),
  yes('e => { let n = 0; do { n++ } while (n < 3); return n === 3 }'),
  yes("e => { switch (e.market) { case 'at': case 'de': return true; default: return false } }"),
  yes('e => { let s = ""; switch (2) { case 1: s += 1; default: s += "d"; case 3: s += 3 } return s === "d3" }'),
  yes('e => { try { null.x } catch ({ name }) { return name === "TypeError" } }'),
  yes('e => { try { throw { code: 5 } } catch (x) { return x.code === 5 } finally { e.game } }'),
  yes('e => { const f = () => { try { return 1 } finally { return 2 } }; return f() === 2 }'),
  yes('e => { const f = () => { for (const x of [1]) { try { return x } finally { 0 } } }; return f() === 1 }'),
  yes('e => { try { throw new Error("no") } catch (x) { return x.message === "no" && String(x) === "Error: no" } }'),
  yes('e => { let s = 0; const walk = n => n === 0 ? 0 : n + walk(n - 1); return walk(50) === 1275 }'),
  yes('e => { const [a, , b = 9, ...c] = [1, 2, undefined, 4, 5]; return a + b + c.length === 12 }'),
  yes('e => { let a = 1, b = 2; [a, b] = [b, a]; return a === 2 && b === 1 }'),
  yes('e => { const { x: { y: [, z] }, ...r } = { x: { y: [1, 2] }, q: 1 }; return z === 2 && r.q === 1 }'),
  yes('e => { const f = (a, b = a, ...c) => a + b + c.length; return f(1) === 2 && f(1, 2, 3, 4) === 5 }'),
  yes(
    'e => { const o = { a: 1, ["b" + 1]: 2, f(x) { return x * 2 }, ...{ c: 3 } }; return o.a + o.b1 + o.f(2) + o.c === 10 }',
  ),
  yes('e => `${e.game}-${1 + 1}` === "foe-2"'),
  yes('e => 2 ** 3 ** 2 === 512 && (7 % 4 | 8) === 11 && (5 >>> 1) === 2 && ~1 === -2'),
  yes('e => (e.data?.hero?.hp ?? 5) === 0 && e.data?.nothing?.deep.deeper === undefined && e.nope?.() === undefined'),
  yes('e => e.data.nope?.() === undefined && e.data.hero?.["name"] === "Ada"'),
  yes('e => e.nope?.a.b.c === undefined && e.nope?.a.b().c.d === undefined && e.nope?.[e.game][1].x === undefined'),
  yes('e => e.nope?.a(null.x) === undefined && e.data.nope?.(null.x) === undefined && e.nope?.a?.() === undefined'),
  yes(
    'e => [].constructor === undefined && ({}).toString === undefined && e.data.constructor === undefined && [].map === undefined',
  ),
  yes('e => e.constructor === undefined && "".length === 0 && "".trim === undefined && (() => 1).name === undefined'),
  error('e => e.data.nope()', /TypeError: e\.data\.nope is not a function \(line 1, column 13\)/),
  error('e => (e.data?.nothing).deep', /undefined has no property "deep"/),
  yes(
    'e => typeof e === "object" && typeof e.game === "string" && typeof (() => 1) === "function" && typeof null === "object"',
  ),
  yes('e => { const o = { a: 1 }; delete o.a; return !("a" in o) && void 0 === undefined }'),
  yes('e => { let x; x ??= 1; x &&= 2; x ||= 3; return x === 2 }'),
  yes('e => (1, 2, true)'),
  yes('e => { let i = 1; const o = { n: 1 }; return i++ + ++i + o.n-- === 5 && o.n === 0 }'),
  yes(
    'e => [] + {} === "[object Object]" && [1, [2, 3]] + "" === "1,2,3" && +[] === 0 && [] == false && null == undefined',
  ),
  yes('e => "10" > "9" === false && "10" > 9 && null >= 0 && !(undefined > 0) && NaN !== NaN'),
  yes(
    'e => String([1, [2]]) === "1,2" && String({}) === "[object Object]" && `${null}` === "null" && [null, undefined] + "" === ","',
  ),
  yes('e => ({ valueOf: () => 4 }) * 2 === 8 && `${{ toString: () => "t" }}` === "t"'),
  yes('e => { const a = []; a[0] = a; return String(a) === "" }'),
  refused('e => this.x', /line 1, column 6: `this` is not supported/),
  refused('function(e) { return arguments[0] }', /`arguments` is not supported/),
  refused('e => e instanceof Date', /`instanceof` is not supported/),
  refused('e => { outer: for (;;) break outer }', /labels are not supported/),
  refused('e => { with (e) { return true } }', /`with` is not supported/),
  refused('e => String.raw`x`', /tagged templates are not supported/),
  refused('e => ({ get x() { return 1 } })', /getters and setters are not supported/),
  refused('e => ({ set x(v) {} })', /getters and setters are not supported/),
  refused('e => { function* g() {} }', /generators are not supported/),
  refused('e => { const f = async () => 1 }', /async functions are not supported/),
  refused('e => { for await (const x of []) {} }', /./),
  refused('e => import("fs")', /`import` is not supported/),
  refused('e => 1n === 1n', /bigint is not supported/),
  refused('e => new.target', /./),
  refused('e => { debugger }', /`debugger` is not supported/),
]

/** What is built in. */
const BUILT_IN: readonly Verdict[] = [
  yes("e => 'a-b-c'.split('-').map(s => s.toUpperCase()).reverse().join('') === 'CBA'"),
  yes(
    "e => 'Abc'.startsWith('A') && 'Abc'.endsWith('c') && 'Abc'.includes('b') && 'Abc'.indexOf('c') === 2 && 'abc'.at(-1) === 'c'",
  ),
  yes(
    "e => ' x '.trim() === 'x' && '7'.padStart(3, '0') === '007' && 'ab'.repeat(2) === 'abab' && 'abc'.slice(-2) === 'bc'",
  ),
  yes("e => 'aXbX'.replace('X', '-') === 'a-bX' && 'aXbX'.replaceAll('X', '$&$&') === 'aXXbXX'"),
  yes("e => 'x'.localeCompare('y') === -1 && 'é'.normalize('NFD').length === 2 && 'abc'.substring(2, 0) === 'ab'"),
  yes(
    'e => [3, 1, 2].sort().join() === "1,2,3" && [10, 9].sort().join() === "10,9" && [1, 2, 3].sort((a, b) => b - a)[0] === 3',
  ),
  yes('e => [...e.data.items].sort((a, b) => a - b)[0] === 1 && e.data.items[0] === 3'),
  yes(
    'e => e.data.items.toSorted()[0] === 1 && e.data.items.filter(x => x > 1).map(x => x * 2).reduce((a, b) => a + b, 0) === 10',
  ),
  yes(
    'e => e.data.items.some(x => x === 2) && e.data.items.every(Number.isInteger) && e.data.items.find(x => x < 3) === 1',
  ),
  yes(
    'e => [1, [2, [3]]].flat(Infinity).length === 3 && [1, 2].flatMap(x => [x, x]).length === 4 && [1, 2, 3].includes(2)',
  ),
  yes('e => Math.max(...e.data.items) === 3 && Math.round(2.5) === 3 && Math.floor(-0.5) === -1 && Math.PI > 3'),
  yes(
    "e => Number('12') === 12 && parseInt('12px', 10) === 12 && parseFloat('1.5x') === 1.5 && isNaN('x') && Number.isInteger(3)",
  ),
  yes('e => (1.005).toFixed(2) === "1.00" && (255).toString(16) === "ff" && (1234.5).toPrecision(2) === "1.2e+3"'),
  yes('e => JSON.stringify({ a: [1, "x", null, undefined], b: undefined }) === \'{"a":[1,"x",null,null]}\''),
  yes('e => JSON.parse(\'{"a":[1,{"b":2}]}\').a[1].b === 2'),
  yes('e => JSON.stringify(JSON.parse(JSON.stringify(e.data.hero))) === \'{"name":"Ada","hp":0}\''),
  yes(
    'e => Object.keys(e.data).length === 7 && Object.values(e.data.hero)[0] === "Ada" && Object.entries(e.data.hero)[1][1] === 0',
  ),
  yes(
    'e => Object.keys(e).includes("playerId") && "game" in e && !("nope" in e) && JSON.stringify(e).includes("fight")',
  ),
  yes('e => Object.assign({ a: 1 }, e.data.hero).name === "Ada" && Object.fromEntries([["x", 1]]).x === 1'),
  yes('e => new Set([1, 1, 2]).size === 2 && [...new Set("aab")].join("") === "ab" && new Set([1]).has(1)'),
  yes(
    'e => { const m = new Map([["a", 1]]); m.set("b", 2); let s = ""; for (const [k, v] of m) s += k + v; return s === "a1b2" && m.get("z") === undefined }',
  ),
  yes('e => new Date(e.occurredAt).getHours() === 11 && new Date(e.timestamp).getUTCDay() === 1'),
  yes(
    'e => new Date("2024-02-29") - new Date("2024-02-28") === 86400000 && Date.UTC(2024, 0) === new Date(2024, 0).getTime()',
  ),
  yes(
    'e => new Date("2024-01-01T10:00").toISOString() === "2024-01-01T10:00:00.000Z" && isNaN(new Date("Jan 1 2024"))',
  ),
  yes(
    'e => { const d = new Date("2024-03-01T00:00:00Z"); d.setDate(d.getDate() - 1); return d.toISOString().startsWith("2024-02-29") }',
  ),
  yes('e => String(new Date(0)) === "Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)"'),
  yes('e => /^F.GHT$/i.test(e.eventName) && !/fight$/.test("fight\\n") && /^b/m.test("a\\nb")'),
  yes(
    'e => { const m = /(?<y>\\d{4})-(\\d\\d)/.exec(e.occurredAt); return m[1] === "2023" && m.groups.y === "2023" && m.index === 0 && m[2] === "11" }',
  ),
  yes('e => "a1b22".match(/\\d+/g).join() === "1,22" && "x".match(/y/) === null && "a1".search(/\\d/) === 1'),
  yes('e => [..."a1b2".matchAll(/[a-z](\\d)/g)].map(m => m[1]).join() === "1,2"'),
  yes(
    'e => "2023-11-20".replace(/(\\d+)-(\\d+)-(\\d+)/, "$3.$2.$1") === "20.11.2023" && "a b".replace(/\\s/, m => `[${m}]`) === "a[ ]b"',
  ),
  yes(
    'e => "a, b;c".split(/[,;]\\s*/).length === 3 && new RegExp("^f").test(e.eventName) && RegExp("F", "i").test("f")',
  ),
  yes('e => { const r = /a/g; return r.test("aa") && r.lastIndex === 1 && r.test("aa") && !r.test("aa") }'),
  yes(
    'e => /\\u00e9|\\x41|[^]/.test("é") && /\\bfoo\\b/.test("a foo b") && /[\\w-]+/.exec("a-b c")[0] === "a-b" && /\\s/.test("\\u00a0")',
  ),
  yes(
    'e => Array.from({ length: 3 }, (_, i) => i).join() === "0,1,2" && Array.isArray(e.data.items) && Array.of(1, 2).length === 2',
  ),
  yes(
    'e => [1, 2, 3].map(String).join("") === "123" && ["1", "2"].map(Number)[1] === 2 && [0, 1].filter(Boolean).length === 1',
  ),
  refused('e => Math.random() < 0.5', /`Math\.random` is not supported: a filter has to answer the same/),
  refused('e => Date.now() > 0', /`Date\.now` is not supported: .*event\.occurredAt/),
  refused('e => new Date() > 0', /without a value is not supported/),
  refused('e => Date()', /`Date` needs `new` here/),
  refused('e => Math.nope(1)', /`Math\.nope` is not supported/),
  refused('e => Object.defineProperty({}, "a", {})', /`Object\.defineProperty` is not supported/),
  refused('e => { const m = Math; return true }', /`Math` can not be used as a value/),
  refused('e => Math[e.game](1)', /`Math` needs the name/),
  refused('e => new Promise(() => 1)', /`Promise` is not known here/),
  refused('e => { const f = () => 1; return new f() }', /`new` needs one of/),
  refused(
    'e => /a(?=b)/.test("ab")',
    /line 1, column 8: in a regular expression, lookahead and lookbehind are not supported/,
  ),
  refused('e => /(?<!a)b/.test("ab")', /lookahead and lookbehind are not supported/),
  refused('e => /(a)\\1/.test("aa")', /line 1, column 10: in a regular expression, backreferences are not supported/),
  refused('e => /(?<n>a)\\k<n>/.test("aa")', /backreferences are not supported/),
  refused('e => /a/y.test("a")', /flags "y"/),
  refused('e => /a(/.test("a")', /Invalid regular expression/),
  refused('e => /a{2000}/.test("a")', /repetitions are limited/),
  error('e => new RegExp("(a)\\\\1").test("aa")', /SyntaxError: backreferences are not supported/),
  error('e => new RegExp("(").test("a")', /SyntaxError: this is not a regular expression/),
  error('e => JSON.parse("{")', /SyntaxError: what JSON\.parse was given/),
  error('e => [].reduce((a, b) => a)', /TypeError: an empty array/),
  error('e => (1).toFixed(200)', /RangeError/),
  error('e => new Date(NaN).toISOString()', /RangeError: Invalid time value/),
  error('e => { throw "text" }', /^threw "text" \(line 1, column 8\)$/),
  error('e => { throw new TypeError("mine") }', /^TypeError: mine \(line 1, column 8\)$/),
  error('e => { throw { a: 1 } }', /^threw an object/),
  error('e => e.data.level.deep.deeper', /^TypeError: undefined has no property "deeper" \(line 1, column 24\)$/),
  error('e => { const [a] = 5 }', /5 is not iterable/),
  error('e => { const { a } = null }', /null can't be taken apart/),
]

/** What the body declares is nothing to the parameters. */
const PARAMETERS: readonly Verdict[] = [
  yes('e => { const x = 1; const f = (y = x) => { const x = 5; return y }; return f() === 1 }'),
  yes('e => { const x = 1; const f = (y = x) => { const x = 5; return x }; return f() === 5 }'),
  yes('e => { const x = 1; const f = (y = () => x) => { let x = 5; x++; return y() + x }; return f() === 7 }'),
  yes('e => { var x = 1; function f(y = x) { var x = 5; return y + x } return f() === 6 }'),
  yes(
    'e => { const g = () => 1; const f = (y = g()) => { function g() { return 5 } return y + g() }; return f() === 6 }',
  ),
  yes(
    'e => { const x = 1; const f = ({ y = x }, [z = x]) => { const x = 5; return y + z + x }; return f({}, []) === 7 }',
  ),
  yes('e => { const x = "a"; const f = ({ [x]: y }) => { const x = 5; return y + x }; return f({ a: 1 }) === 6 }'),
  yes('e => { const f = (x, y = x) => { var x; return x === 3 && y === 3 }; return f(3) }'),
  yes('e => { const f = (x, y = x) => { var x = 4; return x + y }; return f(3) === 7 }'),
  yes('e => { const f = function g(y = g) { const g = 5; return typeof y + g }; return f() === "function5" }'),
  yes(
    'e => { const f = (y = 1) => { const all = []; for (const i of [1, 2]) all.push(() => i + y); return all[1]() }; return f() === 3 }',
  ),
  yes('(e, ...more) => { const x = 1; const f = () => x; return f() === 1 && e.game === "foe" }'),
  refused(
    'e => { const f = (x, y = () => x) => { var x = 4; return y() }; return f(3) === 3 }',
    /line 1, column 44: `x` is a parameter that a function among the parameters uses/,
  ),
]

const JSON_ARGUMENTS: readonly Verdict[] = [
  refused('e => JSON.parse("1", (k, v) => v) === 1', /line 1, column 22: `JSON\.parse` takes no reviver here/),
  refused(
    'e => JSON.stringify(e.data, ["level"]) === ""',
    /line 1, column 29: `JSON\.stringify` takes no replacer here/,
  ),
  refused('e => { const f = (k, v) => v; return JSON.stringify(e.data, f) === "" }', /takes no replacer here/),
  yes('e => JSON.stringify([1], null, 1) === "[\\n 1\\n]" && JSON.stringify(1, undefined) === "1"'),
  yes('e => ["1", "[2]"].map(JSON.parse)[1][0] === 2'),
  error('e => { const f = JSON.parse; return f("1", x => x) === 1 }', /TypeError: JSON\.parse takes no reviver here/),
  yes('e => Object.keys("\ud83d\ude00").join() === "0,1" && Object.values("\ud83d\ude00x").length === 3'),
  yes('e => "abc".replace("b", "$<$&>") === "a$<b>c" && "abc".replace(/(?<n>b)/, "$<n>$<x>$<") === "ab$<c"'),
  yes('e => JSON.stringify({ toJSON: () => 1 }) === "{}"'),
  yes('e => { const f = (a, b) => a; return f.name === undefined && f.length === undefined }'),
]

export const VERDICTS: Readonly<Record<string, readonly Verdict[]>> = {
  'of the original': ORIGINAL,
  'forms of a function': FORMS,
  'the language': LANGUAGE,
  'what is built in': BUILT_IN,
  parameters: PARAMETERS,
  'arguments of JSON': JSON_ARGUMENTS,
}
