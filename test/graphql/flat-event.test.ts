import { buildSchema, execute, GraphQLObjectType, type GraphQLSchema, parse, validate } from 'graphql'
import { beforeAll, expect, test } from 'vitest'
import { FLAT_EVENTS, flatEventOf } from '../../src/graphql/flat-event.js'

const SDL = `
  type Query { none: Int }
  enum Colour { RED BLUE }
  type Owner { name: String }
  type Item { id: ID! name: String amount: Float! colour: Colour owner: Owner tags: [String!] sized(by: Int): Int }
  type Subscription { itemChanged(ids: [ID!]): Item! other: Item! count: Int! }
`
const ITEM = {
  id: 7,
  name: null,
  amount: 2.5,
  colour: 'RED',
  owner: { name: 'ann' },
  tags: ['x'],
  sized: 3,
  missing: 1,
}

let schema: GraphQLSchema
beforeAll(() => {
  schema = buildSchema(SDL)
  const fields = (schema.getType('Subscription') as GraphQLObjectType).getFields()
  for (const field of Object.values(fields)) field.resolve = event => event
  fields.itemChanged!.extensions = FLAT_EVENTS
})

const argsOf = (query: string, variableValues: Record<string, unknown> = {}) => {
  const document = parse(query)
  expect(validate(schema, document)).toEqual([])
  return { schema, document, variableValues }
}

test.each([
  ['fields', 'subscription { itemChanged { id name amount colour } }'],
  ['another name for the field, and for its fields', 'subscription { moved: itemChanged { key: id n: name id } }'],
  ['the name of the type', 'subscription { itemChanged { __typename id kind: __typename } }'],
  ['arguments', 'subscription ($ids: [ID!]) { itemChanged(ids: $ids) { id } }'],
  ['a name of the operation', 'subscription Watch { itemChanged { amount } }'],
  [
    'fragments',
    `subscription { itemChanged { ...a ... on Item { amount } ... { colour } } }
     fragment a on Item { id ...b } fragment b on Item { name }`,
  ],
  ['a fragment around the field', 'subscription { ...root } fragment root on Subscription { itemChanged { id } }'],
  ['what is asked for twice', 'subscription { itemChanged { id amount id } itemChanged { name } }'],
  [
    'what variables leave out',
    `subscription ($no: Boolean!, $yes: Boolean = true) {
       itemChanged { id @skip(if: $no) name @include(if: $no) amount @skip(if: $yes) colour @include(if: $yes) } }`,
  ],
  [
    'fragments that are left out',
    'subscription { itemChanged { id ... @skip(if: true) { name } ...a @include(if: false) } } fragment a on Item { amount }',
  ],
])('%s: the same as executed', (_, query) => {
  const args = argsOf(query, { no: false, ids: ['7'] })
  const flat = flatEventOf(args)!
  for (const event of [ITEM, { ...ITEM, name: 'one' }, { ...ITEM, colour: null, name: undefined }]) {
    expect(JSON.stringify(flat(event))).toBe(JSON.stringify(execute({ ...args, rootValue: event })))
  }
})

test.each([
  ['objects within', 'subscription { itemChanged { id owner { name } } }'],
  ['fields with arguments', 'subscription { itemChanged { sized } }'],
  ['lists', 'subscription { itemChanged { tags } }'],
  ['a field that does not say that its events are flat', 'subscription { other { id } }'],
  ['a field that gives no object', 'subscription { count }'],
])('%s have to be executed', (_, query) => {
  expect(flatEventOf(argsOf(query))).toBeNull()
})

test.each([
  ['is missing where something has to be', { ...ITEM, id: null }],
  ['can not be written as its type', { ...ITEM, colour: 'GREEN' }],
  ['is no object', 7],
])('of an event whose value %s the execution has to tell', (_, event) => {
  expect(flatEventOf(argsOf('subscription { itemChanged { id colour } }'))!(event)).toBeNull()
})

test('variables that are wrong have to be told by the execution', () => {
  const query = 'subscription ($no: Boolean!) { itemChanged { id @skip(if: $no) } }'
  expect(flatEventOf({ ...argsOf(query), variableValues: {} })).toBeNull()
})
