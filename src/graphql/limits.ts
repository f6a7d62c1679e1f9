import {
  type DocumentNode,
  type GraphQLSchema,
  Lexer,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  Source,
  TokenKind,
  type ValidationRule,
} from 'graphql'
import { AppError } from '../kernel/errors.js'
import { weigh } from './weight.js'

/** The same over HTTP and WebSockets. A few hundred events in literals fit, as does a page of 500 with all its scalars. */
export const LIMITS = {
  /** A few hundred events in literals. */
  tokens: 15_000,
  /** Brackets of any kind within each other: parsers and printers recurse. */
  nesting: 64,
  /** Fields, fragments and directives: validation compares fields pair by pair. */
  names: 1_000,
  aliases: 30,
  directives: 50,
  depth: 10,
  /** Values that the answer may hold. */
  cost: 50_000,
} as const

type Limit = keyof typeof LIMITS

const HINTS: Record<Limit, string> = {
  tokens: 'send values as variables',
  nesting: 'send values as variables',
  names: 'split the query',
  aliases: 'split the query',
  directives: 'split the query',
  depth: 'ask for less at once',
  cost: 'ask for smaller pages or fewer lists within lists',
}

function keep(limit: Limit, received: number): void {
  const max = LIMITS[limit]
  if (received <= max) return
  throw new AppError('BAD_USER_INPUT', `query ${limit} must be at most ${max}, got ${received}: ${HINTS[limit]}`, {
    limit,
    max,
    received,
  })
}

/**
 * What can be told from the tokens alone, so that a hostile document is refused before it costs anything: deep ones
 * overflow the parser's stack, and thousands of equal fields take validation seconds. Lexical errors are the parser's.
 */
export function checkSource(query: string): void {
  const lexer = new Lexer(new Source(query))
  const seen = { tokens: 0, names: 0, aliases: 0, directives: 0 }
  let nesting = 0
  let parentheses = 0
  for (;;) {
    const kind = advance(lexer)
    if (kind === null || kind === TokenKind.EOF) return
    keep('tokens', ++seen.tokens)
    if (OPENING.has(kind)) keep('nesting', ++nesting)
    if (CLOSING.has(kind)) nesting--
    if (kind === TokenKind.PAREN_L) parentheses++
    if (kind === TokenKind.PAREN_R) parentheses--
    if (kind === TokenKind.AT) keep('directives', ++seen.directives)
    if (parentheses > 0) continue
    if (kind === TokenKind.NAME) keep('names', ++seen.names)
    if (kind === TokenKind.COLON) keep('aliases', ++seen.aliases)
  }
}

const OPENING = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const CLOSING = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

function advance(lexer: Lexer): TokenKind | null {
  try {
    return lexer.advance().kind
  } catch {
    return null
  }
}

/** What depends on the schema and the variables; the document must have been validated. */
export function checkWeight(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): void {
  const { depth, cost } = weigh(schema, document, operation, variables ?? {})
  keep('depth', depth)
  keep('cost', cost)
}

export const validationRules = (introspection: boolean): ValidationRule[] =>
  introspection ? [] : [NoSchemaIntrospectionCustomRule]
