import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** How much an operation asks for at most: levels of fields, and values that the answer may hold. */
export interface Weight {
  readonly depth: number
  readonly cost: number
}

/** A page is never larger: resolvers refuse a `first` above it. */
export const PAGE_MAX = 500
/** What a list without `first` is taken to hold. */
const LIST_LENGTH_ASSUMED = 10
const NOTHING: Weight = { depth: 0, cost: 0 }

export function weigh(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Weight {
  const root = schema.getRootType(operation.operation)
  if (!root) return NOTHING
  return new Scales(schema, document, { ...defaultsOf(operation), ...variables }).selections(
    operation.selectionSet,
    root,
    null,
  )
}

const defaultsOf = (operation: OperationDefinitionNode): Record<string, unknown> =>
  Object.fromEntries(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [],
    ),
  )

/**
 * `first` counts for the field's own list, or for the lists right below it (a connection's nodes). A fragment is
 * weighed once per page size, not once per spread: fragments that spread each other double with each level.
 */
class Scales {
  private readonly fragments = new Map<string, FragmentDefinitionNode>()
  private readonly weighed = new Map<string, Weight>()

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition)
    }
  }

  selections(set: SelectionSetNode, type: GraphQLNamedType, page: number | null): Weight {
    let depth = 0
    let cost = 0
    for (const selection of set.selections) {
      const weight =
        selection.kind === Kind.FIELD
          ? this.field(selection, type, page)
          : selection.kind === Kind.FRAGMENT_SPREAD
            ? this.fragment(selection.name.value, page)
            : this.selections(selection.selectionSet, this.typeOf(selection.typeCondition?.name.value) ?? type, page)
      depth = Math.max(depth, weight.depth)
      cost += weight.cost
    }
    return { depth, cost }
  }

  private fragment(name: string, page: number | null): Weight {
    const key = `${name} ${page}`
    const known = this.weighed.get(key)
    if (known !== undefined) return known
    const definition = this.fragments.get(name)
    const type = this.typeOf(definition?.typeCondition.name.value)
    const weight = definition && type ? this.selections(definition.selectionSet, type, page) : NOTHING
    this.weighed.set(key, weight)
    return weight
  }

  private field(node: FieldNode, parent: GraphQLNamedType, page: number | null): Weight {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined
    // Introspection, which has a rule of its own.
    if (field === undefined) return { depth: 1, cost: 1 }
    const type = getNamedType(field.type)
    if (isLeafType(type) || node.selectionSet === undefined) return { depth: 1, cost: 1 }
    const first = this.first(field, node)
    const list = isListType(getNullableType(field.type))
    const length = list ? (first ?? page ?? LIST_LENGTH_ASSUMED) : 1
    const below = this.selections(node.selectionSet, type, list ? null : first)
    return { depth: below.depth + 1, cost: 1 + length * below.cost }
  }

  private first(field: GraphQLField<unknown, unknown>, node: FieldNode): number | null {
    const argument = field.args.find(({ name }) => name === 'first')
    if (argument === undefined) return null
    const given = node.arguments?.find(({ name }) => name.value === 'first')?.value
    const value =
      given?.kind === Kind.INT
        ? Number(given.value)
        : given?.kind === Kind.VARIABLE
          ? (this.variables[given.name.value] ?? argument.defaultValue)
          : argument.defaultValue
    return typeof value === 'number' ? Math.min(Math.max(value, 0), PAGE_MAX) : PAGE_MAX
  }

  private typeOf(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.schema.getType(name)
  }
}
